"""Is a scheduled run still worth doing? Runs that were missed must not all come at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect import runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed

MOST = timedelta(hours=6)


def too_late(most: timedelta = MOST) -> State[object] | None:
    """Return the state to end with, ``SkippedLate``, or None when the run is in time."""
    planned = runtime.flow_run.scheduled_start_time
    return skipped(planned, datetime.now(UTC), most) if planned else None


def skipped(planned: datetime, began: datetime, most: timedelta = MOST) -> State[object] | None:
    """Return ``SkippedLate`` when a run ``began`` more than ``most`` after it was planned."""
    late = began - planned
    if late <= most:
        return None
    hours = late / timedelta(hours=1)
    return Completed(
        name="SkippedLate",
        message=f"Planned {hours:.0f} h earlier, and too late now; the next run does its work.",
    )
