"""A Prefect server on this machine's loopback: start it, wait until it answers, stop it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tasks.errors import DestinationUnavailable

PATIENCE_S = 180.0  # a first start migrates a database; a busy machine takes its time


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its UI is, and the environment a flow needs to report to it."""

    url: str
    environment: Mapping[str, str]

    @property
    def api(self) -> str:
        """The address flows talk to."""
        return f"{self.url}/api"


@contextmanager
def local_server(environ: Mapping[str, str], *, home: Path | None = None) -> Iterator[Server]:
    """Give a server that is gone again afterwards; its database lives in ``home``.

    Raises ``DestinationUnavailable`` when it does not answer within three minutes.
    """
    with tempfile.TemporaryDirectory(prefix="keepwell-prefect-") as folder:
        port = _free_port()
        server = Server(f"http://127.0.0.1:{port}", _environment(home or Path(folder), port))
        log = Path(folder) / "server.log"
        with (
            log.open("wb") as output,
            _process(port, {**environ, **server.environment}, output) as (process),
        ):
            _wait_until_healthy(server, process, log)
            yield server


def _environment(home: Path, port: int) -> dict[str, str]:
    api = f"http://127.0.0.1:{port}/api"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api,
        "PREFECT_UI_API_URL": api,  # the UI asks port 4200 otherwise
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",  # WARNING would empty the UI's log pages too
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(
    port: int, environ: Mapping[str, str], output: object
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "prefect", "server", "start"]
    process = subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is ours to handle: the server goes last
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if _is_healthy(server):
            return
        time.sleep(0.3)
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise DestinationUnavailable(
        "the Prefect server did not start:",
        where=" ".join(last) or "it said nothing.",
        todo="Run `prefect server start` to see why.",
    )


def _is_healthy(server: Server) -> bool:
    try:
        return httpx.get(f"{server.api}/health", timeout=2).is_success
    except httpx.TransportError:
        return False


def reporting_to(server: Server) -> None:
    """Make this process report to ``server``; only of use before Prefect is imported."""
    os.environ.update(server.environment)
