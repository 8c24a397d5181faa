"""A company served for real: the processes, the server's answers, and what the registry wants."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from flows.deployments import Deployment
from tests.flows.small import CUSTOMERS, VERSIONS

ROOT = Path(__file__).parents[2]
KEEPWELL = Path(sys.executable).parent / "keepwell"
PREFECT = Path(sys.executable).parent / "prefect"
PATIENCE_S = 240.0  # two cores that others are busy with as well
CONFIG = """\
company: {name: Tiny, timezone: Europe/Berlin, currency: USD}
business_hours: {from: "08:00", to: "17:00"}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan]
audiences:
  - {name: team, digest: week, to: ["file:team"]}
  - {name: board, digest: month, to: ["file:board"]}
  - {name: owners, digest: quarter, to: ["file:owners"]}
"""
OTHERS = {"PREFECT_API_URL", "PREFECT_HOME", "PREFECT_LOGGING_LEVEL", "KEEPWELL_POOL"}

# name -> what is shown of it
Shown = Mapping[str, Mapping[str, Any]]


def company(folder: Path) -> Path:
    """Write a small company whose digests are due when the registry says; return its file."""
    (folder / "exports").mkdir(parents=True)
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    return folder / "keepwell.yaml"


def plain(**more: str) -> dict[str, str]:
    """The environment without what tests set for Prefect."""
    return {**{name: text for name, text in os.environ.items() if name not in OTHERS}, **more}


def until(is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Return as soon as something is so; fail when it does not become so."""
    end = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.5)


@dataclass
class Served:
    """A `keepwell serve`, started as from a script: there the shell ignores Ctrl-C."""

    config: Path
    process: subprocess.Popen[str]
    said: Path
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def started(cls, config: Path, *options: str) -> Served:
        said = config.parent / "said.txt"
        with said.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [KEEPWELL, "serve", "--config", config, *options],
                env=plain(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
            )
        return cls(config, process, said)

    @property
    def home(self) -> Path:
        return self.config.parent / ".keepwell" / self.config.stem

    @property
    def url(self) -> str:
        return self.words.partition("The UI: ")[2].split()[0]

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    @property
    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.words
        return (self.home / "ready").exists()

    def is_healthy(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.api}/health", timeout=5).is_success
        return False

    def left(self) -> dict[int, str]:
        """The processes that belong to this serve, by their environment or their words."""
        mark, found = str(self.home).encode(), {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                if mark in told and int(folder.name) != os.getpid():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode()
        return found

    def child(self, words: str) -> int:
        """The process whose command holds these words."""
        return next(pid for pid, told in self.left().items() if words in told.replace("\0", " "))


def asked(api: str, what: str, **body: object) -> list[dict[str, Any]]:
    """What a server answers to a filter."""
    answer = httpx.post(f"{api}/{what}/filter", json={"limit": 200, **body}, timeout=60)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def shown(api: str) -> Shown:
    """What a server has of each deployment, as far as the registry decides it."""
    return {
        one["name"]: {
            "description": one["description"],
            "tags": sorted(one["tags"]),
            "parameters": {k: v for k, v in one["parameters"].items() if k != "config"},
            "schedules": sorted(
                (each["slug"], each["schedule"]["cron"], each["schedule"]["timezone"])
                for each in one["schedules"]
            ),
            "limit": (one["global_concurrency_limit"] or {}).get("limit"),
            "strategy": (one["concurrency_options"] or {}).get("collision_strategy"),
        }
        for one in asked(api, "deployments")
    }


def wanted(deployments: tuple[Deployment, ...], zone: str) -> Shown:
    """What the registry wants a server to have."""
    return {
        one.name: {
            "description": one.description,
            "tags": sorted(one.tags),
            "parameters": dict(one.parameters),
            "schedules": sorted(
                (each.slug, each.cron, each.timezone or zone) for each in one.schedules
            ),
            "limit": 1 if one.alone else None,
            "strategy": "CANCEL_NEW" if one.alone else None,
        }
        for one in deployments
    }


def ran(api: str, deployment: str, parameters: Mapping[str, object]) -> dict[str, Any]:
    """Start a deployment by hand, wait until the run is over, and return it."""
    id_ = next(one["id"] for one in asked(api, "deployments") if one["name"] == deployment)
    body = {"parameters": dict(parameters), "state": {"type": "SCHEDULED"}}
    run = httpx.post(f"{api}/deployments/{id_}/create_flow_run", json=body, timeout=60).json()
    over = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

    def now() -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{api}/flow_runs/{run['id']}", timeout=60).json()
        return found

    until(lambda: now()["state_type"] in over, f"{deployment} has run")
    return now()


def command(*words: str | Path, cwd: Path = ROOT, **environ: str) -> tuple[int, str]:
    """The exit code of a command, and all it said."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=plain(**environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    return done.returncode, done.stdout + done.stderr
