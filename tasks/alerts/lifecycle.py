"""How does an episode go on? It opens once, escalates at most once, ends once; signs decide.

An episode belongs to a key, which has no grain: days, weeks and months are different looks at one
incident. The grain whose sign opened it is its own; a grain *sees* it once one of its signs was
loud. What every such grain says is remembered period by period, and where the episode stands
follows from that alone: a period that is sent again takes the place of what it said before.

- It ends as ``calm`` when its own grain was calm for two periods in a row (or as many as a rule's
  ``recover`` says), and no other grain that saw it still does: its last word is calm. A grain that
  never saw it can't end it.
- After 13 periods of its own grain the level is the new normal. A longer grain whose window still
  holds a burst that is over keeps the episode open no longer than that; one that is loud in a
  period which began after the burst does, until it is calm or its own 13 periods are over.
- It is ``corrected`` when the period that opened it turns out to be calm and no other was loud.
- What it has covered is told: no sign of a period that begins before its end opens it again, or
  another one. That goes for a month that holds a week that was told, and for a finding that pools
  several periods: it begins with the first of them.
- Silence is no calm: without data it stays open, and says so, until nobody can expect any.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.alerts.endings import why
from tasks.alerts.standing import (
    age,
    calm_run,
    is_freed,
    loud_run,
    phase_of,
    seen_again_by,
    unsaid_for,
)
from tasks.episode import (
    LOUD,
    UNSAID,
    Ending,
    Episode,
    Event,
    Key,
    Limits,
    Mark,
    Phase,
    Push,
    Sign,
    Step,
    Verdict,
)
from tasks.model import Severity

if TYPE_CHECKING:
    from datetime import date

    from tasks.model import Finding, Period

__all__ = [
    "LOUD",
    "Ending",
    "Episode",
    "Event",
    "Key",
    "Limits",
    "Mark",
    "Phase",
    "Push",
    "Sign",
    "Step",
    "Verdict",
    "advance",
]

USUAL = Limits()


def advance(
    episode: Episode | None, sign: Sign, limits: Limits = USUAL, *, today: date | None = None
) -> Step:
    """Return what ``sign`` makes of the newest episode of its key; None where there is none yet.

    ``today`` is given where signs come from the present: a period that has not begun, or is over
    for too long, opens nothing then.
    """
    is_under_way = episode is not None and episode.phase is not Phase.CLOSED
    if not is_under_way and sign.verdict is not Verdict.LOUD:
        return Step(episode, episode, sign)  # the usual case: calm, and nothing to remember
    if reason := _unfit(episode, sign, limits, today):
        return Step(episode, episode, sign, reason=reason)
    if episode is None or not is_under_way:
        return _begun(episode, sign, limits)
    if episode.phase is Phase.PENDING:
        return _waited(episode, sign, limits)
    return _carried_on(episode, sign, limits)


def _unfit(episode: Episode | None, sign: Sign, limits: Limits, today: date | None) -> str:
    """Return why the sign is not heard, or nothing."""
    period = sign.period
    if today is not None and period.first_day > today:
        return f"{period} has not begun yet."
    if episode is not None and episode.phase is Phase.CLOSED:
        if _begins(sign) < episode.covers_until:
            return f"{period} was told already: {episode} ended with {episode.ended}."
    elif episode is not None and period.end_day <= episode.since.first_day:
        return f"{period} is before {episode.since}, with which {episode} began."
    is_under_way = episode is not None and episode.is_open
    if today is not None and not is_under_way and sign.verdict is Verdict.LOUD:
        length = period.end_day - period.first_day
        if period.end_day + limits.fresh * length < today:
            return f"{period} is over for too long to alert anybody."
    return ""


def _begins(sign: Sign) -> date:
    """Return the first day a sign is about: a finding may pool several periods."""
    length = sign.period.end_day - sign.period.first_day
    pooled = sign.finding.window if sign.finding is not None else 1
    return sign.period.first_day - (pooled - 1) * length


def _begun(last: Episode | None, sign: Sign, limits: Limits) -> Step:
    finding = _finding(sign)
    mark = Mark.of(sign)
    begun = Episode(
        key=Key.of(finding),
        number=last.number + 1 if last else 1,
        phase=Phase.PENDING,
        opened=sign.period,
        since=sign.period,
        newest=sign.period,
        severity=finding.severity,
        chance=finding.chance,
        first=mark,
        marks=(),
        sentence=finding.sentence,
    )
    step = _waited(begun, sign, limits)
    return replace(step, before=last)


def _waited(episode: Episode, sign: Sign, limits: Limits) -> Step:
    """A pending episode opens when a grain was loud often enough, and is forgotten when none is."""
    marks = _with(episode, sign)
    if marks == episode.marks:
        return Step(episode, episode, sign)
    grains = {mark.grain for mark in marks}
    runs = [loud_run(marks, grain) for grain in grains]
    if max(runs, default=0) >= limits.opens_after and sign.verdict is Verdict.LOUD:
        return _opened(episode, sign, marks)
    is_over = not any(runs)
    since = sign.period if not episode.marks else episode.since
    waiting = replace(
        episode, marks=() if is_over else marks, since=since, newest=_newest(episode, sign)
    )
    return Step(episode, waiting, sign)


def _opened(episode: Episode, sign: Sign, marks: tuple[Mark, ...]) -> Step:
    finding = _finding(sign)
    opened = replace(
        episode,
        phase=Phase.OPEN,
        opened=sign.period,
        since=sign.period if not episode.marks else episode.since,
        newest=_newest(episode, sign),
        severity=finding.severity,
        chance=finding.chance,
        first=Mark.of(sign),
        marks=marks,
        sentence=finding.sentence,
    )
    return Step(episode, opened, sign, Event.OPENED)


def _carried_on(episode: Episode, sign: Sign, limits: Limits) -> Step:
    if episode.rebased_on is not None:
        return _ended(episode, sign, Ending.EXPLAINED)
    marks = _with(episode, sign)
    if marks == episode.marks:
        return Step(episode, episode, sign)
    now = replace(
        episode, marks=marks, phase=phase_of(episode, marks), newest=_newest(episode, sign)
    )
    if ending := _ending(now, limits):
        return _ended(now, sign, ending, episode)
    if sign.verdict is not Verdict.LOUD:
        return Step(episode, now, sign)
    return _louder(episode, now, sign, limits)


def _ending(episode: Episode, limits: Limits) -> Ending | None:
    own, marks = episode.opened.grain, episode.marks
    first = next((mark for mark in marks if mark.is_about(episode.first)), episode.first)
    if first.verdict is Verdict.CALM and not any(mark.is_loud for mark in marks):
        return Ending.CORRECTED
    if unsaid_for(episode, Verdict.GONE) >= limits.gone:
        return Ending.GONE
    if unsaid_for(episode) >= limits.no_data:
        return Ending.NO_DATA
    calm, is_old = calm_run(marks, own), age(episode, own) >= limits.new_normal
    again = seen_again_by(episode) if calm else own
    if calm >= limits.calm and (is_freed(episode) or (is_old and again is None)):
        return Ending.CALM
    is_normal = again is not None and age(episode, again) >= limits.new_normal
    return Ending.NEW_NORMAL if is_normal and episode.is_burning else None


def _ended(episode: Episode, sign: Sign, ending: Ending, before: Episode | None = None) -> Step:
    is_new, reason = ending is Ending.NEW_NORMAL, why(episode, sign, ending)
    ended = replace(
        episode,
        phase=Phase.CLOSED,
        ended=sign.period,
        ending=ending,
        reason=reason,
        rebased_on=episode.since.first_day if is_new else episode.rebased_on,
    )
    return Step(before or episode, ended, sign, ending.event, reason)


def _louder(before: Episode, now: Episode, sign: Sign, limits: Limits) -> Step:
    """An open episode has another loud sign: it may be the worst so far, and may escalate."""
    finding = _finding(sign)
    if _is_worse(finding, now):
        now = replace(
            now,
            severity=finding.severity,
            chance=finding.chance,
            sentence=finding.sentence,
        )
    if before.is_escalated or not _is_escalation(before.first, finding, limits):
        return Step(before, now, sign)
    return Step(before, replace(now, is_escalated=True), sign, Event.ESCALATED)


def _is_worse(finding: Finding, episode: Episode) -> bool:
    if finding.severity is not episode.severity:
        return finding.severity is Severity.CRITICAL
    return _or_one(finding.chance) <= _or_one(episode.chance)


def _is_escalation(first: Mark, finding: Finding, limits: Limits) -> bool:
    if first.severity is Severity.WARNING and finding.severity is Severity.CRITICAL:
        return True
    if first.chance is None or finding.chance is None or first.grain is not finding.cell.grain:
        return False  # a day and a week have other chances of the very same event
    return first.chance > 0 and finding.chance * limits.escalation <= first.chance


def _with(episode: Episode, sign: Sign) -> tuple[Mark, ...]:
    """Return the marks with that of ``sign``, in the place of what its period said before.

    A grain that does not see the episode has no say in it, and what was loud stays so when
    nothing can be said of it any more.
    """
    new = Mark.of(sign)
    if not new.is_loud and all(mark.grain is not new.grain for mark in episode.marks):
        return episode.marks
    same = next((mark for mark in episode.marks if mark.is_about(new)), None)
    if same is not None and new.verdict in UNSAID:
        return episode.marks
    others = (mark for mark in episode.marks if mark is not same)
    return tuple(sorted((*others, new), key=lambda mark: (mark.end_day, mark.first_day)))


def _newest(episode: Episode, sign: Sign) -> Period:
    return max(episode.newest, sign.period, key=lambda period: period.end_day)


def _finding(sign: Sign) -> Finding:
    if sign.finding is None:
        message = f"nothing loud was found in {sign.period}"
        raise ValueError(message)
    return sign.finding


def _or_one(chance: float | None) -> float:
    return 1.0 if chance is None else chance
