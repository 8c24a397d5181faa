"""`keepwell backtest`: which alerts a past would have raised, before anybody is woken by them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, First, Grain, Last


def run(
    *,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="Other rules to hold side by side with ours."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Draw values and alerts: an .svg or a .png."),
    ] = None,
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="Only this KPI; may be given again.")
    ] = None,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help="Not the store: a CSV of observations."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write the alerts of --history."),
    ] = None,
    config: Config = CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show which alerts the rules would have sent over the stored history; nothing is sent."""
    if history is not None or out is not None:
        asked_besides = (rules, chart, kpi, grain, first, last)
        _of_file(history, out, alone=not any(asked_besides) and not as_json)
        return
    from flows.asking import asked
    from flows.backtest import must_be_drawable, replayed, staged
    from flows.backtest_told import as_facts, as_text
    from flows.workspace import opened
    from tasks.config.otherrules import load_rules

    if chart is not None:
        must_be_drawable(chart)
    with opened(config, os.environ) as workspace:
        settings = workspace.settings
        other = load_rules(rules, os.environ) if rules is not None else None
        wanted = asked(settings.calendar, grain, first, last)
        stage = staged(workspace, wanted, tuple(kpi or ()))
    found = [replayed(settings, stage, settings.rules, "configured")]
    if rules is not None and other is not None:
        found.append(replayed(settings, stage, other, rules.name))
    typer.echo(json.dumps(as_facts(found), indent=2) if as_json else as_text(found))
    if chart is not None:
        from flows.backtest_chart import draw

        draw(chart, stage, found)
        typer.echo(f"chart: {chart}", err=True)


def _of_file(history: Path | None, out: Path | None, *, alone: bool) -> None:
    """Judge the observations of a file, and write the alerts to another."""
    from flows.backtest_history import backtest_history
    from tasks.errors import WrongUse

    if history is None or out is None or not alone:
        raise WrongUse(
            "--history and --out belong together, and nothing else goes with them.",
            todo="Write 'keepwell backtest --history IN.csv --out OUT.csv'.",
        )
    written = backtest_history(history, out)
    typer.echo(f"{written.alerts:,} alerts, {written.good:,} pieces of good news: {out}")
