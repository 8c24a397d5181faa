"""Which runs only seem to be running? Those whose process is gone: they make room for the next.

A deployment runs one at a time, and a second run is cancelled. So a run that was killed together
with its worker would keep every later one out, for as long as the server believes in it. Here such
runs are found and set to Crashed, which frees their place:

- where this machine has the pool's only worker, a run that is no process here is dead at once;
- anywhere else a run is dead once it has been silent for much longer than its heartbeats are apart.

``python -m flows.stuck --pool kpi`` does it before a worker starts. The outbox flow does it every
quarter of an hour, for runs that lost the server in the moment they began: nobody restarts there.
"""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from httpx import HTTPError
from prefect import runtime
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL
from prefect.states import Crashed

ALIVE = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
SILENT = timedelta(minutes=3)  # heartbeats come every 30 seconds
UNHEARD = timedelta(hours=6)  # for a run whose worker was told to send none
BEGINS_WITHIN = timedelta(minutes=10)  # from being taken by a worker to the first line of the flow
STARTS_WITHIN = timedelta(minutes=1)  # until a run that a worker has taken is a process
AT_ONCE = timedelta(0)
ONLINE = timedelta(seconds=90)  # a worker that was heard of since then is there
OURS = "keepwell"  # the tag that every one of our deployments carries
PROCESSES = Path("/proc")
MARK = b"PREFECT__FLOW_RUN_ID="
GONE = "Its process is gone: it, its worker or its machine was killed. The next run does its work."


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a run that the server believes in."""

    id: UUID
    type: StateType
    since: datetime
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """What this machine can say for sure: which runs are processes here, and if others have any.

    A run that a worker has just taken, and not yet started, is given ``grace``.
    """

    running: Collection[UUID]
    is_alone: bool
    grace: timedelta = AT_ONCE


def is_gone(run: Seen, here: Here, now: datetime) -> bool:
    """Return whether a run that is told to go on has no process any more."""
    if run.id in here.running:
        return False
    if here.is_alone:
        return now - run.since >= here.grace
    if run.type is StateType.PENDING:
        return now - run.since > BEGINS_WITHIN
    if run.heard_at is None:
        return now - run.since > UNHEARD
    return now - max(run.heard_at, run.since) > SILENT


def beside_this_run(now: datetime) -> tuple[str, ...]:
    """Free what is stuck in the pool of the flow run this is called in, and return the names.

    Nothing is done where the server does not answer: this is not what the run is for.
    """
    own = runtime.flow_run.id
    if own is None:
        return ()
    try:
        with get_client(sync_client=True) as client:
            pool = client.read_flow_run(UUID(own)).work_pool_name
            return free_stuck(client, pool, now, STARTS_WITHIN)
    except (HTTPError, PrefectException):
        return ()


def free_stuck(
    client: SyncPrefectClient, pool: str | None, now: datetime, grace: timedelta = AT_ONCE
) -> tuple[str, ...]:
    """Set every run of ours that is gone to Crashed and return their names.

    ``pool`` is the work pool that is looked at; None where the runs are served without one.
    """
    runs = _going_on(client, pool)
    if not runs:
        return ()
    around = here(client, pool, now, grace)
    heard = _heard(client, [run.id for run in runs], now)
    gone = [run for run in runs if is_gone(_seen(run, heard), around, now)]
    for run in gone:
        client.set_flow_run_state(run.id, Crashed(message=GONE), force=True)
    return tuple(run.name for run in gone)


def _going_on(client: SyncPrefectClient, pool: str | None) -> list[FlowRun]:
    goes_on = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(ALIVE)))
    if pool is None:
        ours = FlowRunFilter(state=goes_on, tags=FlowRunFilterTags(all_=[OURS]))
        return client.read_flow_runs(flow_run_filter=ours)
    named = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=goes_on), work_pool_filter=named
    )


def _seen(run: FlowRun, heard: Mapping[UUID, datetime]) -> Seen:
    state = run.state
    if state is None:  # only a run that nobody has taken yet has none, and those are not asked for
        raise ValueError(f"{run.name} has no state")
    return Seen(run.id, state.type, state.timestamp, heard.get(run.id))


def _heard(
    client: SyncPrefectClient, ids: Sequence[UUID], now: datetime
) -> Mapping[UUID, datetime]:
    """Return when each run was last heard of, of those that send heartbeats."""
    names = {f"prefect.flow-run.{one}": one for one in ids}
    wanted = {
        "occurred": {"since": (now - UNHEARD).isoformat(), "until": now.isoformat()},
        "event": {"name": ["prefect.flow-run.heartbeat"]},
        "resource": {"id": list(names)},
        "order": "ASC",
    }
    found: dict[UUID, datetime] = {}
    page = _asked(client, "/events/filter", {"filter": wanted, "limit": 50})
    while page:
        for event in page["events"]:
            one = names[event["resource"]["prefect.resource.id"]]
            found[one] = datetime.fromisoformat(event["occurred"])
        page = _next(client, page)
    return found


def _asked(client: SyncPrefectClient, path: str, body: object) -> Any:  # noqa: ANN401 - any JSON
    answer = client._client.post(path, json=body)  # noqa: SLF001 - Prefect has no public call for it
    answer.raise_for_status()
    return answer.json()


def _next(client: SyncPrefectClient, page: Mapping[str, Any]) -> dict[str, Any]:
    if not page.get("next_page"):
        return {}
    answer = client._client.get(page["next_page"])  # noqa: SLF001 - as above
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def here(
    client: SyncPrefectClient, pool: str | None, now: datetime, grace: timedelta = AT_ONCE
) -> Here:
    """Return what this machine can say of the runs of ``pool``; None where there is no pool."""
    if pool is None or not PROCESSES.is_dir():
        return Here(running_here(), is_alone=False)
    workers = _asked(client, f"/work_pools/{pool}/workers/filter", {"limit": 200})
    others = [one for one in workers if one["name"] != socket.gethostname() and _is_on(one, now)]
    return Here(running_here(), is_alone=not others, grace=grace)


def _is_on(worker: Mapping[str, Any], now: datetime) -> bool:
    heard = worker.get("last_heartbeat_time")
    return heard is not None and now - datetime.fromisoformat(heard) < ONLINE


def running_here(processes: Path = PROCESSES) -> frozenset[UUID]:
    """Return the runs that are processes on this machine; none where the system does not tell."""
    marks = (_mark(path) for path in processes.glob("[0-9]*/environ"))
    return frozenset(mark for mark in marks if mark is not None)


def _mark(environ: Path) -> UUID | None:
    try:
        variables = environ.read_bytes().split(b"\0")
        marks = [one.removeprefix(MARK) for one in variables if one.startswith(MARK)]
        return UUID(marks[0].decode()) if marks else None
    except (OSError, ValueError):  # it has ended meanwhile, or is somebody else's
        return None


def main(arguments: Sequence[str], say: Callable[[str], object] = print) -> int:
    """Free what is stuck before a worker of ``--pool`` starts; say what was freed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", required=True)
    asked = parser.parse_args(arguments)
    if not PREFECT_API_URL.value():  # without an address Prefect would start a server of its own
        say("keepwell: PREFECT_API_URL names no server, so nothing was looked at.")
        return 2
    try:
        with get_client(sync_client=True) as client:
            freed = free_stuck(client, asked.pool, datetime.now(UTC))
    except (HTTPError, PrefectException) as error:  # the worker will wait for it, too
        say(f"keepwell: the Prefect server does not answer ({error}); nothing was looked at.")
        return 3
    for name in freed:
        say(f"keepwell: the run '{name}' was killed: it is Crashed, and the next can begin.")
    return 0


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
