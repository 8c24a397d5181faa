"""`keepwell digest`: what a period comes to, on the screen, as a page, or sent."""

from __future__ import annotations

import os
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, Config, Grain, Now, Preview, Send, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.digest import Page, Sent
    from flows.headstart import Second

PREVIEW = "file:preview"  # the folder of a preview, below that of the file channel


def run(
    *,
    config: Config = CONFIG,
    grain: Grain = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Which one, like 2026-W47; default: the last.")
    ] = None,
    preview: Preview = False,
    send: Send = False,
    now: Now = None,
) -> None:
    """Show the digest, write it as a page, or send it."""
    from tasks.errors import WrongUse

    if preview and send:
        raise WrongUse("--preview and --send exclude each other.", todo="Give one of them.")
    chosen = (grain, period)
    if send:
        code = _sent(config, chosen, instant(now))
    else:
        code = (_previewed if preview else _looked_at)(config, chosen, instant(now))
    raise typer.Exit(code)


def _looked_at(config: Path, chosen: tuple[str | None, str | None], now: datetime) -> int:
    from flows.commands.telling import progress, tell_problems
    from flows.due import period_named
    from flows.headstart import second_process
    from flows.steps import by_hand
    from flows.untouched import as_it_would_be
    from flows.workspace import settings_at
    from flows.writing import write
    from tasks.messages.render import undrawn

    settings = settings_at(config, os.environ)
    period = period_named(settings, *chosen, now)
    with second_process() as second, progress() as show:
        steps = by_hand(show, undrawn, second.opine)
        with as_it_would_be(steps, config, os.environ, period, now) as view:
            fresh, said = view.fresh, view.said
            written = write(steps, view.workspace, period, now=now, fresh=fresh, said=said)
    typer.echo(written.message.text)
    tell_problems(view.problems)
    return view.exit_code


def _previewed(config: Path, chosen: tuple[str | None, str | None], now: datetime) -> int:
    from flows.commands.telling import progress, tell_problems
    from flows.headstart import second_process

    with second_process(draws_first=True) as second, progress() as show:
        page = _page(config, chosen, now, show, second)
    typer.echo(page.message.text)
    typer.echo(f"\nThe page: {page.receipt.id}")
    tell_problems(page.synced.problems)
    return page.synced.exit_code


def _page(
    config: Path,
    chosen: tuple[str | None, str | None],
    now: datetime,
    show: Callable[[str], None],
    second: Second,
) -> Page:
    from flows.digest import Page
    from flows.due import period_named
    from flows.steps import by_hand
    from flows.sync import bring_in_news
    from flows.twice import catch_up_twice
    from flows.workspace import opened
    from flows.writing import write

    steps = by_hand(show, second.draw, second.opine)
    with opened(config, os.environ) as workspace:
        period = period_named(workspace.settings, *chosen, now)
        synced = bring_in_news(steps, workspace, now=now)
        catch_up_twice(steps, workspace, period, now=now)
        message = write(steps, workspace, period, now=now).message
        receipt = steps.hand_over(workspace.settings, message, PREVIEW, now)
    return Page(message, receipt, synced)


def _sent(config: Path, chosen: tuple[str | None, str | None], now: datetime) -> int:
    from flows.commands.telling import progress, tell_problems
    from flows.digest import refresh, send
    from flows.due import audiences_of, must_be_over, period_named
    from flows.steps import by_hand
    from flows.workspace import opened

    with opened(config, os.environ) as workspace, progress() as show:
        steps, settings = by_hand(show), workspace.settings
        period = must_be_over(period_named(settings, *chosen, now), now)
        audiences = audiences_of(settings, period.grain)
        synced = refresh(steps, workspace, {period: audiences}, now=now)
        sent = send(steps, workspace, period, audiences, now=now, is_urgent=True)
    _tell(sent)
    tell_problems(synced.problems)
    return max(synced.exit_code, sent.exit_code)


def _tell(sent: Sent) -> None:
    from flows.commands.telling import tell_problems, tell_undelivered

    ordered = sorted(sent.delivered.entries, key=lambda one: (one.message_id, one.id))
    for _, group in groupby(ordered, key=lambda one: one.message_id):
        entries = tuple(group)
        typer.echo(entries[0].subject)
        for entry in entries:
            if entry.receipt_id is not None:
                typer.echo(f"  to {entry.to}: {entry.receipt_id}")
    tell_undelivered(sent.delivered)
    tell_problems(sent.refused)
    for remark in sent.remarks:
        typer.echo(f"keepwell: {remark}", err=True)
