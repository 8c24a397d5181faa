"""`keepwell measure`: compute KPIs and record them."""

from __future__ import annotations

import json
import os

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
    Now,
    instant,
)


def run(
    *,
    config: Config = CONFIG,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    as_of: AsOf = None,
    all_variants: AllVariants = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Compute KPIs and record them in the history."""
    from flows.asking import asked
    from flows.commands.telling import progress
    from flows.measure import How, in_words, measure_on
    from flows.steps import by_hand
    from flows.workspace import opened

    with opened(config, os.environ) as workspace, progress() as show:
        wanted = asked(workspace.settings.calendar, grain, first, last)
        how = How(as_of=as_of, all_variants=all_variants)
        result = measure_on(by_hand(show), workspace, wanted, now=instant(now), how=how)
    held = [in_words(one) for _, one in result.breaks]
    facts = {
        "values": len(result.observations),
        "new": result.new,
        "restated": len(result.restated),
        "withheld": held,
        "lacking": {kpi: list(lacks) for kpi, lacks in result.lacking.items()},
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    else:
        typer.echo(
            f"{facts['values']:,} values: {facts['new']:,} new, {facts['restated']:,} restated."
        )
        for kpi, lacks in result.lacking.items():
            typer.echo(f"{kpi} needs {', '.join(lacks)}.")
    for sentence in held:
        typer.echo(f"keepwell: {sentence}", err=True)
    raise typer.Exit(4 if held else 0)
