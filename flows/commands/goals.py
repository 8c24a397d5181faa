"""`keepwell goals`: what your own history suggests as goals."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config

GRAINS = ("week", "month", "quarter")

app = typer.Typer(
    help="Suggest goals from your own history.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """Suggest goals from your own history."""


@app.command()
def suggest(
    *,
    config: Config = CONFIG,
    grain: Annotated[str, typer.Option("--grain", help="week, month or quarter.")] = "month",
    as_json: AsJson = False,
) -> None:
    """Print goals to paste into keepwell.yaml: the usual value, and the best quarter."""
    from flows.goals import as_records, as_yaml, suggestions
    from flows.workspace import opened
    from tasks.errors import UnknownName
    from tasks.model import Grain

    if grain not in GRAINS:
        raise UnknownName("grain", grain, GRAINS)
    with opened(config, os.environ) as workspace:
        found = suggestions(workspace, Grain(grain))
    if as_json:
        facts = {
            "goals": as_records(found.goals),
            "too_short": {key: {"have": a, "need": b} for key, (a, b) in found.too_short.items()},
        }
        typer.echo(json.dumps(facts, indent=2))
    else:
        typer.echo("\n".join(as_yaml(found)))
