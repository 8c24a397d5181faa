"""`keepwell import-history`: past KPI values from a file, as a baseline beside our own."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

SHOWN = 10


def run(
    file: Annotated[
        Path, typer.Argument(help="CSV: kpi,period,value[,segment], or what 'values' prints.")
    ],
    *,
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Take past KPI values from a file; what we measured stays."""
    from flows.pasthistory import import_history
    from flows.workspace import opened

    with opened(config, os.environ) as workspace:
        done = import_history(workspace, file, instant(now))
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
        return
    typer.echo(f"{file}: {done.new:,} past values imported, {done.unchanged:,} were there already.")
    if done.measured:
        typer.echo(f"{done.measured:,} are of periods that were measured; those stay as they are.")
    for sentence in done.refused[:SHOWN]:
        typer.echo(f"Not imported: {sentence}")
    if len(done.refused) > SHOWN:
        typer.echo(f"Not imported: {len(done.refused) - SHOWN:,} more lines.")
