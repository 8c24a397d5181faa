"""Extract: what one source has, as canonical rows; a busy source is asked again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from prefect import task

from tasks.catalog import CONNECTORS
from tasks.config import Settings, SourceSettings
from tasks.connectors.base import Connector, Surroundings
from tasks.errors import Retry
from tasks.facts.folding import Folded, fold

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
def extract(source: SourceSettings, settings: Settings, now: datetime) -> Folded:
    """Return everything ``source`` gave; what it could not give is a problem."""
    connector = cast("Connector", CONNECTORS.get(source.kind))
    around = Surroundings(settings.root, settings.company.timezone)
    return fold(connector.extract(source, around), calendar=settings.calendar, now=now)
