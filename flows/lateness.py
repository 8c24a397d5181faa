"""Is a scheduled run still worth doing? Not where a newer one does its work.

After an outage all missed runs come at once. None of our flows does the work of a certain hour:
each looks at what is there and does what is left. So of those that wait together only the newest
has anything to do, and a run that is late and alone is done however late it is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import PrefectException
from prefect.states import Completed

USUAL = timedelta(minutes=10)  # what a run may take to begin: nobody is asked before that
MOST = timedelta(hours=6)  # where nobody can be asked
# A newer run that was cancelled, or died, does nobody's work.
DOES_IT = (StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED)
AFTER_ONE = timedelta(milliseconds=1)


def too_late(most: timedelta = MOST) -> State[object] | None:
    """Return the state to end with, ``SkippedLate``, or None when the run is to do its work.

    Where the server cannot be asked for newer runs, ``most`` is how late a run may be.
    """
    planned, began = runtime.flow_run.scheduled_start_time, datetime.now(UTC)
    if planned is None or began - planned <= USUAL or not runtime.deployment.id:
        return None
    try:
        newer = newer_than(UUID(str(runtime.flow_run.id)), UUID(str(runtime.deployment.id)), began)
    except (httpx.HTTPError, PrefectException):
        return skipped(planned, began, most)
    return overtaken(planned, began, newer)


def newer_than(own: UUID, deployment: UUID, now: datetime) -> datetime | None:
    """Return when the newest run was planned that does the work of run ``own`` instead of it.

    It was planned by the same deployment for later, but not for after ``now``, asks for the same,
    and waits, runs or has ended well. None where there is none, or where somebody started ``own``.
    """
    with get_client(sync_client=True) as client:
        mine = client.read_flow_run(own)
        if mine.expected_start_time is None or not mine.auto_scheduled:
            return None
        between = FlowRunFilterExpectedStartTime.model_validate(
            {"after_": mine.expected_start_time + AFTER_ONE, "before_": now}
        )
        found = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
            flow_run_filter=FlowRunFilter(
                expected_start_time=between,
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(DOES_IT))),
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        )
    return next((one.expected_start_time for one in found if _does_it(one, mine)), None)


def _does_it(one: FlowRun, mine: FlowRun) -> bool:
    return one.id != mine.id and one.parameters == mine.parameters


def overtaken(planned: datetime, began: datetime, newer: datetime | None) -> State[object] | None:
    """Return ``SkippedLate`` for a run that a ``newer`` one stands in for; None without one."""
    if newer is None:
        return None
    return _skipped(f"planned {_ago(planned, began)} earlier; the run of {newer:%d %b %H:%M} UTC")


def skipped(planned: datetime, began: datetime, most: timedelta = MOST) -> State[object] | None:
    """Return ``SkippedLate`` when a run ``began`` more than ``most`` after it was planned."""
    if began - planned <= most:
        return None
    return _skipped(f"planned {_ago(planned, began)} earlier, and too late now; the next run")


def _skipped(who: str) -> State[object]:
    # The state keeps the name Completed: the UI's filters, and triggers, go by it.
    return Completed(message=f"SkippedLate: {who} does its work.")


def _ago(planned: datetime, began: datetime) -> str:
    # what Prefect gives is no plain datetime, and its differences cannot be divided by ours
    minutes = round((began - planned).total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"  # noqa: PLR2004 - 2 h
