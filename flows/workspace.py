"""What every command and flow works on: the settings, and the store they name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.blocks import secret_in
from flows.catalogue import filled
from flows.doors import shut_out_others, write_for_the_owner_alone
from tasks.config import Settings, load_settings
from tasks.masking import listen_to_logs
from tasks.store import Store, open_store
from tasks.store.audit import FLOW_RUN


@dataclass(frozen=True, slots=True)
class Workspace:
    """The settings of one company, and its open store."""

    settings: Settings
    store: Store


def settings_at(config: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings in ``config``; raise ``ConfigurationInvalid`` with every mistake."""
    filled()
    listen_to_logs()
    return load_settings(config, environ, blocks=secret_in)


def backups_of(settings: Settings) -> Path:
    """Return the folder for backups: beside the lake, on the disk that is meant to last."""
    return settings.lake_path.parent / "backups"


@contextmanager
def opened(config: Path, environ: Mapping[str, str]) -> Iterator[Workspace]:
    """Give the workspace ``config`` describes; its store is closed afterwards."""
    settings = settings_at(config, environ)
    if FLOW_RUN in os.environ:  # a command has done so before
        write_for_the_owner_alone()
    shut_out_others(settings)
    with open_store(settings.store_url, backups=backups_of(settings)) as store:
        yield Workspace(settings, store)
