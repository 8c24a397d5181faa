"""How do deployments come onto a Prefect server, and go again when nobody wants them any more?

What a person paused in the UI stays paused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, cast

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    State,
    StateType,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.deployments import ENVIRONMENT, TAG, Deployment, Schedule

ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
PAGE = 200  # the most the server gives at a time


@dataclass(frozen=True, slots=True)
class Paused:
    """What a person switched off: a whole deployment, or schedules of it by their slugs."""

    deployment: bool = False
    slugs: frozenset[str] = frozenset()


def flow_of(one: Deployment) -> Flow[..., State[object]]:
    """Return the flow that a deployment runs."""
    return cast("Flow[..., State[object]]", getattr(import_module(one.module), one.function))


def fit(flow: Flow[..., State[object]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of ``given`` that ``flow`` asks for; the outbox goes by the store's clock."""
    return {name: value for name, value in given.items() if name in flow.parameters.properties}


def made(
    one: Deployment, given: Mapping[str, Any], paused: Paused, pool: str | None = None
) -> RunnerDeployment:
    """Return a deployment as Prefect takes it; ``given`` are parameters of all runs.

    It names its flow by the module: that is found wherever Keepwell is installed.
    """
    flow = flow_of(one)
    found = flow.to_deployment(
        name=one.name,
        description=one.description,
        parameters={**one.parameters, **fit(flow, given)},
        schedules=[
            Cron(each.cron, timezone=each.timezone, slug=each.slug, active=_is_active(each, paused))
            for each in one.schedules
        ],
        paused=paused.deployment,
        tags=list(one.tags),
        concurrency_limit=ALONE if one.alone else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=pool,
        job_variables={"env": dict(ENVIRONMENT)} if pool else None,
    )
    return cast("RunnerDeployment", found)  # a coroutine only where a loop is running


def _is_active(schedule: Schedule, paused: Paused) -> bool:
    return schedule.slug not in paused.slugs


def ours(client: SyncPrefectClient) -> dict[str, DeploymentResponse]:
    """Return the deployments of Keepwell that the server has, by name."""
    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    found = client.read_deployments(deployment_filter=tagged, limit=PAGE)
    return {one.name: one for one in found}


def paused_in(there: Mapping[str, DeploymentResponse]) -> dict[str, Paused]:
    """Return what is switched off of each deployment that is there."""
    return {
        name: Paused(
            deployment=one.paused,
            slugs=frozenset(each.slug for each in one.schedules if each.slug and not each.active),
        )
        for name, one in there.items()
    }


def tidy(client: SyncPrefectClient, wanted: Iterable[Deployment]) -> tuple[str, ...]:
    """Delete the deployments of Keepwell that are not ``wanted``; return their names."""
    names = {one.name for one in wanted}
    gone = {name: one for name, one in ours(client).items() if name not in names}
    for one in gone.values():
        client.delete_deployment(one.id)
    return tuple(gone)


def forgo(client: SyncPrefectClient, deployments: Collection[DeploymentResponse]) -> int:
    """Delete the runs that nobody started in time, but for the newest of each; return how many.

    What they would have done, the newest does: flows look back by themselves.
    """
    overdue = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=cast("Any", datetime.now(UTC))),
    )
    count = 0
    for one in deployments:
        runs = client.read_flow_runs(
            flow_run_filter=overdue,
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[one.id])),
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=PAGE,
        )
        for run in (each for each in runs[1:] if each.auto_scheduled):
            client.delete_flow_run(run.id)
            count += 1
    return count


def connected() -> SyncPrefectClient:
    """Return a client of the server this process reports to."""
    return get_client(sync_client=True)
