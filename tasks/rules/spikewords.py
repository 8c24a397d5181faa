"""In which words is a surprise told: what happened, what is usual, and since when?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from tasks.model import Base, Grain, Observation
from tasks.rules.outlook import is_counted, is_judged, outlooks
from tasks.rules.scales import COUNTED
from tasks.rules.words import (
    amount,
    capitalised,
    counts,
    events,
    named,
    odds,
    pace,
    several,
    signed,
    signed_percent,
    this,
    usually,
)

if TYPE_CHECKING:
    from tasks.rules.base import Case, Subject, Usual
    from tasks.rules.history import History
    from tasks.rules.reading import Outlook, Together

TELLING = 0.05  # below this the digest mentions it
LEAST_EVENTS = 3  # one or two events are never a burst
LOOK_BACK = 26  # how far back a run may have started
SIDES = {"up": "high", "down": "low"}
STANDING = frozenset({"customers", "licensed customers", "users", "seats", "customers who stayed"})


def of_one_period(case: Case, seen: Observation, usual: Usual, found: tuple[str, float]) -> str:
    """Return the sentences about one period that is out of the ordinary on its own."""
    direction, chance = found
    grain = case.history.cell.grain
    facts = f"{capitalised(counts(seen, case.subject))} {this(grain)}."
    expected = usually(usual, case.subject, grain, seen.denominator)
    since = _since(case, direction)
    return f"{facts} Usually {expected}; chance by luck {odds(chance)}. {since}"


def of_several(
    case: Case, seen: Observation, together: Together, found: tuple[str, float], length: int
) -> str:
    """Return the sentences about periods that are out of the ordinary only together."""
    direction, chance = found
    grain = case.history.cell.grain
    now = "on the last of them" if grain is Grain.DAY else this(grain)
    facts, usual = _pooled(case.subject, seen, together, grain, length)
    return (
        f"{capitalised(facts)} in the last {several(length, grain)}. Usually {usual}; "
        f"chance by luck {odds(chance)}. Still {SIDES[direction]} {now}."
    )


def _pooled(
    subject: Subject, seen: Observation, together: Together, grain: Grain, length: int
) -> tuple[str, str]:
    """Return ``38 of 240 customers left`` and ``20``, or what it was on average and usually is."""
    got, expected = _decimal(together.seen), _decimal(together.expected)
    if subject.base is Base.LEVEL:
        is_share = together.is_relative
        moved, usual = (
            signed_percent(each) if is_share else signed(each, subject) for each in (got, expected)
        )
        return f"{subject.name} {moved} a {grain}", usual
    if not is_counted(subject):
        return f"{subject.name} {amount(got, subject)} on average", amount(expected, subject)
    usual = pace(expected, grain, length)
    if subject.family in COUNTED:
        return events(got, subject), usual
    # the same customers are there in every period: told are as many as there are in one
    of = together.out_of / (length if subject.of in STANDING else 1)
    pooled = replace(seen, numerator=Decimal(round(got)), denominator=Decimal(round(of)))
    return counts(pooled, subject), usual


def _since(case: Case, direction: str) -> str:
    """Return when the run of unusual periods that this one belongs to began."""
    history = case.history
    start = _start_of_run(history, case.subject, direction)
    period = history.period_at(start)
    if period is None or start == len(history) - 1:
        return f"Started {this(history.cell.grain)}."
    return f"Since {named(period, history.periods[-1])}."


def _start_of_run(history: History, subject: Subject, direction: str) -> int:
    newest = len(history) - 1
    before = range(newest - 1, max(newest - 1 - LOOK_BACK, -1), -1)
    run = takewhile(
        lambda outlook: _is_unusual(outlook, subject, direction),
        outlooks(history, subject, before),
    )
    return newest - sum(1 for _ in run)


def _is_unusual(outlook: Outlook | None, subject: Subject, direction: str) -> bool:
    if outlook is None or not is_judged(outlook, subject.family):
        return False
    tail = outlook.law.at_least if direction == "up" else outlook.law.at_most
    has_events = direction == "down" or not is_counted(subject) or outlook.seen >= LEAST_EVENTS
    return has_events and tail(outlook.seen) < TELLING


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.10g}")
