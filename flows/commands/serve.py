"""`keepwell serve`: everything on schedule, with Prefect's UI, until it is stopped."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import Annotated

import typer

from flows.commands.options import CONFIG, Config


def run(
    *,
    config: Config = CONFIG,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Of the UI; if not said, 4200 or any."),
    ] = None,
    no_server: Annotated[
        bool, typer.Option("--no-server", help="Start none; PREFECT_API_URL names one.")
    ] = False,
) -> None:
    """Run everything on schedule, with Prefect's UI, until Ctrl-C."""
    from flows.tending import Asked, tend

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    tend(Asked(config, dict(os.environ), port, own=not no_server), _say, stop.is_set)
    _say("stopped; nothing is left running.")


def _say(told: str) -> None:
    typer.echo(f"keepwell: {told}", err=True)
