"""Extract: what one source has, as canonical rows; a busy source is asked again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any, cast

from prefect import get_run_logger, task
from prefect.exceptions import MissingContextError

from tasks.catalog import CONNECTORS
from tasks.config import Settings, SourceSettings
from tasks.config.privacy import RAW
from tasks.connectors.base import Connector, Surroundings, quietly
from tasks.errors import Retry
from tasks.facts.aliases import with_aliases
from tasks.facts.dealusage import TRAILING, with_usage
from tasks.facts.folding import Folded, fold
from tasks.facts.private import STANDS_FOR, Discretion, nobody
from tasks.store import Store, tombstones

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.tasks import Task


def _may_help(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether the error says that trying again may help."""
    return isinstance(state.result(raise_on_failure=False), Retry)


@task(
    retries=3,
    retry_delay_seconds=[5, 30, 120],
    retry_jitter_factor=0.5,
    retry_condition_fn=_may_help,
)
def extract(
    source: SourceSettings,
    settings: Settings,
    now: datetime,
    store: Store | None = None,
    show: Callable[[str], None] | None = None,
    stopping: Event | None = None,
) -> Folded:
    """Return everything ``source`` gave; what it could not give is a problem.

    ``store`` keeps how far an API has been read; ``show`` is told about long readings.
    Once ``stopping`` is set, the reading of an API ends with its page.
    """
    connector = cast("Connector", CONNECTORS.get(source.kind))
    around = surroundings(settings, now, store, show or _log, stopping)
    folded = with_aliases(
        fold(connector.extract(source, around), calendar=settings.calendar, now=now),
        settings.meanings,
    )
    if settings.kpis.settings["usage_mrr"] == TRAILING:
        folded = with_usage(folded, settings.calendar, settings.company.currency)
    return discretion(settings, store, now).fold(folded)


def discretion(settings: Settings, store: Store | None, now: datetime) -> Discretion:
    """Return what must not get into the lake: dropped columns, old texts, forgotten customers."""
    return Discretion(settings.privacy, now, _stands_for(store))


def _stands_for(store: Store | None) -> STANDS_FOR:
    stones = tombstones(store) if store is not None else None
    return stones.stands_for if stones else nobody


def surroundings(
    settings: Settings,
    now: datetime,
    store: Store | None = None,
    show: Callable[[str], None] = quietly,
    stopping: Event | None = None,
) -> Surroundings:
    """Return what a connector may know of the world."""
    return Surroundings(
        root=settings.root,
        timezone=settings.company.timezone,
        store=store,
        raw=settings.lake_path / "raw",
        now=now,
        show=show,
        grace_days=settings.kpis.settings["late_renewal_grace"],
        stopping=stopping or Event(),
        keep_raw=settings.privacy.keep[RAW],
        stands_for=_stands_for(store),
        currency=settings.company.currency,
    )


def _log(doing: str) -> None:
    """Write into the log of the task run, where there is one."""
    with suppress(MissingContextError):
        get_run_logger().info(doing)
