"""Has a value left what it was by a percentage, by an amount, and not by luck?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pydantic import Field

from tasks.model import Family, Finding, Observation, Severity
from tasks.rules.base import Case, Change, Rule, RuleSettings, Subject, rule
from tasks.rules.baseline import MEMORY
from tasks.rules.changes import Against, changed
from tasks.rules.history import History
from tasks.rules.outlook import EVENTS, usual
from tasks.rules.words import UNITS_OF_TIME, amount, capitalised, counts, odds, this

LEAST_EVENTS = 3  # one customer more or less is a large percentage of few, and nothing to tell


class ChangeSettings(RuleSettings):
    """What can be set for the change rule: it needs the percentage and the amount, and evidence."""

    against: Against = Field(
        default=Against.PREVIOUS,
        description="what a value is compared with: previous (the period before), year (the same "
        "period a year before) or mean (of the periods before, see periods)",
    )
    periods: int = Field(
        default=4, ge=2, le=52, description="of how many periods the mean is, for against: mean"
    )
    percent: Decimal = Field(
        default=Decimal("0.2"),
        gt=0,
        description="how far it has to move, as a share of what it was: 0.2 is 20 %, also of a "
        "rate (from 2 % to 2.4 %); points of a score, such as NPS, have no percent: see floor",
    )
    floor: Decimal | None = Field(
        default=None,
        ge=0,
        description="the smallest difference worth telling, in the KPI's own unit (0.01 is one "
        "percentage point of a rate); unset: three customers, tickets or answers",
    )
    significant: bool = Field(
        default=True,
        description="false: also tell what luck could have done (one chance in twenty or more)",
    )


def judge(case: Case, settings: ChangeSettings) -> tuple[Finding, ...]:
    """Return a finding when the newest value moved by enough, in both senses, and not by luck.

    A gap in the history means there is nothing to compare with.
    """
    current, earlier = case.history.newest, _earlier(case, settings)
    if current is None or earlier is None or (current.n or 0) < settings.min_n:
        return ()
    expected = usual(case.history, case.subject)
    found = changed(current, earlier, case.subject, against=settings.against, range_now=expected)
    if found is None or not _is_enough(found, current, earlier, case.subject, settings):
        return ()
    return (_finding(case, current, earlier, found, settings),)


def _earlier(case: Case, settings: ChangeSettings) -> Observation | None:
    """Return the value to compare with, as an observation of its own."""
    history = case.history
    if settings.against is Against.MEAN:
        return _mean(history, settings.periods)
    grain = history.cell.grain
    return _back(history, MEMORY[grain].per_year if settings.against is Against.YEAR else 1)


def _back(history: History, periods: int) -> Observation | None:
    place = len(history) - 1 - periods
    period = history.period_at(place) if place >= 0 else None
    return history.of(period.key) if period else None


def _mean(history: History, periods: int) -> Observation | None:
    """Return all the ``periods`` before the newest as one observation; None where one is missing.

    Rates are added up above and below; what has no denominator is divided by the periods.
    """
    past = [_back(history, back) for back in range(1, periods + 1)]
    known = [seen for seen in past if seen is not None and seen.value is not None]
    if len(known) < periods:
        return None
    is_rate = all(seen.denominator is not None for seen in known)
    below = sum((seen.denominator or Decimal(0) for seen in known), Decimal(0))
    return replace(
        known[0],
        numerator=sum((seen.numerator or Decimal(0) for seen in known), Decimal(0)),
        denominator=below if is_rate else Decimal(periods),
        n=sum(seen.n or 0 for seen in known),
        sum_of_squares=_squares(known),
    )


def _squares(known: list[Observation]) -> Decimal | None:
    squares = [seen.sum_of_squares for seen in known if seen.sum_of_squares is not None]
    return sum(squares, Decimal(0)) if len(squares) == len(known) else None


def _is_enough(
    found: Change,
    current: Observation,
    earlier: Observation,
    subject: Subject,
    settings: ChangeSettings,
) -> bool:
    if not _is_far(found, earlier, subject, settings.percent):
        return False
    if not _is_above_floor(found, current, earlier, subject, settings):
        return False
    return found.is_beyond_noise or not settings.significant


def _is_far(found: Change, earlier: Observation, subject: Subject, percent: Decimal) -> bool:
    """Return whether it moved by ``percent`` of what it was; from nothing, anything is far."""
    if subject.unit == "points" or not earlier.value:
        return found.delta != 0
    return abs(found.delta / earlier.value) >= percent


def _is_above_floor(
    found: Change,
    current: Observation,
    earlier: Observation,
    subject: Subject,
    settings: ChangeSettings,
) -> bool:
    """Return whether the change is worth telling whatever percentage it is."""
    if settings.floor is not None:
        return abs(found.delta) >= settings.floor
    if subject.family not in EVENTS or current.numerator is None or earlier.value is None:
        return True
    expected = earlier.value * (current.denominator or Decimal(1))
    return abs(current.numerator - expected) >= LEAST_EVENTS


def _finding(
    case: Case,
    current: Observation,
    earlier: Observation,
    found: Change,
    settings: ChangeSettings,
) -> Finding:
    severity = settings.severity or Severity.WARNING
    if found.better is not False:
        severity = Severity.GOOD if found.better else Severity.INFO
    return Finding(
        rule="change",
        cell=case.history.cell,
        period=current.period,
        severity=severity,
        direction="up" if found.delta > 0 else "down",
        sentence=_sentence(case, current, earlier, found, settings),
        observed=current.numerator,
        denominator=current.denominator,
        expected=_expected(current, earlier, case.subject),
        chance=found.chance,
    )


def _expected(current: Observation, earlier: Observation, subject: Subject) -> Decimal | None:
    """Return what the earlier value would be now, in the unit of what was observed."""
    if earlier.value is None or subject.family is Family.MEAN_BOUNDED:
        return earlier.value
    return earlier.value * current.denominator if current.denominator else earlier.value


def _sentence(
    case: Case,
    current: Observation,
    earlier: Observation,
    found: Change,
    settings: ChangeSettings,
) -> str:
    grain = case.history.cell.grain
    then = {
        Against.PREVIOUS: f"the {grain} before",
        Against.YEAR: "a year earlier",
        Against.MEAN: f"in the {settings.periods} {UNITS_OF_TIME[grain][1]} before on average",
    }[settings.against]
    before = amount(earlier.value or Decimal(0), case.subject)
    luck = "" if found.chance is None else f"; chance by luck {odds(found.chance)}"
    facts = capitalised(counts(current, case.subject))
    return f"{facts} {this(grain)}: {found.text} from {before} {then}{luck}."


CHANGE = rule(
    Rule(
        "change",
        "Finds a value that left the one before it by a percentage, an amount, and not by luck.",
        ChangeSettings,
        judge,
        is_on=False,
    )
)
