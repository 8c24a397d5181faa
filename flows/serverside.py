"""What does a Prefect server let go of? Runs of ours that ended long ago, with what they left.

A few hundred at a time, the oldest first: what is left over is the next day's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from flows.deployments import TAG

KEPT = timedelta(days=90)
IDLE = timedelta(days=7)  # runs that found nothing to do: there are dozens each day
IDLE_TAGS = ("nothing-due", "nothing-waits", "nothing-new", "all-quiet", "skipped-late")
MOST = 500  # runs let go of at a time
PAGE = 200


@dataclass(frozen=True, slots=True)
class Gone:
    """How many runs and artifacts were let go of."""

    runs: int = 0
    artifacts: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.runs:,} runs and {self.artifacts:,} artifacts gone from the Prefect server"


def let_go(client: SyncPrefectClient, now: datetime, kept: timedelta = KEPT) -> Gone:
    """Delete runs of ours that ended more than ``kept`` ago, and idle ones after a week."""
    runs = artifacts = 0
    for run in _old(client, now, kept):
        artifacts += _forget_artifacts(client, run)
        client.delete_flow_run(run.id)
        runs += 1
    return Gone(runs, artifacts)


def _old(client: SyncPrefectClient, now: datetime, kept: timedelta) -> Iterator[FlowRun]:
    found: dict[object, FlowRun] = {}
    for tags, before in (([TAG], now - kept), *(([TAG, one], now - IDLE) for one in IDLE_TAGS)):
        asked = FlowRunFilter(
            tags=FlowRunFilterTags(all_=tags),
            end_time=FlowRunFilterEndTime(before_=cast("Any", before)),
        )
        for offset in range(0, MOST, PAGE):
            page = client.read_flow_runs(
                flow_run_filter=asked, sort=FlowRunSort.START_TIME_ASC, limit=PAGE, offset=offset
            )
            found |= {one.id: one for one in page}
            if len(page) < PAGE:
                break
    yield from list(found.values())[:MOST]


def _forget_artifacts(client: SyncPrefectClient, run: FlowRun) -> int:
    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
    found = client.read_artifacts(artifact_filter=mine, limit=PAGE)
    for one in found:
        try:
            client.delete_artifact(one.id)
        except ObjectNotFound:  # somebody else was faster
            continue
    return len(found)
