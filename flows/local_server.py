"""A Prefect server on this machine's loopback: start it, wait until it answers, stop it."""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from flows.children import Process, start, stop
from tasks.errors import DestinationUnavailable, WrongUse

PATIENCE_S = 180.0  # a first start migrates a database; a busy machine takes its time
USUAL_PORT = 4200  # Prefect's own
API = "PREFECT_API_URL"
LOOPBACK = "127.0.0.1"
LEASES = "prefect.server.concurrency.lease_storage.filesystem"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its UI is, and the environment a flow needs to report to it."""

    url: str
    environment: Mapping[str, str]

    @property
    def api(self) -> str:
        """The address flows talk to."""
        return f"{self.url}/api"


def never() -> bool:
    """Return False: nobody asked to stop."""
    return False


@dataclass(slots=True)
class OwnServer:
    """A server of our own, which may be started again on the same port with the same database."""

    server: Server
    environ: Mapping[str, str]
    log: Path
    process: Process | None = field(default=None, init=False)

    def start(self, is_stopped: Callable[[], bool] = never) -> None:
        """Start it and wait until it answers; ``DestinationUnavailable`` when it does not.

        Returns early when ``is_stopped``.
        """
        port = self.server.url.rpartition(":")[2]
        command = [sys.executable, "-m", "prefect", "server", "start"]
        with self.log.open("wb") as output:
            self.process = start(
                [*command, "--host", LOOPBACK, "--port", port],
                {**self.environ, **self.server.environment},
                output,
            )
        _wait_until_healthy(self.server, self.process, self.log, is_stopped)

    def is_gone(self) -> bool:
        """Return whether it has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM)
            self.process = None


def own_server(
    environ: Mapping[str, str], home: Path, *, port: int | None = None, log: Path | None = None
) -> OwnServer:
    """Return a server, not yet started, whose database lives in ``home``; any port for None."""
    server = _on(home, _free_port() if port is None else port)
    return OwnServer(server, environ, log or home / "server.log")


@contextmanager
def local_server(environ: Mapping[str, str], *, home: Path | None = None) -> Iterator[Server]:
    """Give a server that is gone again afterwards; its database lives in ``home``.

    Raises ``DestinationUnavailable`` when it does not answer within three minutes.
    """
    with tempfile.TemporaryDirectory(prefix="keepwell-prefect-") as folder:
        one = own_server(environ, home or Path(folder), log=Path(folder) / "server.log")
        try:
            one.start()
            yield one.server
        finally:
            one.stop()


def port_for(wanted: int | None) -> int:
    """Return the port ``wanted``, ``WrongUse`` if it is taken; else 4200, or any that is free."""
    if wanted is None:
        return USUAL_PORT if _is_free(USUAL_PORT) else _free_port()
    if not _is_free(wanted):
        raise WrongUse(
            f"port {wanted} is taken.", todo="Name another one with --port, or leave it out."
        )
    return wanted


def _on(home: Path, port: int) -> Server:
    url = f"http://{LOOPBACK}:{port}"
    return Server(url, _environment(home, f"{url}/api"))


def _environment(home: Path, api: str) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(home),
        API: api,
        "PREFECT_UI_API_URL": api,  # the UI asks port 4200 otherwise
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",  # WARNING would empty the UI's log pages too
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        # runs of long ago go by themselves; events do anyway
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # in memory, a killed server would forget who holds a slot, and it would stay taken
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": LEASES,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _wait_until_healthy(
    server: Server, process: Process, log: Path, is_stopped: Callable[[], bool]
) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if is_stopped() or is_healthy(server.api, server.environment):
            return
        time.sleep(0.3)
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise DestinationUnavailable(
        "the Prefect server did not start:",
        where=" ".join(last) or "it said nothing.",
        todo=f"See {log}, or run `prefect server start` to see why.",
    )


def is_healthy(api: str, environ: Mapping[str, str]) -> bool:
    """Return whether the server at ``api`` answers that it is well, and lets us in."""
    try:
        return httpx.get(f"{api}/health", timeout=5, auth=_login(environ)).is_success
    except httpx.TransportError:
        return False


def answering(environ: Mapping[str, str]) -> str:
    """Return the address of the server that the environment names, which answers.

    Raises ``WrongUse`` where it names none, ``DestinationUnavailable`` where it does not answer.
    """
    api = environ.get(API)
    if not api:
        raise WrongUse(
            "no Prefect server is named.",
            todo=f"Set {API}, such as http://127.0.0.1:4200/api; `keepwell serve` starts its own.",
        )
    if not is_healthy(api, environ):
        raise DestinationUnavailable(
            "the Prefect server does not answer.", where=f"{API} is {api}.", todo="Start it first."
        )
    return api


def _login(environ: Mapping[str, str]) -> tuple[str, str] | None:
    name, colon, password = environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return (name, password) if colon else None
