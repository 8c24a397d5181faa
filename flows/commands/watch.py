"""`keepwell watch`: which alerts are new, still open, or over?"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, Preview, Send, instant

if TYPE_CHECKING:
    from datetime import datetime


def run(
    *,
    config: Config = CONFIG,
    preview: Preview = False,
    send: Send = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show or send what is new about alerts."""
    from tasks.errors import WrongUse

    if preview and send:
        raise WrongUse("--preview and --send exclude each other.", todo="Give one of them.")
    if send:
        code = _sent(config, instant(now), as_json=as_json)
    else:
        code = _looked_at(config, instant(now), as_json=as_json, is_asked=preview)
    raise typer.Exit(code)


def _looked_at(config: Path, now: datetime, *, as_json: bool, is_asked: bool) -> int:
    from flows.commands.telling import progress, tell_problems
    from flows.foreseen import foreseen
    from flows.steps import by_hand
    from tasks.messages.render import undrawn

    with progress() as show:
        seen = foreseen(by_hand(show, undrawn), config, os.environ, now)
    typer.echo(json.dumps(seen.rows, indent=2) if as_json else seen.text)
    tell_problems(seen.problems)
    return max(seen.exit_code, 1 if is_asked and seen.is_worth_attention else 0)


def _sent(config: Path, now: datetime, *, as_json: bool) -> int:
    from flows.commands.telling import progress, tell_problems, tell_undelivered
    from flows.delivery import deliver
    from flows.foreseen import lines
    from flows.measure import catch_up
    from flows.plan import TOLD, Scope
    from flows.silence import Silence
    from flows.steps import by_hand
    from flows.sync import bring_in_news
    from flows.trial import is_live
    from flows.watch import look_and_push, rows
    from flows.workspace import opened
    from tasks.store import moment_of

    with opened(config, os.environ) as workspace, progress() as show:
        steps = by_hand(show)
        synced = bring_in_news(steps, workspace, now=now)
        catch_up(steps, workspace, now=now, scope=Scope(TOLD))
        began = moment_of(workspace.store)
        watched = look_and_push(steps, workspace, now=now)
        delivered = deliver(steps, workspace, watched.ids, is_urgent=True)
        live, settings = is_live(workspace, now), workspace.settings
        silence = Silence.on(workspace.store, settings.calendar.local_day(now))
    typer.echo(json.dumps(rows(watched.open), indent=2) if as_json else lines(watched, silence))
    tell_problems(synced.problems)
    sent = sum((one.settled_at or began) > began for one in delivered.sent)
    _tell_where(live, sent)
    if watched.open and not (settings.alerts.to if live else settings.operators.to):
        who = "alerts" if live else "operators"
        typer.echo(f"keepwell: nobody is named who could be told: {who}.to is empty.", err=True)
    tell_undelivered(delivered)
    return max(synced.exit_code, delivered.exit_code)


def _tell_where(live: bool, sent: int) -> None:
    typer.echo(f"{sent} sent.", err=True)
    if not live:
        typer.echo(
            "keepwell: alerts are on trial and go to the operators only; "
            "'alerts: {mode: live}' in the configuration switches them on.",
            err=True,
        )
