"""Serve: the flows on the Prefect server this process reports to, once or on schedule.

`keepwell serve` starts `python -m flows.serving serve`; `keepwell demo --ui` starts it with
``run`` before that.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.deployments import (
    MEASURE,
    OUTBOX,
    SYNC,
    WATCH,
    Deployment,
    deployments_of,
    digest_of,
)
from flows.workspace import settings_at
from tasks.model import Grain

AT_ONCE = 2  # runs at a time: a laptop has to stay usable
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
EACH_ONCE = (SYNC, MEASURE, WATCH, digest_of(Grain.WEEK), OUTBOX)  # what the demo runs


def flow_of(one: Deployment) -> Flow[..., State[object]]:
    """Return the flow that a deployment runs."""
    return cast("Flow[..., State[object]]", getattr(import_module(one.module), one.function))


def once(config: Path, *, period: str | None, now: datetime | None) -> dict[str, State[object]]:
    """Run every flow once and return how each ended, by name; a failure does not stop the next."""
    given: dict[str, Any] = {"config": str(config), "now": now, "period": period}
    flows = {one.function: flow_of(one) for one in EACH_ONCE}
    return {name: flow(**fit(flow, given), return_state=True) for name, flow in flows.items()}


def fit(flow: Flow[..., State[object]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of ``given`` that ``flow`` asks for; the outbox goes by the store's clock."""
    return {name: value for name, value in given.items() if name in flow.parameters.properties}


def served(config: Path, environ: Mapping[str, str], *, now: datetime | None) -> None:
    """Serve the deployments of ``config`` until the process is stopped."""
    deployments = deployments_of(settings_at(config, environ))
    serve(*made(deployments, {"config": str(config), "now": now}), limit=AT_ONCE)


def made(
    deployments: Iterable[Deployment], given: Mapping[str, Any]
) -> tuple[RunnerDeployment, ...]:
    """Return the deployments as Prefect takes them; ``given`` are parameters of all runs.

    They name their flow by its module: it is found wherever Keepwell is installed.
    """
    return tuple(_made(one, given) for one in deployments)


def _made(one: Deployment, given: Mapping[str, Any]) -> RunnerDeployment:
    flow = flow_of(one)
    made = flow.to_deployment(
        name=one.name,
        description=one.description,
        parameters={**one.parameters, **fit(flow, given)},
        schedules=[
            Cron(schedule.cron, timezone=schedule.timezone, slug=schedule.slug)
            for schedule in one.schedules
        ],
        tags=list(one.tags),
        concurrency_limit=ALONE,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return cast("RunnerDeployment", made)  # a coroutine only where a loop is running


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the flows once, or serve them; return 1 when a run failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["run", "serve"])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--period")
    parser.add_argument("--now", type=datetime.fromisoformat)
    asked = parser.parse_args(arguments)
    if asked.action == "serve":
        served(asked.config, environ, now=asked.now)
        return 0
    states = once(asked.config, period=asked.period, now=asked.now)
    return 0 if all(state.is_completed() for state in states.values()) else 1


if __name__ == "__main__":
    import os
    import sys

    raise SystemExit(main(sys.argv[1:], os.environ))
