"""What have alerts been good for, by rule, and who did what with them when?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flows.alerts import plain
from flows.entries import Clock
from flows.figures import instant, text_table
from flows.workspace import Workspace
from tasks.alerts.audit import RuleAudit, audited
from tasks.messages.ongoing import Audited
from tasks.model import Period
from tasks.store import Store
from tasks.store.alertlog import Happening, alert_log
from tasks.store.episodes import every_episode

COLUMNS = ("rule", "opened", "sent", "useful", "not useful", "unanswered", "open", "median days")
LOG_COLUMNS = ("when", "who", "what", "alert", "note")
NOTHING = "No alert has opened in this time."


def audit(store: Store, first: date, end: date) -> tuple[RuleAudit, ...]:
    """Return what the alerts of each rule were good for, from ``first`` to before ``end``."""
    return audited(every_episode(store), alert_log(store), first, end)


def audit_lines(store: Store, period: Period) -> tuple[Audited, ...]:
    """Return the same for the digest of ``period``: sent, confirmed and false alerts by rule."""
    return tuple(
        Audited(one.rule, one.sent, one.useful, one.false)
        for one in audit(store, period.first_day, period.end_day)
        if one.sent
    )


def log_between(workspace: Workspace, first: date, end: date) -> tuple[Happening, ...]:
    """Return what happened from ``first`` to before ``end``, oldest first."""
    local = workspace.settings.calendar.local_day
    return tuple(one for one in alert_log(workspace.store) if first <= local(one.at) < end)


def as_table(found: Sequence[RuleAudit]) -> str:
    """Return a line for each rule, and how many were only shown on trial."""
    text = text_table(COLUMNS, [_line(one) for one in found], right=COLUMNS[1:])
    on_trial = sum(one.on_trial for one in found)
    shown = f"\n{on_trial} shown to the operators on trial." if on_trial else ""
    return text + shown


def as_log(log: Iterable[Happening], clock: Clock) -> str:
    """Return who did what, oldest first."""
    lines = [
        [clock.shown(one.at), *map(plain, (one.who, one.what, one.about, one.note))] for one in log
    ]
    return text_table(LOG_COLUMNS, lines)


def as_record(one: RuleAudit) -> dict[str, object]:
    """Return one rule's audit for JSON."""
    return {
        "rule": one.rule,
        "opened": one.opened,
        "sent": one.sent,
        "on_trial": one.on_trial,
        "useful": one.useful,
        "not_useful": one.false,
        "open": one.open,
        "median_days": one.median_days,
    }


def log_record(one: Happening) -> dict[str, object]:
    """Return a line of the log for JSON."""
    return {
        "at": instant(one.at),
        "who": one.who,
        "what": one.what,
        "alert": one.about,
        "number": one.episode_id,
        "period": one.period,
        "severity": one.severity,
        "chance": one.chance,
        "note": one.note,
    }


def _line(one: RuleAudit) -> list[str]:
    unanswered = max(one.sent - one.useful - one.false, 0)
    counts = (one.opened, one.sent, one.useful, one.false, unanswered, one.open)
    days = "" if one.median_days is None else f"{one.median_days:g}"
    return [one.rule, *map(str, counts), days]
