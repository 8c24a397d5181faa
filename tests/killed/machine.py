"""A machine in production: what is killed on it is started again, as systemd or compose would.

Its services are a Prefect server on PostgreSQL and a worker of a process pool. A service that has
died, whatever the reason, is started again a second later, and the worker frees what was killed
with it first, as deploy/compose.yaml says.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.killed import database

POOL = "kpi"
RESTARTS_AFTER_S = 1.0
PATIENCE_S = 300.0  # two cores that others use, too
ROOT = Path(__file__).parents[2]


@dataclass
class Service:
    """One process that must always be there, with the processes it has started."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    user: str | None = None
    restarts_after_s: float = RESTARTS_AFTER_S
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    _ends: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._keep_up, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()
        self.kill()
        if self._thread:
            self._thread.join(30)

    def kill(self) -> None:
        """Kill it with everything it has started, as the end of a container does."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def kill_alone(self) -> None:
        """Kill the process, and let what it has started go on, as the kernel does for memory."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    def kill_run(self) -> bool:
        """Kill the newest flow run below it; return whether there was one."""
        runs = [pid for pid in _descendants(self.process.pid) if _is_run(pid)]
        for pid in runs[-1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(runs)

    def _keep_up(self) -> None:
        while not self._ends.is_set():
            with self.log.open("ab") as output:
                self.process = subprocess.Popen(
                    self.command,
                    cwd=ROOT if self.user is None else "/",
                    env=dict(self.environ),
                    user=self.user,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                self.starts += 1
                self.process.wait()
            self._ends.wait(self.restarts_after_s)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _is_run(pid: int) -> bool:
    with suppress(OSError):
        return b"PREFECT__FLOW_RUN_ID=" in Path(f"/proc/{pid}/environ").read_bytes()
    return False


@dataclass
class Machine:
    """The services, the address of the API, and the address of the store."""

    postgres: Service
    server: Service
    worker: Service
    api: str
    store_url: str
    environ: Mapping[str, str]

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.api, timeout=30)

    def is_up(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=2).is_success
        except httpx.TransportError:
            return False

    def wait_until_up(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while not self.is_up():
            if time.monotonic() > until:
                raise TimeoutError(self.server.log.read_text()[-2000:])
            time.sleep(0.3)

    def prefect(self, *arguments: str) -> None:
        """Run a command of Prefect's against this server."""
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """Give a machine with its server up; the worker is started by the caller."""
    cluster = database.made()
    there = _installed(folder, cluster, free_port(), free_port())
    there.postgres.start()
    try:
        database.create(_port_of(there.store_url), "prefect", "store")
        there.server.start()
        there.wait_until_up()
        there.prefect("work-pool", "create", POOL, "--type", "process")
        yield there
    finally:
        there.worker.stop()
        there.server.stop()
        there.postgres.stop()
        shutil.rmtree(cluster, ignore_errors=True)


def _installed(folder: Path, cluster: Path, port: int, port_of_postgres: int) -> Machine:
    environ = _environ(folder, port, database.address(port_of_postgres, "prefect"))
    serve = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    postgres = database.command(cluster, port_of_postgres)
    store = database.address(port_of_postgres, "store")
    return Machine(
        Service("postgres", postgres, {}, folder / "postgres.log", database.owner()),
        Service("server", (sys.executable, *serve), environ, folder / "server.log"),
        Service("worker", ("sh", "-c", _worker()), environ, folder / "worker.log"),
        f"http://127.0.0.1:{port}/api",
        store.replace("postgresql:", "postgresql+psycopg:"),
        environ,
    )


def _port_of(url: str) -> int:
    port = httpx.URL(url).port
    assert port
    return port


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _worker() -> str:
    python = sys.executable
    start = f"worker start --pool {POOL} --type process --limit 2 --name {socket.gethostname()}"
    return f"{python} -m flows.stuck --pool {POOL}; exec {python} -m prefect {start}"


def _environ(folder: Path, port: int, prefect_database: str) -> dict[str, str]:
    url = prefect_database.replace("postgresql:", "postgresql+asyncpg:")
    api = f"http://127.0.0.1:{port}/api"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    return {
        **kept,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_UI_API_URL": api,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
            "prefect.server.concurrency.lease_storage.filesystem"
        ),
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
        "KEEPWELL_POOL": POOL,
        "KEEPWELL_TIMEZONE": "America/New_York",
        "KEEPWELL_DIRECTORY": str(ROOT),
    }
