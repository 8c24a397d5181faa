"""`keepwell values`: what was measured, as a table, CSV or JSON."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import (
    CONFIG,
    AllVariants,
    AsJson,
    AsOf,
    Config,
    First,
    Grain,
    Last,
)

FORMATS = ("table", "csv", "json")


def run(
    *,
    config: Config = CONFIG,
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="Only this KPI; can be repeated.")
    ] = None,
    variant: Annotated[str | None, typer.Option("--variant", help="Only this variant.")] = None,
    all_variants: AllVariants = False,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Only this segment dimension; ALL: overall only.")
    ] = None,
    as_of: AsOf = None,
    all_revisions: Annotated[
        bool, typer.Option("--revisions", help="Also what each value was before, oldest first.")
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    as_json: AsJson = False,
) -> None:
    """Print what was measured, as table, CSV or JSON."""
    from flows.asking import asked
    from flows.figures import as_csv, as_records, as_table
    from flows.history import Choice, chosen
    from flows.revisions import before
    from flows.workspace import opened
    from tasks.errors import UnknownName

    if format_ not in FORMATS:
        raise UnknownName("format", format_, FORMATS)
    with opened(config, os.environ) as workspace:
        wanted = asked(workspace.settings.calendar, grain, first, last)
        choice = Choice(wanted, tuple(kpi or ()), variant, by, as_of, all_variants, all_revisions)
        found = chosen(workspace, choice)
        was = before(workspace, choice, found)
        zone = workspace.settings.calendar.timezone
    if as_json or format_ == "json":
        typer.echo(json.dumps(as_records(found), indent=2))
    elif format_ == "csv":
        typer.echo(as_csv(found), nl=False)
    elif found:
        typer.echo(as_table(found, was, zone))
    else:
        typer.echo("Nothing is stored for this; run 'keepwell measure' first.", err=True)
