"""Is this container well? `python -m flows.healthy server|worker|store` says it by its exit code.

- ``server``: the Prefect server of PREFECT_API_URL answers, and reaches its database.
- ``worker``: the worker beside us still asks the server for work (it runs --with-healthcheck).
- ``store``: keepwell.yaml can be read and its store can be opened.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tasks.errors import DestinationUnavailable, KeepwellError

TIMEOUT_S = 10
WORKER = "http://127.0.0.1:8080"  # where Prefect's worker tells how it is


def server(environ: Mapping[str, str]) -> None:
    """Return when the server is ready; raise DestinationUnavailable when it is not."""
    _answers(f"{environ.get('PREFECT_API_URL', 'http://127.0.0.1:4200/api')}/ready")


def worker(environ: Mapping[str, str]) -> None:
    """Return while the worker asks for work; raise DestinationUnavailable when it has stopped."""
    _answers(f"{environ.get('KEEPWELL_WORKER_URL', WORKER)}/health")


def store(environ: Mapping[str, str]) -> None:
    """Return when the store can be opened; raise what keeps it from that."""
    from flows.workspace import opened  # noqa: PLC0415 - reads all settings, which others don't

    with opened(Path(environ.get("KEEPWELL_CONFIG", "keepwell.yaml")), environ):
        pass


CHECKS: Mapping[str, Callable[[Mapping[str, str]], None]] = {
    "server": server,
    "worker": worker,
    "store": store,
}


def _answers(url: str) -> None:
    import httpx  # noqa: PLC0415 - the store needs none

    try:
        answer = httpx.get(url, timeout=TIMEOUT_S)
    except httpx.TransportError as error:
        raise DestinationUnavailable(f"It does not answer: {error}.", where=f"({url})") from error
    if not answer.is_success:
        raise DestinationUnavailable(f"It says {answer.status_code}.", where=f"({url})")


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Return 0 when the thing named is well, else 1 and a sentence why."""
    check = CHECKS.get(arguments[0] if arguments else "store")
    if check is None:
        print(f"keepwell: name one of {', '.join(CHECKS)}.", file=sys.stderr)  # noqa: T201
        return 2
    try:
        check(environ)
    except KeepwellError as error:
        print(f"keepwell: {error}", file=sys.stderr)  # noqa: T201 - a health check logs what it prints
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
