"""Serve: the flows on the Prefect server this process reports to, once or on schedule.

`keepwell serve` starts `python -m flows.serving serve`; `keepwell demo --ui` starts it with
``run`` before that. Both talk to the server that the environment names.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from flows.automations import upsert
from flows.deployments import MEASURE, OUTBOX, SYNC, WATCH, Deployment, deployments_of, digest_of
from flows.registering import Paused, connected, fit, flow_of, forgo, made, ours, paused_in, tidy
from flows.stuck import free_stuck
from flows.workspace import settings_at
from tasks.model import Grain

AT_ONCE = 2  # runs at a time: a laptop has to stay usable
EACH_ONCE = (SYNC, MEASURE, WATCH, digest_of(Grain.WEEK), OUTBOX)  # what the demo runs


def once(config: Path, *, period: str | None, now: datetime | None) -> dict[str, State[object]]:
    """Run every flow once and return how each ended, by name; a failure does not stop the next."""
    given: dict[str, Any] = {"config": str(config), "now": now, "period": period}
    flows = {one.function: flow_of(one) for one in EACH_ONCE}
    return {name: flow(**fit(flow, given), return_state=True) for name, flow in flows.items()}


def served(
    config: Path, environ: Mapping[str, str], *, now: datetime | None, ready: Path | None = None
) -> None:
    """Serve the deployments of ``config`` until SIGINT; write ``ready`` once they are there."""
    settings = settings_at(config, environ)
    given = {"config": str(config), **({"now": now} if now else {})}
    runner = Runner(pause_on_shutdown=False, limit=AT_ONCE)
    for one in _wanted(deployments_of(settings), given):
        runner.add_deployment(one)
    with connected() as client:
        upsert(client, settings)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if ready is not None:
        ready.touch()
    with suppress(KeyboardInterrupt):  # the way to end it, not a failure
        asyncio.run(runner.start())


def _wanted(wanted: Sequence[Deployment], given: Mapping[str, Any]) -> tuple[RunnerDeployment, ...]:
    """Delete what is not ``wanted`` from the server, and return what is, as Prefect takes it.

    Runs that were killed make room, and of those that nobody started only the newest stays.
    """
    with connected() as client:
        there = ours(client)
        paused = paused_in(there)
        tidy(client, wanted)
        free_stuck(client, None, datetime.now(UTC))
        forgo(client, [one for one in there.values() if one.name in {each.name for each in wanted}])
    return tuple(made(one, given, paused.get(one.name, Paused())) for one in wanted)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the flows once, or serve them; return 1 when a run failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["run", "serve"])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--period")
    parser.add_argument("--now", type=datetime.fromisoformat)
    parser.add_argument("--ready", type=Path)
    asked = parser.parse_args(arguments)
    if asked.action == "serve":
        served(asked.config, environ, now=asked.now, ready=asked.ready)
        return 0
    states = once(asked.config, period=asked.period, now=asked.now)
    return 0 if all(state.is_completed() for state in states.values()) else 1


if __name__ == "__main__":
    import os
    import sys

    raise SystemExit(main(sys.argv[1:], os.environ))
