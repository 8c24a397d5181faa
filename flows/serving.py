"""Serve: the flows on the Prefect server this process reports to, once or on schedule.

`keepwell demo --ui` starts `python -m flows.serving run` and then `python -m flows.serving serve`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.deployments import REGISTRY, Deployment
from flows.digest import digest
from flows.measure import measure
from flows.outbox import outbox
from flows.sync import sync
from flows.watch import watch
from flows.workspace import settings_at

FLOWS: dict[str, Flow[..., State[object]]] = {
    "sync": sync,
    "measure": measure,
    "watch": watch,
    "digest": digest,
    "outbox": outbox,
}
AT_ONCE = 2  # runs at a time: a laptop has to stay usable


def once(config: Path, *, period: str | None, now: datetime | None) -> dict[str, State[object]]:
    """Run every flow once and return how each ended, by name; a failure does not stop the next."""
    given: dict[str, Any] = {"config": str(config), "now": now, "period": period}
    return {name: flow(**fit(flow, given), return_state=True) for name, flow in FLOWS.items()}


def fit(flow: Flow[..., State[object]], given: dict[str, Any]) -> dict[str, Any]:
    """Return those of ``given`` that ``flow`` asks for; the outbox goes by the store's clock."""
    return {name: value for name, value in given.items() if name in flow.parameters.properties}


def served(config: Path, environ: Mapping[str, str], *, now: datetime | None) -> None:
    """Serve the deployments of ``config`` until the process is stopped."""
    settings = settings_at(config, environ)
    zone = settings.company.timezone
    given: dict[str, Any] = {"config": str(config), "now": now}
    serve(*(_made(one, zone, given) for one in REGISTRY), limit=AT_ONCE)


def _made(one: Deployment, zone: str, given: dict[str, Any]) -> RunnerDeployment:
    flow = FLOWS[one.name]
    made = flow.to_deployment(
        name=one.name,
        description=one.description,
        parameters={**one.parameters, **fit(flow, given)},
        schedules=[
            Cron(schedule.cron, timezone=schedule.timezone or zone) for schedule in one.schedules
        ],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
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
