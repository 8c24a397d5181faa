"""How far is a value from the previous period and from a year ago, and is that more than noise?"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from tasks.model import Base, Direction, Family, Observation
from tasks.rules.base import Change, Comparison, Subject, Usual
from tasks.rules.evidence import (
    Sample,
    counts_differ_by_luck,
    means_differ_by_luck,
    shares_differ_by_luck,
)
from tasks.rules.history import History
from tasks.rules.outlook import has_law, newest_outlook, usual
from tasks.rules.samples import too_few
from tasks.rules.words import signed, signed_percent, usual_count

BEYOND_NOISE = 0.05
FEW = 20  # counts below this are compared in events, above it in percent
RARE_SHARE = Decimal("0.1")
DOUBLED = 1  # a change of more than 100 % says less than the amount


class Against(StrEnum):
    """What a value is compared with."""

    PREVIOUS = "previous"
    YEAR = "year"
    MEAN = "mean"


def changed(
    current: Observation | None,
    earlier: Observation | None,
    subject: Subject,
    *,
    against: Against = Against.PREVIOUS,
    range_now: Usual | None = None,
) -> Change | None:
    """Return the change from ``earlier`` to ``current``; None when one of them has no value.

    Families with a test say whether luck could explain it; for the others it is beyond noise when
    the value has left ``range_now``, the range nine periods in ten stay in.
    """
    if current is None or earlier is None or current.value is None or earlier.value is None:
        return None
    delta = current.value - earlier.value
    percent = _percent(delta, earlier.value, subject)
    chance = _chance(current, earlier, subject)
    left = range_now is not None and not range_now.low <= current.value <= range_now.high
    return Change(
        against=against,
        delta=delta,
        percent=percent,
        better=_better(delta, subject),
        chance=chance,
        is_beyond_noise=left if chance is None else chance < BEYOND_NOISE,
        text=_text(current, earlier, delta, percent, subject),
    )


def compared(history: History, subject: Subject, previous: str, year_before: str) -> Comparison:
    """Return the newest period of ``history`` beside the periods written as the two keys."""
    current = history.newest
    if current is None:
        return Comparison(history.cell, None)
    before, year = history.of(previous), history.of(year_before)
    expected = usual(history, subject)
    change = changed(current, before, subject, range_now=expected)
    return Comparison(
        cell=history.cell,
        current=current,
        previous=before,
        year_before=year,
        change=change,
        year_change=changed(current, year, subject, against=Against.YEAR, range_now=expected),
        usual=expected,
        text=_told(history, subject, change, expected),
        too_few=too_few(history, subject, newest_outlook(history, subject)),
    )


def _percent(delta: Decimal, earlier: Decimal, subject: Subject) -> Decimal | None:
    """Return the relative change; rates and points change in points, not in percent."""
    if subject.unit in {"ratio", "points"} or earlier <= 0:
        return None
    return delta / earlier


def _better(delta: Decimal, subject: Subject) -> bool | None:
    if delta == 0 or subject.good is Direction.NEUTRAL:
        return None
    return (delta > 0) is (subject.good is Direction.UP)


def _chance(current: Observation, earlier: Observation, subject: Subject) -> float | None:
    """Return how often luck alone moves two such samples this far apart; None without a test."""
    if not has_law(subject):
        return None
    if subject.family is Family.MEAN_BOUNDED:
        now, before = _sample(current), _sample(earlier)
        return means_differ_by_luck(now, before) if now and before else None
    one, two = current.numerator or Decimal(0), earlier.numerator or Decimal(0)
    below = current.denominator or Decimal(1), earlier.denominator or Decimal(1)
    if subject.family is Family.BINOMIAL:
        if one > below[0] or two > below[1]:
            return None
        return shares_differ_by_luck(round(one), round(below[0]), round(two), round(below[1]))
    return counts_differ_by_luck(float(one), float(below[0]), float(two), float(below[1]))


def _sample(seen: Observation) -> Sample | None:
    """Return mean, unit variance and n of a mean; None where the variance is unknown."""
    if seen.value is None or seen.sum_of_squares is None or not seen.n or seen.n < 2:  # noqa: PLR2004 - no variance of one
        return None
    mean, n = float(seen.value), seen.n
    scatter = float(seen.sum_of_squares) - n * mean * mean
    return Sample(mean, max(scatter, 0.0) / (n - 1), n)


def _text(
    current: Observation,
    earlier: Observation,
    delta: Decimal,
    percent: Decimal | None,
    subject: Subject,
) -> str:
    """Return the change as people say it: percent of amounts, points of rates, minutes, events."""
    is_few = subject.unit == "count" and max(_size(current), _size(earlier)) < FEW
    in_amounts = subject.unit in {"minutes", "score"} or is_few
    in_amounts = in_amounts or (subject.unit == "x" and subject.family is not Family.COUNT_RATE)
    if percent is None or in_amounts or abs(percent) > DOUBLED:
        return signed(delta, subject)
    return signed_percent(percent)


def _size(seen: Observation) -> Decimal:
    return abs(seen.numerator or Decimal(0))


def _told(history: History, subject: Subject, change: Change | None, expected: Usual | None) -> str:
    """Return the words for the change column: rare events are told by what is usual."""
    if expected is not None and expected.count is not None and subject.base is not Base.LEVEL:
        is_rare = subject.family is Family.BINOMIAL and expected.expected < RARE_SHARE
        is_few = subject.family is Family.COUNT and expected.count < FEW
        if is_rare or is_few:
            return f"usually {usual_count(expected, history.cell.grain)}"
    return change.text if change else "-"
