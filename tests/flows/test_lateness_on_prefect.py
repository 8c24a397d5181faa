"""After an outage: of the runs that were missed the newest does the work, the others say so and end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Completed

from flows.lateness import newer_than, too_late
from tasks.model import Grain

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("prefect")]
HOUR = timedelta(hours=1)


@flow(name="guarded")
def guarded(grain: Grain | None = None):
    """Say whether there was anything to do."""
    return too_late() or Completed(message="Worked: all of it")


@pytest.fixture
def client(server: None) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as one:
        yield one


@pytest.fixture
def deployment(client: SyncPrefectClient) -> UUID:
    name = f"hourly-{datetime.now(UTC):%H%M%S%f}"
    made = guarded.to_deployment(name, cron="0 * * * *", parameters={"grain": "week"})
    return made.apply()


def missed(client: SyncPrefectClient, deployment: UUID, hours: int) -> list[FlowRun]:
    """The runs of the last hours, oldest first, as the server plans them: nobody took them."""
    began = datetime.now(UTC) - hours * HOUR
    stretch = {"start_time": began.isoformat(), "end_time": datetime.now(UTC).isoformat()}
    asked = {**stretch, "min_runs": hours, "max_runs": hours}
    client._client.post(f"/deployments/{deployment}/schedule", json=asked).raise_for_status()
    found = client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_ASC)
    return [one for one in found if one.deployment_id == deployment]


def ended(run: FlowRun) -> str:
    state = run_flow(guarded, flow_run=run, parameters={"grain": "week"}, return_type="state")
    return str(state.message).partition(":")[0]


def test_of_five_missed_runs_only_the_newest_works(
    client: SyncPrefectClient, deployment: UUID
) -> None:
    runs = missed(client, deployment, 5)
    assert [ended(one) for one in runs] == [*["SkippedLate"] * 4, "Worked"]


def test_a_run_whose_newer_ones_were_cancelled_works_however_late(
    client: SyncPrefectClient, deployment: UUID
) -> None:
    oldest, *others = missed(client, deployment, 9)
    for one in others:
        client.set_flow_run_state(one.id, Cancelled(), force=True)
    assert ended(oldest) == "Worked"


def test_a_run_that_somebody_started_or_that_asks_for_something_else_is_never_skipped(
    client: SyncPrefectClient, deployment: UUID
) -> None:
    oldest, *_ = missed(client, deployment, 3)
    by_hand = client.create_flow_run_from_deployment(
        deployment, parameters={"grain": "week"}, name="by hand"
    )
    assert newer_than(oldest.id, deployment, datetime.now(UTC)) is not None
    assert newer_than(by_hand.id, deployment, datetime.now(UTC) + 9 * HOUR) is None
