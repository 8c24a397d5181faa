"""`keepwell demo`: a sample company end to end; no account, no key, no server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasks.errors import WrongUse

if TYPE_CHECKING:
    from flows.showcase import Shown


def run(
    *,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where to put the sample company and its digest.")
    ] = Path("demo"),
    ui: Annotated[
        bool, typer.Option("--ui", help="Run it on Prefect, and keep its UI up until Ctrl-C.")
    ] = False,
    live: Annotated[
        bool,
        typer.Option("--live", help="Through a pretended HubSpot and Zendesk; needs a checkout."),
    ] = False,
    seconds: Annotated[
        float | None, typer.Option("--seconds", hidden=True, help="With --ui: stop after this.")
    ] = None,
) -> None:
    """Make up a sample company and show its digest."""
    from flows.commands.telling import progress

    if live:
        _run_live(folder, ui=ui)
        return
    if ui:
        from flows.showcase_ui import show_on_prefect

        show_on_prefect(folder, seconds=seconds, say=typer.echo)
        return
    from flows.headstart import must_be_the_samples, second_process

    must_be_the_samples(folder)
    with progress() as doing, second_process() as second:
        doing("make up a company")
        made_up = second.write_sample(folder)
        from flows.showcase import show  # the slow import, while the other process writes

        shown = show(made_up(), doing, second.draw, second.opine)
    typer.echo(shown.text)
    _tell_files(shown)


def _run_live(folder: Path, *, ui: bool) -> None:
    """Show the digest of the sample company at its vendors, and what became of its rows."""
    from flows.commands.telling import progress
    from flows.headstart import must_be_the_samples, second_process
    from flows.live_vendors import checkout_of

    if ui:
        raise WrongUse("--live and --ui are two demos.", todo="Run one after the other.")
    checkout = checkout_of()
    must_be_the_samples(folder)
    with progress() as doing, second_process() as second:
        doing("make up a company")
        made_up = second.write_sample(folder)
        from flows.live import show_live
        from flows.live_told import told

        live = show_live(made_up(), checkout, doing, second.draw, say=_stay)
    typer.echo(f"{live.shown.text}\n\n{told(live)}")
    _tell_files(live.shown)
    raise typer.Exit(0 if live.holds else 1)


def _stay(said: str) -> None:
    """Print a line on stderr that what is being done does not take the place of."""
    from flows.commands.telling import CLEAR

    typer.echo(f"{CLEAR if sys.stderr.isatty() else ''}{said}", err=True)


def _tell_files(shown: Shown) -> None:
    typer.echo("\nThe same digest, as it would reach people:")
    for path in shown.files:
        typer.echo(f"  {path}")
    typer.echo(
        f"\nThe company is in {shown.folder}; look around with, for example,\n"
        f"  keepwell values --kpi nrr --grain month --by plan --config {shown.configuration}"
    )
