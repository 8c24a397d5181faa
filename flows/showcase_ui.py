"""How does the sample company look in Prefect's own UI? With a server, flows and schedules."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.headstart import must_be_the_samples
from flows.local_server import Server, local_server
from tasks.errors import DestinationUnavailable
from tasks.sample import Company, write_company

PATIENCE_S = 15.0


def show_on_prefect(folder: Path, *, seconds: float | None, say: Callable[[str], None]) -> None:
    """Run the sample's flows on a server of their own and keep its UI up until Ctrl-C.

    With ``seconds`` it ends by itself, so many seconds after the flows have run.
    """
    must_be_the_samples(folder)
    say("Starting a Prefect server; its first start takes a while.")
    company = write_company(folder.absolute())
    with local_server(os.environ) as server:
        say(f"The UI: {server.url}")
        say("Running the flows of the sample company; each shows up under Runs.")
        _run(server, company)
        say("Done. Schedules are on; look at Runs, Deployments and Artifacts. Ctrl-C ends it.")
        with _serving(server, company) as serving:
            _wait(serving, seconds)


def _command(action: str, company: Company, *more: str) -> list[str]:
    now, config = company.now.isoformat(), str(company.configuration)
    return [
        *(sys.executable, "-m", "flows.serving", action),
        *("--config", config, "--now", now, *more),
    ]


def _run(server: Server, company: Company) -> None:
    done = subprocess.run(  # noqa: S603 - our own Python, our own arguments
        _command("run", company, "--period", company.last_week),
        env={**os.environ, **server.environment},
        check=False,
    )
    if done.returncode:
        raise DestinationUnavailable(
            "a flow of the sample company failed.", where=f"See {server.url}/runs."
        )


@contextmanager
def _serving(server: Server, company: Company) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
        _command("serve", company),
        env={**os.environ, **server.environment},
        start_new_session=True,  # Ctrl-C is ours to handle: the server goes last
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # what Prefect's runner ends on without a fuss
        try:
            process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(serving: subprocess.Popen[bytes], seconds: float | None) -> None:
    """Return after ``seconds``, on Ctrl-C, or when there is nothing left to wait for."""
    until = None if seconds is None else time.monotonic() + seconds
    with suppress(KeyboardInterrupt):  # the way to end it, not a failure
        while serving.poll() is None and (until is None or time.monotonic() < until):
            time.sleep(0.2)
