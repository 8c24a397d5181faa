"""Notice: tell the operators what happened to runs, sources and critical alerts; each matter once.

Automations start it as soon as anything happens, and a schedule every hour, so that nothing is lost
where the server was down or two things happened at once. What it looks at is what is there, not
what started it: however often it runs, and whoever started it, operators are told once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Completed
from prefect.utilities.urls import url_for

from flows.briefing import reader_of
from flows.delivery import deliver
from flows.essentials import opened_for_operators
from flows.freshness import stale
from flows.noticing import (
    CRITICAL_SINCE,
    LATE_FROM,
    Notice,
    Trouble,
    of_critical,
    of_late,
    of_stale,
    of_troubles,
)
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.reporting import looked_at
from flows.showing import KNOWN, MAY_RECOVER, OURS, Run, shown
from flows.steps import Steps, on_prefect
from flows.verdict import in_words
from flows.workspace import Workspace, opened
from tasks.errors import ConfigurationInvalid
from tasks.outbox.delivering import Delivered
from tasks.store import Outgoing, entries, put
from tasks.store.episodes import episodes

KIND = "notice"
KINDS = ("sync", "measure", "watch", "digest", "data-quality", "outbox", "backfill", "maintain")
BAD = (StateType.FAILED, StateType.CRASHED)
LOOKED_BACK = timedelta(days=14)
LATELY = timedelta(minutes=65)  # since the last time that anybody looked
MOST = 50  # more than a day of hourly runs: a row that is longer began when it was told


@flow(name=KIND, flow_run_name="notice")
def notice(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Tell the operators what has happened that they have not been told yet.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    return shown(KIND, lambda run: _notice(run, Path(config), now or datetime.now(UTC)))


def _notice(run: Run, config: Path, now: datetime) -> State[object]:
    steps = on_prefect(took=run.timed)
    try:
        with opened(config, os.environ) as workspace:
            found = (*of_runs(workspace), *of_data(workspace, now))
            return _told(run, steps, workspace, found)
    except ConfigurationInvalid:  # the runs that failed of it say so
        with opened_for_operators(config, os.environ) as workspace:
            return _told(run, steps, workspace, tuple(of_runs(workspace)))


def _told(run: Run, steps: Steps, workspace: Workspace, found: Sequence[Notice]) -> State[object]:
    if not workspace.settings.operators.to:
        return Completed(name="NobodyToTell", message=_listed(found))
    ids = tell(steps, workspace, found)
    new = [one.id for one in entries(workspace.store, ids=ids) if one.settled_at is None]
    delivered = deliver(steps, workspace, new)
    run.named(f"notice, {len(new)} new" if new else "notice, nothing new")
    return end_of(found, delivered)


def tell(steps: Steps, workspace: Workspace, found: Sequence[Notice]) -> tuple[int, ...]:
    """Put what there is to tell into the outbox, which has each only once; return the entries."""
    reader, settings = reader_of(workspace.settings), workspace.settings
    outgoing = [
        Outgoing(steps.ops_message(one.inputs(reader)), settings.operators.to) for one in found
    ]
    return put(workspace.store, outgoing, company=settings.company.name)


def end_of(found: Sequence[Notice], delivered: Delivered) -> State[object]:
    """Return how a run ends that found this, and delivered this of it."""
    if not delivered.entries:
        return Completed(name="NothingNew", message=_listed(found))
    return Completed(message=f"{in_words(delivered)} {_listed(found)}")


def _listed(found: Sequence[Notice]) -> str:
    return "; ".join(one.headline for one in found) + "." if found else "All is well."


def of_runs(workspace: Workspace) -> Iterator[Notice]:
    """Yield what operators should know of runs, whether they have been told or not."""
    zone = workspace.settings.company.timezone
    now = datetime.now(UTC)  # the server's runs know no other time
    with get_client(sync_client=True) as client:
        troubles = [one for kind in KINDS if (one := trouble(client, kind, now))]
        waiting = late(client, now)
    yield from of_troubles(troubles, zone)
    yield from of_late(waiting, zone)


def of_data(workspace: Workspace, now: datetime) -> Iterator[Notice]:
    """Yield what operators should know of sources and alerts."""
    settings, zone = workspace.settings, workspace.settings.company.timezone
    yield from of_stale(stale(workspace, looked_at(workspace, now), now), zone)
    if not set(settings.operators.to) <= set(settings.alerts.to):
        known = episodes(workspace.store, ended_since=now - CRITICAL_SINCE)
        yield from of_critical(known, now, zone)


def trouble(client: SyncPrefectClient, kind: str, now: datetime) -> Trouble | None:
    """Return what went wrong with the runs of a kind since the last good one; None where none did.

    Of what operators are told by the run itself nothing is said again.
    """
    bad: list[FlowRun] = []
    for one in _ended(client, kind):
        began = _began(one)
        if one.state_type not in BAD or began is None or now - began > LOOKED_BACK:
            break
        bad.append(one)
    told = [one for one in bad if KNOWN not in one.tags]
    if not told:
        return None
    newest, oldest = told[0], told[-1]
    return Trouble(
        kind=kind,
        name=newest.name,
        address=url_for("flow-run", obj_id=newest.id) or "",
        reason=_reason(newest),
        since=_began(oldest) or now,
        times=len(told),
        may_recover=MAY_RECOVER in newest.tags,
    )


def _reason(run: FlowRun) -> str:
    said = run.state.message if run.state else ""
    return said or f"{run.name} ended as {run.state_name}."


def _began(run: FlowRun) -> datetime | None:
    return run.start_time or run.expected_start_time


def _ended(client: SyncPrefectClient, kind: str) -> list[FlowRun]:
    """Return the runs of a kind that are over, the newest first."""
    over = [*BAD, StateType.COMPLETED]
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[OURS, kind]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=over)),
        ),
        sort=FlowRunSort.START_TIME_DESC,
        limit=MOST,
    )


def late(client: SyncPrefectClient, now: datetime) -> tuple[datetime, ...]:
    """Return for when the runs were planned that wait for a worker, or waited until just now."""
    found = (*_read(client, _LATE), *_read(client, _BEGUN))
    return tuple(
        one.expected_start_time
        for one in found
        if one.expected_start_time is not None and _waited(one, now) >= LATE_FROM
    )


def _waited(run: FlowRun, now: datetime) -> timedelta:
    """Return how long a run has waited, or had when it began within the last hour; else nothing."""
    began = run.start_time or now
    if run.expected_start_time is None or now - began > LATELY:
        return timedelta(0)
    return began - run.expected_start_time


_LATE = FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"]))
_BEGUN = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.COMPLETED, *BAD])
)


def _read(client: SyncPrefectClient, state: FlowRunFilterState) -> list[FlowRun]:
    ours = FlowRunFilter(tags=FlowRunFilterTags(all_=[OURS]), state=state)
    return client.read_flow_runs(flow_run_filter=ours, sort=FlowRunSort.START_TIME_DESC, limit=MOST)
