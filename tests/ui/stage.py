"""A real Prefect server, the sample company with operators and secrets, and a process that serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from flows.automations import upsert
from flows.local_server import Server, local_server
from flows.workspace import settings_at
from tasks.sample import Company, write_company

T = TypeVar("T")
PATIENCE_S = 240.0  # two cores, and others at work on them
SECRETS = {
    "KEEPWELL_TEST_TOKEN": "xoxb-planted-4711-token",
    "KEEPWELL_TEST_PASSWORD": "planted-4711-password",
}
MORE = """
operators: {to: ["file:operators"]}
alerts: {mode: live, to: ["file:alerts"]}
"""
CHANNELS = """  slack: {token: "${KEEPWELL_TEST_TOKEN}"}
  email: {host: 127.0.0.1, port: 9, username: kpi, password: "${KEEPWELL_TEST_PASSWORD}",
          from: "Keepwell <kpi@acme.example>"}
"""


def until(found: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
    """Return what is found, once it is; fail with ``what`` where it never is."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if found_now := found():
            return found_now
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {patience_s:.0f} s")


@dataclass(slots=True)
class Stage:
    """Where all of it is, and what can be done to it."""

    server: Server
    company: Company
    client: SyncPrefectClient
    home: Path
    serving: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of ours is started with."""
        return {**os.environ, **SECRETS, **self.server.environment}

    def command(self, *words: str) -> list[str]:
        """Python, with what every command of ours asks for."""
        config, now = str(self.company.configuration), self.company.now.isoformat()
        return [sys.executable, *words, "--config", config, "--now", now]

    def serve(self) -> None:
        """Begin to serve; the schedules rest, so that only what a test starts is run."""
        ready = self.home / f"ready-{time.monotonic()}"
        self.serving = subprocess.Popen(
            self.command("-m", "flows.serving", "serve", "--ready", str(ready)),
            env=self.environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        until(lambda: ready.exists() or None, "it serves")
        until(lambda: self.client.read_deployments() or None, "there are deployments")
        time.sleep(2)
        for one in self.client.read_deployments():
            self.client.pause_deployment(one.id)
        upsert(self.client, settings_at(self.company.configuration, SECRETS))

    def kill(self) -> None:
        """Kill what serves and everything it has started, as a machine that loses power does."""
        if self.serving is not None:
            os.killpg(self.serving.pid, signal.SIGKILL)
            self.serving.wait()
            self.serving = None

    def start(self, name: str, planned: datetime | None = None, **asked: str) -> FlowRun:
        """Start a run of a deployment, now or as if it had been planned for earlier."""
        (found,) = [one for one in self.client.read_deployments() if one.name == name]
        state = Scheduled(scheduled_time=planned or datetime.now(UTC))
        return self.client.create_flow_run_from_deployment(
            found.id, state=state, parameters={**found.parameters, **asked}
        )

    def ended(self, run: FlowRun) -> FlowRun:
        """Return a run once it is over."""

        def over() -> FlowRun | None:
            found = self.client.read_flow_run(run.id)
            return found if found.state and found.state.is_final() else None

        return until(over, f"{run.name} ends")

    def runs(self, name: str) -> list[FlowRun]:
        """Return the runs of a deployment: while they wait their names say nothing."""
        named = DeploymentFilter(name=DeploymentFilterName(any_=[name]))
        return self.client.read_flow_runs(deployment_filter=named)

    def told(self) -> list[str]:
        """Return what the operators have got, message by message."""
        found = (self.company.folder / "out" / "operators").glob("*.md")
        return [one.read_text(encoding="utf-8") for one in sorted(found)]

    def is_told(self, words: str) -> bool:
        """Return whether the operators have got a message with these words."""
        return any(words in one for one in self.told())


def plant(company: Company) -> None:
    """Give the company operators, live alerts, and secrets from its environment."""
    page = company.configuration
    kept = page.read_text(encoding="utf-8").rstrip() + "\n" + CHANNELS + MORE
    page.write_text(kept, encoding="utf-8")


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Give all of it, and take it away again."""
    company = write_company(folder / "company")
    plant(company)
    home = folder / "prefect"
    home.mkdir()
    with (
        local_server({**os.environ, **SECRETS}, home=home) as server,
        temporary_settings({PREFECT_API_URL: server.api}),
        SyncPrefectClient(api=server.api) as client,
    ):
        stage = Stage(server, company, client, home)
        try:
            yield stage
        finally:
            stage.kill()


EARLIER = timedelta(minutes=40)
