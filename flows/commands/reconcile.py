"""`keepwell reconcile`: finance's list against ours, the difference explained row by row."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(
    file: Annotated[Path, typer.Argument(help="Finance's list as CSV: customer and MRR.")],
    *,
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Whose close it is, like 2026-02.")
    ],
    customer: Annotated[
        str | None, typer.Option("--customer", help="The column that names the customer.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="The column with the monthly amount.")
    ] = None,
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Compare finance's list of who pays what with ours, and say why they differ."""
    from flows.reconcile import as_facts, as_text, reconciled
    from flows.stated import Named
    from flows.workspace import opened

    named = Named(customer, amount)
    with opened(config, os.environ) as workspace:
        wanted = workspace.settings.calendar.period(period)
        outcome = reconciled(workspace, file, wanted, now=instant(now), named=named)
    typer.echo(json.dumps(as_facts(outcome), indent=2) if as_json else as_text(outcome))
