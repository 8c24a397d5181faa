"""`keepwell check`: what is wrong with the configuration, and what can be computed with it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.connecting import Connection
    from tasks.config import Settings

OUT_OF_REACH = 3  # the exit code where a channel or a recipient cannot be reached


def run(
    *,
    config: Config = CONFIG,
    connect: Annotated[
        bool,
        typer.Option("--connect", help="Also sign in to the channels, and look for everybody."),
    ] = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Find every configuration mistake, and what can be computed."""
    from flows.commands.telling import progress
    from flows.workspace import settings_at

    settings = settings_at(config, os.environ)  # a mistake is told before Prefect is imported
    with progress() as show:
        from flows.findings import checked
        from flows.steps import by_hand

        report = checked(by_hand(show), config, os.environ, now=instant(now))
        reached = _reached(settings, show) if connect else ()
    if as_json:
        channels = {"channels": [one.facts for one in reached]} if connect else {}
        values = {"values": [asdict(one) for one in settings.filled_in]}
        typer.echo(json.dumps({**report.facts, **values, **channels}, indent=2))
    else:
        typer.echo(report.text)
        _tell_origins(settings)
        _tell(reached)
    if any(one.problems for one in reached):
        raise typer.Exit(OUT_OF_REACH)
    raise typer.Exit(1 if report.problems else 0)


def _reached(settings: Settings, show: Callable[[str], None]) -> tuple[Connection, ...]:
    from flows.connecting import connections

    show("sign in to the channels")
    return tuple(connections(settings))


def _tell_origins(settings: Settings) -> None:
    """Print where each ``${NAME}`` came from, never what it is."""
    if settings.filled_in:
        typer.echo("\n".join(["", "VALUES", *(f"  {one}" for one in settings.filled_in)]))


def _tell(reached: tuple[Connection, ...]) -> None:
    if reached:
        lines = [line for one in reached for line in str(one).splitlines()]
        typer.echo("\n".join(["", "CHANNELS", *(f"  {line}" for line in lines)]))
