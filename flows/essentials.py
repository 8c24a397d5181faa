"""Whom can we still write to when the configuration has a mistake? Whoever its sound part names.

Most edits that break a configuration break goals, rules or audiences. What it takes to write to the
operators is the company, the store, the channels and their addresses; the rest is left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.blocks import secret_in
from flows.catalogue import filled
from flows.workspace import Workspace, backups_of
from tasks.config import settings_of
from tasks.errors import WrongUse
from tasks.masking import listen_to_logs
from tasks.store import open_store

KEPT = ("company", "store", "lake", "channels", "operators")
NO_SOURCE = {"name": "none", "kind": "files", "path": "."}  # a configuration has to have one


def essential(text: str) -> str:
    """Return what it takes to write to operators; ``WrongUse`` for what is no YAML at all."""
    yaml = YAML(typ="safe")
    try:
        found = yaml.load(text)
    except YAMLError as error:
        raise WrongUse("the configuration is no YAML: nobody can be told.") from error
    kept = {name: found[name] for name in KEPT if name in found} if isinstance(found, dict) else {}
    page = StringIO()
    yaml.dump({**kept, "sources": [NO_SOURCE]}, page)
    return page.getvalue()


@contextmanager
def opened_for_operators(config: Path, environ: Mapping[str, str]) -> Iterator[Workspace]:
    """Give a workspace that knows whom to tell, and nothing of the data.

    Raises ``ConfigurationInvalid`` where the mistake is in what tells that.
    """
    filled()
    listen_to_logs()
    text = essential(config.read_text(encoding="utf-8-sig"))
    settings = settings_of(text, config, environ, blocks=secret_in)
    with open_store(settings.store_url, backups=backups_of(settings)) as store:
        yield Workspace(settings, store)
