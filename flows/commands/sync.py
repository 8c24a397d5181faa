"""`keepwell sync`: bring the sources into the lake."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(
    *,
    config: Config = CONFIG,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; can be repeated.")
    ] = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Extract the sources and fold them into facts."""
    from flows.commands.telling import progress, tell_problems
    from flows.datanotes import quarantine
    from flows.figures import text_table
    from flows.steps import by_hand
    from flows.sync import bring_in
    from flows.workspace import opened

    with opened(config, os.environ) as workspace, progress() as show:
        synced = bring_in(by_hand(show), workspace, now=instant(now), only=source)
        loaded = [load.source for load in synced.loads]
        refused = [note.text for note in quarantine(workspace, loaded)]
    rows = synced.rows()
    if as_json:
        typer.echo(json.dumps({"tables": rows, "notes": synced.notes, "quarantine": refused}))
    elif rows:
        cells = [[str(cell) for cell in row.values()] for row in rows]
        numbers = ("read", "loaded", "quarantined")
        typer.echo(text_table(list(rows[0]), cells, right=numbers))
        typer.echo("\n".join(["", *refused, *synced.notes]).rstrip())
    tell_problems(synced.problems)
    raise typer.Exit(synced.exit_code)
