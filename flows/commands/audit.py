"""`keepwell audit`: who did what, and when."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config

if TYPE_CHECKING:
    from tasks.store.audit import Deed

NOTHING = "Nobody has done anything yet."


def run(
    *,
    config: Config = CONFIG,
    what: Annotated[
        str | None, typer.Option("--what", help="Only this kind, such as sent, muted or forgot.")
    ] = None,
    last: Annotated[
        int, typer.Option("--last", min=1, help="How many lines; the newest stand last.")
    ] = 100,
    as_json: AsJson = False,
) -> None:
    """List who sent, muted, judged, changed or cleared what."""
    from flows.workspace import opened
    from tasks.calendar import zone_named
    from tasks.errors import UnknownName
    from tasks.store.audit import DEEDS, deeds

    if what is not None and what not in DEEDS:
        raise UnknownName("kind", what, DEEDS)
    with opened(config, os.environ) as workspace:
        found = deeds(workspace.store, what=what, last=last)
        zone = zone_named(workspace.settings.company.timezone)
    if as_json:
        typer.echo(json.dumps([_record(one) for one in found], indent=2))
    elif found:
        _print([[f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}", *_said(one)] for one in found])
    else:
        typer.echo(NOTHING)


def _print(cells: list[list[str]]) -> None:
    from flows.figures import text_table

    typer.echo(text_table(["when", "who", "what", "about", "detail"], cells))


def _said(deed: Deed) -> list[str]:
    return [deed.who, deed.what, deed.about, deed.detail.partition(" [")[0]]


def _record(deed: Deed) -> dict[str, str]:
    said = {"who": deed.who, "what": deed.what, "about": deed.about, "detail": deed.detail}
    return {"at": deed.at.isoformat(), **said}
