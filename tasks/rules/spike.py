"""Is the newest period out of the ordinary, by itself or together with those before it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from tasks.model import ALL, Base, Family, Finding, Grain, Observation, Severity, Status
from tasks.rules.base import Case, Rule, RuleSettings, Screen, Subject, rule
from tasks.rules.baseline import MEMORY
from tasks.rules.collapse import BEYOND_BELIEF, LOST_SHARE, SUMMED
from tasks.rules.history import History
from tasks.rules.outlook import is_counted, is_judged, range_of, within
from tasks.rules.reading import Outlook, Reading, newest_reading
from tasks.rules.samples import Collapse, collapse
from tasks.rules.screening import screened
from tasks.rules.spikewords import TELLING, of_one_period, of_several
from tasks.rules.words import counts, number, this

CERTAIN = 1e-5  # such luck is not believed, whatever the size of the effect
LARGE = 0.25  # an effect on the whole company that is worth interrupting somebody
LEAST_EVENTS = 3  # one or two events are never a burst


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
    """Which way a period is out of the ordinary, how likely luck alone is to do that.

    ``length`` is how many periods were pooled to see it; ``is_within_budget`` whether as much as
    this is rare enough to wake somebody.
    """

    direction: str
    chance: float
    length: int = 1
    is_within_budget: bool = False


def threshold(sensitivity: Sensitivity, grain: Grain) -> float:
    """Return the chance below which a period could alert if there were no longer windows.

    A year's budget, shared by its periods.
    """
    return BUDGET[sensitivity] / MEMORY[grain].per_year


def surprise(outlook: Outlook, subject: Subject) -> Surprise | None:
    """Return which tail a single period is in; None when there is too little to speak of."""
    if not is_judged(outlook, subject.family):
        return None
    up, down = outlook.law.at_least(outlook.seen), outlook.law.at_most(outlook.seen)
    direction = "up" if up <= down else "down"
    if is_counted(subject) and not _has_events(outlook, subject.family, direction):
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
    reading = newest_reading(case.history, case.subject, case.siblings)
    if reading is None or (seen.n or reading.outlook.exposure) < settings.min_n:
        return ()
    found = _found(reading, case.subject, settings)
    severity = _severity(case, reading.outlook, found, settings) if found else None
    if found is None or severity is None:
        return ()
    if severity is Severity.GOOD and _is_too_good(case.subject, reading.outlook, found):
        return (_doubtful(case, seen, reading.outlook),)
    return (_finding(case, seen, reading, found, severity),)


def is_calm(case: Case, _settings: SpikeSettings, direction: str) -> bool | None:
    """Return whether the newest period is ordinary again on one side.

    None where that can't be said: no value, or too little history.
    """
    seen = case.history.newest
    if seen is None or seen.value is None:
        return None
    is_whole = collapse(case.history, case.subject, len(case.history) - 1) is None
    if direction == "data":
        return is_whole
    reading = newest_reading(case.history, case.subject, case.siblings) if is_whole else None
    if reading is None or not is_judged(reading.outlook, case.subject.family):
        return None
    return reading.sides[direction].is_calm


def _still_rises(subject: Subject, seen: Observation) -> bool:
    """Return whether time alone will raise the value: it can't be held against finished ones."""
    return subject.base is Base.RISING and seen.status is Status.PROVISIONAL


def _found(reading: Reading, subject: Subject, settings: SpikeSettings) -> Surprise | None:
    """Return what is the most surprising, within the budget or worth a line in the digest."""
    outlook = reading.outlook
    if not is_judged(outlook, subject.family):
        return None
    alone = _alone(reading, subject)
    direction, side = min(reading.sides.items(), key=lambda each: each[1].cost)
    budget = BUDGET[settings.sensitivity]
    if side.cost > budget:
        return alone
    if side.alone > budget:
        return Surprise(direction, side.chance, side.length, is_within_budget=True)
    if not is_counted(subject):
        return Surprise(direction, side.chance_alone, is_within_budget=True)
    law = outlook.law
    chance = law.at_least(outlook.seen) if direction == "up" else law.at_most(outlook.seen)
    return Surprise(direction, chance, is_within_budget=True)


def _alone(reading: Reading, subject: Subject) -> Surprise | None:
    """Return which tail the newest period by itself is in.

    What isn't counted is no rarer than its lumps allow, which no law of its own knows of.
    """
    if is_counted(subject):
        return surprise(reading.outlook, subject)
    direction, side = min(reading.sides.items(), key=lambda each: each[1].chance_alone)
    return Surprise(direction, side.chance_alone)


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
    bad = case.subject.bad
    if bad is not None and found.direction != bad:
        return Severity.GOOD if found.is_within_budget else None
    if found.is_within_budget and settings.severity:
        return settings.severity
    if found.is_within_budget and bad is not None:
        return Severity.CRITICAL if _is_critical(case, outlook, found) else Severity.WARNING
    return Severity.INFO if found.chance < TELLING else None


def _is_critical(case: Case, outlook: Outlook, found: Surprise) -> bool:
    if found.chance < CERTAIN:
        return True
    effect = abs(outlook.seen - outlook.law.mean)
    return case.history.cell.segment == ALL and effect >= LARGE * abs(outlook.law.mean)


def _is_too_good(subject: Subject, outlook: Outlook, found: Surprise) -> bool:
    """Return whether a count or sum fell by half, beyond belief: rows are missing, perhaps."""
    is_sum = subject.family in SUMMED and subject.base is not Base.LEVEL
    is_sudden = found.length == 1 and found.chance < BEYOND_BELIEF
    is_halved = outlook.seen < LOST_SHARE * outlook.law.mean
    return is_sum and found.direction == "down" and is_sudden and is_halved


def _finding(
    case: Case, seen: Observation, reading: Reading, found: Surprise, severity: Severity
) -> Finding:
    made = _of_one(case, seen, reading.outlook, found, severity)
    together = reading.windows.get(found.length)
    if together is None:
        return made
    luck = (found.direction, found.chance)
    made = replace(
        made,
        window=found.length,
        sentence=of_several(case, seen, together, luck, found.length),
    )
    if not is_counted(case.subject):
        return made
    out_of = None if seen.denominator is None else Decimal(round(together.out_of))
    return replace(
        made,
        observed=Decimal(round(together.seen)),
        denominator=out_of,
        expected=Decimal(f"{together.expected:.10g}"),
        low=None,
        high=None,
    )


def _of_one(
    case: Case, seen: Observation, outlook: Outlook, found: Surprise, severity: Severity
) -> Finding:
    usual, counted = range_of(outlook, case.subject), is_counted(case.subject)
    if not counted:
        usual = within(usual, case.history.values, case.subject)
    low, high = usual.low, usual.high
    if counted:  # back to whole events, which is what the range was found in
        low, high = (Decimal(round(end * Decimal(outlook.exposure))) for end in (low, high))
    return Finding(
        rule="spike",
        cell=case.history.cell,
        period=seen.period,
        severity=severity,
        direction=found.direction,
        sentence=of_one_period(case, seen, usual, (found.direction, found.chance))
        if found.length == 1
        else "",
        observed=seen.numerator if counted else seen.value,
        denominator=seen.denominator if counted else None,
        expected=usual.expected if usual.count is None else usual.count,
        low=low,
        high=high,
        chance=found.chance,
    )


def _doubtful(case: Case, seen: Observation, outlook: Outlook) -> Finding:
    usual = number(Decimal(f"{outlook.law.mean:.6g}"))
    said = f"{counts(seen, case.subject)} {this(case.history.cell.grain)}, usually {usual}."
    return _about_data(case, seen, said, Decimal(f"{outlook.law.mean:.6g}"))


def _incomplete(case: Case, seen: Observation, lost: Collapse) -> Finding:
    of, grain = case.subject.of or "rows", case.history.cell.grain
    size, usual = number(Decimal(lost.size)), number(Decimal(lost.usual))
    said = f"{size} {of} {this(grain)}, usually {usual}."
    return _about_data(case, seen, said, Decimal(lost.usual))


def _about_data(case: Case, seen: Observation, said: str, expected: Decimal) -> Finding:
    return Finding(
        rule="spike",
        cell=case.history.cell,
        period=seen.period,
        severity=Severity.WARNING,
        direction="data",
        sentence=f"The data look incomplete: {said} Not judged until they are complete.",
        observed=seen.numerator,
        denominator=seen.denominator,
        expected=expected,
    )


def screen(
    histories: Sequence[History], subject: Subject, settings: SpikeSettings
) -> tuple[Screen, ...]:
    """Return where a whole past may be out of the ordinary, and where it is calm."""
    return screened(histories, subject, BUDGET[settings.sensitivity])


SPIKE = rule(
    Rule(
        "spike",
        "Finds a value, or several together, that its own past and sample size can't explain.",
        SpikeSettings,
        judge,
        is_calm=is_calm,
        screen=screen,
    )
)
