"""`keepwell deploy`: our deployments on a work pool of the Prefect server that the process names.

Doing it twice changes nothing; deployments that nobody wants any more are deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.runner.storage import LocalStorage

from flows.automations import upsert
from flows.deployments import deployments_of
from flows.registering import Paused, connected, made, ours, paused_in, tidy
from flows.workspace import settings_at

PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Target:
    """Where runs are to happen: on which pool, in which folder, with which configuration there.

    ``folder`` is where the worker is, which may be another machine or an image.
    """

    pool: str
    folder: Path
    config: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was done: whether the pool is new, and which deployments went."""

    is_new_pool: bool
    removed: tuple[str, ...]
    paused: tuple[str, ...]


def deploy(config: Path, environ: Mapping[str, str], target: Target) -> Deployed:
    """Bring the pool and the deployments of ``config`` onto the server; return what was done."""
    settings = settings_at(config, environ)
    wanted = deployments_of(settings)
    with connected() as client:
        is_new_pool = _pool(client, target.pool)
        paused = paused_in(ours(client))
        removed = tidy(client, wanted)
    given: dict[str, Any] = {"config": target.config}
    for one in wanted:
        deployment = made(one, given, paused.get(one.name, Paused()), target.pool)
        deployment.storage = LocalStorage(str(target.folder))
        deployment.apply()
    with connected() as client:
        upsert(client, settings)
    off = tuple(name for name, one in paused.items() if one.deployment or one.slugs)
    return Deployed(is_new_pool, removed, tuple(name for name in off if name not in removed))


def _pool(client: SyncPrefectClient, name: str) -> bool:
    """Return whether the pool had to be made; one of another type stays as somebody made it."""
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=name, type=PROCESS))
        return True
    return False
