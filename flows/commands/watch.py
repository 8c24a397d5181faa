"""`keepwell watch`: is anything out of the ordinary in the last complete week?"""

from __future__ import annotations

import json
import os

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, Preview, Send, instant


def run(
    *,
    config: Config = CONFIG,
    preview: Preview = False,
    send: Send = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show or send the alerts of the last complete week."""
    from flows.commands.telling import progress, tell_problems, tell_undelivered
    from flows.measure import catch_up
    from flows.plan import TOLD, Scope
    from flows.steps import by_hand
    from flows.sync import bring_in_news
    from flows.trial import is_live
    from flows.watch import has_values, look, push, rows
    from flows.workspace import opened
    from tasks.errors import WrongUse
    from tasks.store import moment_of

    if preview and send:
        raise WrongUse("--preview and --send exclude each other.", todo="Give one of them.")
    moment = instant(now)
    with opened(config, os.environ) as workspace, progress() as show:
        steps = by_hand(show)
        synced = bring_in_news(steps, workspace, now=moment)
        catch_up(steps, workspace, now=moment, scope=Scope(TOLD))
        watched = look(steps, workspace, now=moment)
        delivered = None
        if send:
            began = moment_of(workspace.store)
            delivered = push(steps, workspace, watched.messages, now=moment, is_urgent=True)
        live = is_live(workspace, moment)
    is_blind = not has_values(watched.found)
    about = watched.found.period
    quiet = f"No data for {about}: nothing can be said." if is_blind else f"All quiet in {about}."
    if as_json:
        typer.echo(json.dumps(rows(watched.found.alerts), indent=2))
    else:
        typer.echo("\n\n".join(message.text for message in watched.messages) or quiet)
    tell_problems(synced.problems)
    if delivered is None:
        raise typer.Exit(max(synced.exit_code, 1 if watched.messages or is_blind else 0))
    _tell_where(live, sum((one.settled_at or began) > began for one in delivered.sent))
    if watched.messages and not delivered.entries:
        who = "alerts" if live else "operators"
        typer.echo(f"keepwell: nobody is named who could be told: {who}.to is empty.", err=True)
    tell_undelivered(delivered)
    raise typer.Exit(max(synced.exit_code, delivered.exit_code))


def _tell_where(live: bool, sent: int) -> None:
    typer.echo(f"{sent} sent.", err=True)
    if not live:
        typer.echo(
            "keepwell: alerts are on trial and go to the operators only; "
            "'alerts: {mode: live}' in the configuration switches them on.",
            err=True,
        )
