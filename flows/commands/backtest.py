"""`keepwell backtest`: which alerts a past would have raised, before anybody is woken by them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    *,
    history: Annotated[
        Path, typer.Option("--history", metavar="FILE", help="A CSV file of observations.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the alerts.")],
) -> None:
    """Judge a history, period by period, and write which alerts it would have raised."""
    from flows.backtest_history import backtest_history

    written = backtest_history(history, out)
    typer.echo(f"{written.alerts:,} alerts, {written.good:,} pieces of good news: {out}")
