"""`keepwell check`: what is wrong with the configuration, and what can be computed with it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flows.connecting import Connection
    from flows.sources import Reading
    from tasks.config import Settings

OUT_OF_REACH = 3  # the exit code where a source, a channel or a recipient cannot be reached


def run(
    *,
    config: Config = CONFIG,
    connect: Annotated[
        bool,
        typer.Option("--connect", help="Also ask every source, and look for everybody."),
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
        read = _read(settings, show, instant(now)) if connect else ()
    if as_json:
        looked = {"sources_reached": [one.facts for one in read]} if connect else {}
        channels = {"channels": [one.facts for one in reached]} if connect else {}
        values = {"values": [asdict(one) for one in settings.filled_in]}
        typer.echo(json.dumps({**report.facts, **values, **looked, **channels}, indent=2))
    else:
        typer.echo(report.text)
        _tell_origins(settings)
        _tell("SOURCES, ASKED NOW", read)
        _tell("CHANNELS", reached)
    if any(one.problems for one in reached) or any(one.problems for one in read):
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


def _read(settings: Settings, show: Callable[[str], None], now: datetime) -> tuple[Reading, ...]:
    from flows.sources import readings

    show("ask the sources")
    return tuple(readings(settings, now))


def _tell(title: str, found: Sequence[object]) -> None:
    if found:
        lines = [line for one in found for line in str(one).splitlines()]
        typer.echo("\n".join(["", title, *(f"  {line}" for line in lines)]))
