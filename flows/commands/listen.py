"""`keepwell listen`: hear what people press in Slack, until it is stopped."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from threading import Event

import typer

from flows.commands.options import CONFIG, Config


def run(*, config: Config = CONFIG) -> None:
    """Hear what people press below alerts in Slack, until Ctrl-C."""
    from flows.listen import listen
    from flows.steps import by_hand
    from flows.workspace import opened

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(config, os.environ) as workspace:
        typer.echo("Listening to Slack; Ctrl-C ends it.", err=True)
        listen(by_hand(), workspace, stop, _say, clock=lambda: datetime.now(UTC))
    typer.echo("keepwell: no longer listening.", err=True)


def _say(trouble: str) -> None:
    typer.echo(f"keepwell: {trouble}", err=True)
