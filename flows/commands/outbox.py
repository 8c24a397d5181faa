"""`keepwell outbox`: what has not arrived, to be tried again or given up by hand."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config

MESSAGE_WAITS = 3  # the exit code while anything is undelivered

app = typer.Typer(
    help="List, retry or cancel messages that have not arrived.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="NUMBER", help="As 'outbox list' shows them.")
]
Every = Annotated[bool, typer.Option("--all", help="Everything that has not arrived.")]


@app.command("list")
def show(
    *,
    config: Config = CONFIG,
    every: Annotated[
        bool, typer.Option("--all", help="Also what was sent or cancelled in the last 90 days.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what has not arrived: why, and when it is tried again."""
    from flows.entries import NOTHING, as_record, as_table, clock_of, recent, undelivered
    from flows.workspace import opened
    from tasks.store import UNDELIVERED

    with opened(config, os.environ) as workspace:
        clock = clock_of(workspace.store, workspace.settings.company.timezone)
        found = recent(workspace.store, clock) if every else undelivered(workspace.store)
    is_waiting = any(one.state in UNDELIVERED for one in found)
    if as_json:
        typer.echo(json.dumps([as_record(one) for one in found], indent=2))
    else:
        typer.echo(as_table(found, clock) if found else NOTHING)
        _tell_what_to_type(is_waiting)
    raise typer.Exit(MESSAGE_WAITS if is_waiting else 0)


def _tell_what_to_type(is_waiting: bool) -> None:
    if is_waiting:
        typer.echo(
            "\nTry again: keepwell outbox retry NUMBER, or --all. "
            "Never send it: keepwell outbox cancel NUMBER."
        )


@app.command()
def retry(numbers: Numbers = None, *, every: Every = False, config: Config = CONFIG) -> None:
    """Send messages again now, as if they had never been tried."""
    from flows.commands.telling import progress, tell_undelivered
    from flows.entries import NOTHING, chosen, clock_of
    from flows.workspace import opened
    from tasks.store import requeue

    with opened(config, os.environ) as workspace:
        clock = clock_of(workspace.store, workspace.settings.company.timezone)
        found = chosen(workspace.store, numbers or (), clock, every=every, verb="retry")
        ids = [one.id for one in found]
        if not ids:
            typer.echo(NOTHING)
            return
        with progress() as doing:
            # Prefect is imported only once there is something to send
            from flows.delivery import deliver
            from flows.steps import by_hand

            requeue(workspace.store, ids)
            delivered = deliver(by_hand(doing), workspace, ids, is_urgent=True)
    for one in delivered.sent:
        typer.echo(f"{one.id} to {one.to}: sent, {one.receipt_id}")
    tell_undelivered(delivered)
    raise typer.Exit(delivered.exit_code)


@app.command()
def cancel(numbers: Numbers = None, *, every: Every = False, config: Config = CONFIG) -> None:
    """Never send these messages."""
    from flows.entries import NOTHING, chosen, clock_of
    from flows.workspace import opened
    from tasks.store import State, entries
    from tasks.store import cancel as cancelled

    with opened(config, os.environ) as workspace:
        clock = clock_of(workspace.store, workspace.settings.company.timezone)
        found = chosen(workspace.store, numbers or (), clock, every=every, verb="cancel")
        ids = [one.id for one in found]
        cancelled(workspace.store, ids)
        after = entries(workspace.store, ids=ids)
    if every and not found:
        typer.echo(NOTHING)
    gone = [one for one in after if one.state is State.CANCELLED]
    others = [one for one in after if one.state is not State.CANCELLED]
    for one in gone:
        typer.echo(f"{one.id} to {one.to}: cancelled, it will not be sent.")
    for one in others:  # a moment ago these could still be cancelled: somebody is faster
        typer.echo(f"keepwell: {one.id} to {one.to} {_too_late(one.state)}", err=True)
    if every and gone:
        typer.echo(f"{len(gone)} cancelled.")
    raise typer.Exit(MESSAGE_WAITS if others else 0)


def _too_late(state: str) -> str:
    if state == "sent":
        return "was sent in this moment; it cannot be called back."
    return "is being sent right now. See what becomes of it: keepwell outbox list."
