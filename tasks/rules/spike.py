"""Is this period out of the ordinary, given how many there were to count?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile

from pydantic import Field

from tasks.model import ALL, Base, Family, Finding, Grain, Observation, Severity, Status
from tasks.rules.base import Case, Rule, RuleSettings, Subject, Usual, rule
from tasks.rules.baseline import MEMORY
from tasks.rules.history import History
from tasks.rules.outlook import EVENTS, Outlook, is_judged, newest_outlook, outlooks, range_of
from tasks.rules.samples import Collapse, collapse
from tasks.rules.words import capitalised, counts, named, number, odds, this, usually

CERTAIN = 1e-5  # such luck is not believed, whatever the size of the effect
TELLING = 0.05  # below this the digest mentions it
LARGE = 0.25  # an effect on the whole company that is worth interrupting somebody
LEAST_EVENTS = 3  # one or two events are never a burst
LOOK_BACK = 26  # how far back a run may have started


class Sensitivity(StrEnum):
    """How many false alarms a year one KPI may cost."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


BUDGET = {Sensitivity.LOW: 0.05, Sensitivity.NORMAL: 0.16, Sensitivity.HIGH: 0.5}


class SpikeSettings(RuleSettings):
    """What can be set for the spike rule."""

    sensitivity: Sensitivity = Field(
        default=Sensitivity.NORMAL,
        description="how many false alarms a KPI may cost: low is about one in 20 years, normal "
        "one in 6 years, high one in 2 years",
    )


@dataclass(frozen=True, slots=True)
class Surprise:
    """Which way a period is out of the ordinary, and how likely luck alone is to do that."""

    direction: str
    chance: float


def threshold(sensitivity: Sensitivity, grain: Grain) -> float:
    """Return the chance below which one period alerts: a year's budget, shared by its periods."""
    return BUDGET[sensitivity] / MEMORY[grain].per_year


def surprise(outlook: Outlook, family: Family) -> Surprise | None:
    """Return which tail the period is in; None when there is too little to speak of."""
    if not is_judged(outlook, family):
        return None
    up, down = outlook.law.at_least(outlook.seen), outlook.law.at_most(outlook.seen)
    direction = "up" if up <= down else "down"
    if family in EVENTS and not _has_events(outlook, family, direction):
        return None
    return Surprise(direction, min(up, down))


def judge(case: Case, settings: SpikeSettings) -> tuple[Finding, ...]:
    """Return the finding about the newest period, if it is out of the ordinary.

    A sample that lost half its size is reported as incomplete data and judged no further, so that
    missing rows never look like good news.
    """
    row, seen = len(case.history) - 1, case.history.newest
    if seen is None or seen.value is None or _still_rises(case.subject, seen):
        return ()
    if lost := collapse(case.history, case.subject, row):
        return (_incomplete(case, seen, lost),)
    outlook = newest_outlook(case.history, case.subject)
    if outlook is None or (seen.n or outlook.exposure) < settings.min_n:
        return ()
    found = surprise(outlook, case.subject.family)
    severity = _severity(case, outlook, found, settings) if found else None
    if found is None or severity is None:
        return ()
    return (_finding(case, seen, outlook, found, severity),)


def _still_rises(subject: Subject, seen: Observation) -> bool:
    """Return whether time alone will raise the value: it can't be held against finished ones."""
    return subject.base is Base.RISING and seen.status is Status.PROVISIONAL


def _has_events(outlook: Outlook, family: Family, direction: str) -> bool:
    """Return whether enough happened: three events, or for a fall at least one to be expected."""
    if direction == "up":
        return outlook.seen >= LEAST_EVENTS
    missing = outlook.exposure - outlook.seen
    enough_missing = family is not Family.BINOMIAL or missing >= LEAST_EVENTS
    return outlook.law.mean >= 1 and enough_missing


def _severity(
    case: Case, outlook: Outlook, found: Surprise, settings: SpikeSettings
) -> Severity | None:
    is_within_budget = found.chance <= threshold(settings.sensitivity, case.history.cell.grain)
    bad = case.subject.bad
    if bad is not None and found.direction != bad:
        return Severity.GOOD if is_within_budget else None
    if is_within_budget and settings.severity:
        return settings.severity
    if is_within_budget and bad is not None:
        return Severity.CRITICAL if _is_critical(case, outlook, found) else Severity.WARNING
    return Severity.INFO if found.chance < TELLING else None


def _is_critical(case: Case, outlook: Outlook, found: Surprise) -> bool:
    if found.chance < CERTAIN:
        return True
    effect = abs(outlook.seen - outlook.law.mean)
    return case.history.cell.segment == ALL and effect >= LARGE * abs(outlook.law.mean)


def _finding(
    case: Case, seen: Observation, outlook: Outlook, found: Surprise, severity: Severity
) -> Finding:
    usual = range_of(outlook, case.subject)
    is_counted = case.subject.family in EVENTS
    low, high = usual.low, usual.high
    if is_counted:  # back to whole events, which is what the range was found in
        low, high = (Decimal(round(end * Decimal(outlook.exposure))) for end in (low, high))
    return Finding(
        rule="spike",
        cell=case.history.cell,
        period=seen.period,
        severity=severity,
        direction=found.direction,
        sentence=_sentence(case, seen, usual, found),
        observed=seen.numerator if is_counted else seen.value,
        denominator=seen.denominator if is_counted else None,
        expected=usual.expected if usual.count is None else usual.count,
        low=low,
        high=high,
        chance=found.chance,
    )


def _sentence(case: Case, seen: Observation, usual: Usual, found: Surprise) -> str:
    grain = case.history.cell.grain
    facts = f"{capitalised(counts(seen, case.subject))} {this(grain)}."
    expected = usually(usual, case.subject, grain, seen.denominator)
    since = _since(case, found)
    return f"{facts} Usually {expected}; chance by luck {odds(found.chance)}. {since}"


def _since(case: Case, found: Surprise) -> str:
    """Return when the run of unusual periods that this one belongs to began."""
    history = case.history
    start = _start_of_run(history, case.subject, found.direction)
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
    found = surprise(outlook, subject.family) if outlook else None
    return found is not None and found.direction == direction and found.chance < TELLING


def _incomplete(case: Case, seen: Observation, lost: Collapse) -> Finding:
    of = case.subject.of or "rows"
    return Finding(
        rule="spike",
        cell=case.history.cell,
        period=seen.period,
        severity=Severity.WARNING,
        direction="data",
        sentence=(
            f"The data look incomplete: {number(Decimal(lost.size))} {of} "
            f"{this(case.history.cell.grain)}, usually {number(Decimal(lost.usual))}. "
            "Not judged until they are complete."
        ),
        observed=seen.numerator,
        denominator=seen.denominator,
        expected=Decimal(lost.usual),
    )


SPIKE = rule(
    Rule(
        "spike",
        "Finds a count, share or mean that its own history and sample size can't explain.",
        SpikeSettings,
        judge,
    )
)
