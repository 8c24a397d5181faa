"""`keepwell backfill`: a stretch of the past once more, for everything that rests on it."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

First = Annotated[
    str, typer.Option("--from", metavar="PERIOD", help="The first period, like 2026-02 or 2025-Q1.")
]
Last = Annotated[
    str, typer.Option("--to", metavar="PERIOD", help="The last period; it is included.")
]


def run(
    *,
    first: First,
    last: Last,
    read_again: Annotated[
        bool, typer.Option("--read-again", help="Read all sources from their beginnings first.")
    ] = False,
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Read and measure a stretch of the past again; nothing is ever sent."""
    from flows.backfill import Span, fill
    from flows.commands.telling import progress, tell_problems
    from flows.steps import by_hand
    from flows.workspace import opened

    span = Span(first, last, read_again)
    with opened(config, os.environ) as workspace, progress() as show:

        def tell(done: float, total: float, doing: str = "") -> None:
            show(f"{done:,.0f} of {total:,.0f} quarters, {doing}")

        filled = fill(by_hand(show), workspace, span, now=instant(now), tell=tell)
    facts = {
        "periods": filled.periods,
        "skipped": filled.skipped,
        "new": filled.new,
        "restated": filled.restated,
        "withheld": list(filled.withheld),
    }
    typer.echo(json.dumps(facts, indent=2) if as_json else str(filled))
    tell_problems(filled.synced.problems)
    for sentence in filled.withheld:
        typer.echo(f"keepwell: {sentence}", err=True)
    raise typer.Exit(filled.exit_code)
