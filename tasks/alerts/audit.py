"""Were the alerts of each rule any good? How many were sent, useful or false, and how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tasks.episode import Episode, Push
from tasks.store.answers import NOT_USEFUL, USEFUL

if TYPE_CHECKING:
    from datetime import date

    from tasks.store.alertlog import Happening

TO_PEOPLE, ON_TRIAL = f"{Push.ALERT} to people", f"{Push.ALERT} to operators"


@dataclass(frozen=True, slots=True)
class RuleAudit:
    """One rule's alerts: opened, sent to people, shown on trial, and what people said of them.

    ``median_days`` is how long those that are over were open; None while none is.
    """

    rule: str
    opened: int
    sent: int
    on_trial: int
    useful: int
    false: int
    open: int
    median_days: float | None


def audited(
    episodes: Iterable[Episode], log: Sequence[Happening], first: date, end: date
) -> tuple[RuleAudit, ...]:
    """Return an audit of each rule's alerts whose opening period was over from ``first`` on.

    ``end`` is the first day that doesn't count any more. Of several answers to one alert the last
    one counts.
    """
    of_rule: dict[str, list[Episode]] = {}
    for one in episodes:
        if first < one.opened.end_day <= end:
            of_rule.setdefault(one.key.rule, []).append(one)
    said, told = _answers(log), _told(log)
    return tuple(_audit(rule, some, said, told) for rule, some in sorted(of_rule.items()))


def _audit(
    rule: str,
    some: Sequence[Episode],
    said: Mapping[int, str],
    told: Mapping[str, frozenset[int | None]],
) -> RuleAudit:
    answers = [said.get(one.id or 0) for one in some]
    days = [(one.ended.end_day - one.since.first_day).days for one in some if one.ended]
    return RuleAudit(
        rule,
        opened=len(some),
        sent=sum(one.id in told[TO_PEOPLE] for one in some),
        on_trial=sum(one.id in told[ON_TRIAL] for one in some),
        useful=answers.count(USEFUL),
        false=answers.count(NOT_USEFUL),
        open=sum(one.is_open for one in some),
        median_days=float(median(days)) if days else None,
    )


def _answers(log: Iterable[Happening]) -> Mapping[int, str]:
    return {
        one.episode_id: one.what
        for one in log
        if one.what in {USEFUL, NOT_USEFUL} and one.episode_id is not None
    }


def _told(log: Sequence[Happening]) -> Mapping[str, frozenset[int | None]]:
    return {
        what: frozenset(one.episode_id for one in log if one.what == what)
        for what in (TO_PEOPLE, ON_TRIAL)
    }
