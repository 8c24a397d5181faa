"""What may a period look like, given everything before it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from tasks.model import Base, Family
from tasks.rules.base import Subject, Usual
from tasks.rules.baseline import MEMORY, Memory
from tasks.rules.history import Floats, History
from tasks.rules.reading import Outlook, can_be_read, newest_reading, readings
from tasks.rules.scales import COUNTED, EVENTS

__all__ = [
    "COUNTED",
    "EVENTS",
    "Outlook",
    "can_be_read",
    "has_law",
    "is_judged",
    "newest_outlook",
    "outlooks",
    "range_of",
    "usual",
]

LAWFUL = EVENTS | {Family.MEAN_BOUNDED}
RANGE = (0.05, 0.95)
LEAST_ANSWERS = 5  # the mean of fewer answers follows no law but that of its single answers
NPS_ENDS = (-100.0, 100.0)
MAD_TO_DEVIATION = 1.4826
NINE_IN_TEN = 1.645


def outlooks(history: History, subject: Subject, rows: Sequence[int]) -> tuple[Outlook | None, ...]:
    """Return the outlook on each of ``rows`` (places in the history's arrays), None if unknown.

    It is None where the period or its past has no value, and for KPIs whose sample has no law of
    chance of its own: levels, sums of money, quantiles.
    """
    if not has_law(subject):
        return (None,) * len(rows)
    found = readings(history, subject, rows)
    return tuple(None if one is None else one.outlook for one in found)


def newest_outlook(history: History, subject: Subject) -> Outlook | None:
    """Return the outlook on the newest period; worked out once for a history and a subject."""
    found = newest_reading(history, subject) if has_law(subject) else None
    return None if found is None else found.outlook


def has_law(subject: Subject) -> bool:
    """Return whether the KPI's sample follows a law of chance we can hold it against."""
    return subject.family in LAWFUL and subject.base is not Base.LEVEL


def usual(history: History, subject: Subject) -> Usual | None:
    """Return what was usual before the newest period; None when history is too short.

    Counts, shares and means: the predictive range for this period's own sample. Everything else:
    the median of the past and its spread; for levels, the last level plus a usual change.
    """
    if not has_law(subject):
        return _band(history, subject) if len(history) else None
    outlook = newest_outlook(history, subject)
    return range_of(outlook, subject) if outlook and outlook.is_enough else None


def range_of(outlook: Outlook, subject: Subject) -> Usual:
    """Return the expected value and the range that nine such periods in ten stay in."""
    low, high = (outlook.law.quantile(share) for share in RANGE)
    if not is_counted(subject):
        if subject.unit == "points":  # a score can't leave its scale, its law does
            low, high = max(low, NPS_ENDS[0]), min(high, NPS_ENDS[1])
        return Usual(_decimal(outlook.law.mean), _decimal(low), _decimal(high))
    low, high, mean = (number / outlook.exposure for number in (low, high, outlook.law.mean))
    return Usual(_decimal(mean), _decimal(low), _decimal(high), _decimal(outlook.law.mean))


def is_counted(subject: Subject) -> bool:
    """Return whether events are counted: a stock of them stands somewhere, it doesn't happen."""
    return subject.family in EVENTS and subject.base is not Base.LEVEL


def is_judged(outlook: Outlook, family: Family) -> bool:
    """Return whether history and sample are long and large enough to speak of luck at all."""
    is_large = family is not Family.MEAN_BOUNDED or outlook.exposure >= LEAST_ANSWERS
    return outlook.is_enough and is_large


def within(usual: Usual, past: Floats, subject: Subject) -> Usual:
    """Return a range that leaves nothing its past never left: 0 for losses, 1 for what is kept."""
    low, high = usual.low, usual.high
    if np.nanmin(past) >= 0:
        low = max(low, Decimal(0))
    if subject.unit == "ratio" and np.nanmax(past) <= 1:
        high = min(high, Decimal(1))
    return replace(usual, low=low, high=high)


def _band(history: History, subject: Subject) -> Usual | None:
    memory = MEMORY[history.cell.grain]
    past = history.values[:-1][-memory.reach :]
    if subject.base is Base.LEVEL:
        found = _band_of_level(past, memory)
        return found and within(found, past, subject)
    known = past[np.isfinite(past)]
    if len(known) < memory.enough:
        return None
    middle = float(np.median(known))
    return within(_around(middle, known - middle), known, subject)


def _band_of_level(past: Floats, memory: Memory) -> Usual | None:
    """Return the last level plus a usual change: a growing level is not a surprise."""
    steps = np.diff(past)
    steps = steps[np.isfinite(steps)]
    if len(steps) + 1 < memory.enough or not np.isfinite(past[-1]):
        return None
    return _around(float(past[-1] + np.median(steps)), steps - np.median(steps))


def _around(middle: float, distances: Floats) -> Usual:
    half = NINE_IN_TEN * MAD_TO_DEVIATION * float(np.median(np.abs(distances)))
    return Usual(_decimal(middle), _decimal(middle - half), _decimal(middle + half))


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.10g}")
