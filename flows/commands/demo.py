"""`keepwell demo`: a sample company end to end; no account, no key, no server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    seconds: Annotated[
        float | None, typer.Option("--seconds", hidden=True, help="With --ui: stop after this.")
    ] = None,
) -> None:
    """Make up a sample company and show its digest."""
    from flows.commands.telling import progress

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

        shown = show(made_up(), doing, second.draw)
    typer.echo(shown.text)
    _tell_files(shown)


def _tell_files(shown: Shown) -> None:
    typer.echo("\nThe same digest, as it would reach people:")
    for path in shown.files:
        typer.echo(f"  {path}")
    typer.echo(
        f"\nThe company is in {shown.folder}; look around with, for example,\n"
        f"  keepwell values --kpi nrr --grain month --by plan --config {shown.configuration}"
    )
