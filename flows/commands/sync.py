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
    from flows.reliable import lines, records, reliable
    from flows.steps import by_hand
    from flows.sync import bring_in
    from flows.workspace import opened
    from tasks.store import current_loads

    with opened(config, os.environ) as workspace, progress() as show:
        before = {load.source for load in current_loads(workspace.store)}
        synced = bring_in(by_hand(show), workspace, now=instant(now), only=source)
        loaded = [load.source for load in synced.loads]
        refused = [note.text for note in quarantine(workspace, loaded)]
        is_first = any(load.source not in before and load.tables for load in synced.loads)
        since = reliable(workspace) if is_first else ()
    rows = synced.rows()
    if as_json:
        told = {"tables": rows, "notes": synced.notes, "quarantine": refused}
        typer.echo(json.dumps({**told, "reliable_since": records(since)}))
    elif rows:
        cells = [[str(cell) for cell in row.values()] for row in rows]
        numbers = ("read", "loaded", "quarantined")
        typer.echo(text_table(list(rows[0]), cells, right=numbers))
        typer.echo("\n".join(["", *refused, *synced.notes]).rstrip())
        if since:
            typer.echo("\n".join(["", "RELIABLE SINCE", *lines(since)]))
    tell_problems(synced.problems)
    raise typer.Exit(synced.exit_code)
