"""`keepwell alerts`: what is open, and what people make of it; all of it is logged."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, First, Last, Now, instant

if TYPE_CHECKING:
    from datetime import datetime

    from flows.workspace import Workspace
    from tasks.model import Period

app = typer.Typer(
    help="List alerts; acknowledge, mute and judge them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is not a date; write it like 2026-12-24."
        raise typer.BadParameter(message) from None


def _user() -> str:
    from flows.typist import typist

    return typist(os.environ)


Alert = Annotated[
    str, typer.Argument(metavar="ALERT", help="Its number or name, as 'alerts list' shows it.")
]
Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="An alert, or KPI, or KPI:SEGMENT such as nrr:Pro.")
]
By = Annotated[str, typer.Option("--by", help="Who says so.", show_default="you")]
Words = Annotated[str, typer.Option("--note", help="Why, for everybody who reads it later.")]
Until = Annotated[
    date | None,
    typer.Option("--until", parser=_day, metavar="DATE", help="The day it is heard again."),
]
Length = Annotated[
    str | None, typer.Option("--for", metavar="TIME", help="How long, such as 10d or 2w.")
]


@contextmanager
def _opened(config: Config, now: datetime | None) -> Iterator[tuple[Workspace, date]]:
    """Give the workspace, and what day it is for the company."""
    from flows.workspace import opened

    with opened(config, os.environ) as workspace:
        yield workspace, workspace.settings.calendar.local_day(instant(now))


@app.command("list")
def show(
    *,
    config: Config = CONFIG,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """List the open alerts, and what is muted."""
    from flows.alerts import NOTHING, as_record, as_table, known_alerts, mute_record, muted_today

    with _opened(config, now) as (workspace, today):
        found = known_alerts(workspace.store, today, every=every)
        muted = muted_today(workspace.store, today)
    if as_json:
        facts = {
            "alerts": [as_record(one) for one in found],
            "mutes": list(map(mute_record, muted)),
        }
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(as_table(found) if found else NOTHING)
    for one in muted:
        typer.echo(f"{one} is muted until {one.until}, by {one.who}.")


@app.command()
def ack(alert: Alert, *, note: Words = "", by: By = "", config: Config = CONFIG) -> None:
    """Say that somebody looks after it.

    Nothing but its end is told of it any more.
    """
    _answer(config, alert, "ack", by, note)


@app.command()
def useful(alert: Alert, *, note: Words = "", by: By = "", config: Config = CONFIG) -> None:
    """Say that it was worth telling.

    The audit counts it.
    """
    _answer(config, alert, "useful", by, note)


@app.command("not-useful")
def not_useful(alert: Alert, *, note: Words = "", by: By = "", config: Config = CONFIG) -> None:
    """Say that it was not worth telling.

    The audit counts it as false.
    """
    _answer(config, alert, "not_useful", by, note)


@app.command()
def note(
    alert: Alert,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What everybody should know.")],
    *,
    rebase: Annotated[
        date | None,
        typer.Option("--rebase", parser=_day, metavar="DATE", help="Normal is what is so since."),
    ] = None,
    by: By = "",
    config: Config = CONFIG,
) -> None:
    """Write a note to it, which may explain it.

    With --rebase normal is what is so since that day, and the alert ends as explained.
    """
    _answer(config, alert, "note", by, text, rebase)


@app.command()
def mute(
    target: Target,
    *,
    until: Until = None,
    length: Length = None,
    note: Words = "",
    by: By = "",
    config: Config = CONFIG,
    now: Now = None,
) -> None:
    """Be silent about an alert, a KPI or a segment.

    Nothing is pushed until that day, not even its end. What opened meanwhile and still burns then
    is told once.
    """
    from flows.muting import end_of, is_episode, place_of
    from flows.typed import typed
    from tasks.store import moment_of
    from tasks.store.answers import mute_kpi
    from tasks.store.mutes import Mute

    with _opened(config, now) as (workspace, today):
        end, who = end_of(until, length, today), by or _user()
        if is_episode(target):
            done = typed(workspace, target, "mute", who, note, until=end)
            typer.echo(done.said)
            _post(workspace, done.posts)
        else:
            kpi, dimension, segment = place_of(workspace, target)
            at = moment_of(workspace.store)
            mute_kpi(workspace.store, Mute(kpi, end, who, at, segment, dimension, note=note))
            typer.echo(f"{target} is silent until {end}.")


@app.command()
def unmute(target: Target, *, by: By = "", config: Config = CONFIG, now: Now = None) -> None:
    """Let it be heard again."""
    from flows.muting import is_episode, mute_of
    from flows.typed import typed
    from tasks.store.answers import unmute_kpi

    with _opened(config, now) as (workspace, today):
        if is_episode(target):
            done = typed(workspace, target, "unmute", by or _user())
            typer.echo(done.said)
            _post(workspace, done.posts)
        else:
            unmute_kpi(workspace.store, mute_of(workspace, target, today), by or _user())
            typer.echo(f"{target} is heard again.")


@app.command()
def audit(
    *,
    first: First = None,
    last: Last = None,
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what alerts were good for, and who did what.

    By rule: how many were opened, sent, useful and not, are open, and how many days they lasted.
    Without --from it is about a year.
    """
    from flows.alertaudit import NOTHING, as_log, as_record, as_table, log_between, log_record
    from flows.alertaudit import audit as audited
    from flows.entries import clock_of

    with _opened(config, now) as (workspace, today):
        begin, end = _stretch(workspace, first, last, today)
        rules = audited(workspace.store, begin, end)
        log = log_between(workspace, begin, end)
        clock = clock_of(workspace.store, workspace.settings.company.timezone)
    if as_json:
        facts = {
            "rules": [as_record(one) for one in rules],
            "log": [log_record(one) for one in log],
        }
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(as_table(rules) if rules else NOTHING)
    if log:
        typer.echo(f"\n{as_log(log, clock)}")


def _stretch(
    workspace: Workspace, first: str | None, last: str | None, today: date
) -> tuple[date, date]:
    """Return the first day of an audit and the first day after it; a year where nobody says."""
    from tasks.errors import WrongUse
    from tasks.model import Grain

    def period(key: str) -> Period:
        return workspace.settings.calendar.period(key)

    this = workspace.settings.calendar.containing(Grain.DAY, today)
    end = period(last).end_day if last else this.end_day
    begin = period(first).first_day if first else end.replace(year=end.year - 1, day=1)
    if begin >= end:
        raise WrongUse("The audit ends before it begins.", todo="Give an earlier --from.")
    return begin, end


def _answer(
    config: Config, alert: str, what: str, by: str, note: str, rebase: date | None = None
) -> None:
    from flows.typed import typed
    from flows.workspace import opened

    with opened(config, os.environ) as workspace:
        done = typed(workspace, alert, what, by or _user(), note, rebase=rebase)
        typer.echo(done.said)
        _post(workspace, done.posts)


def _post(workspace: Workspace, posts: tuple[int, ...]) -> None:
    """Tell the alert's thread; what can't be told now waits in the outbox."""
    if not posts:
        return
    from flows.commands.telling import tell_undelivered
    from flows.delivery import deliver
    from flows.steps import by_hand

    tell_undelivered(deliver(by_hand(), workspace, posts, is_urgent=True))
