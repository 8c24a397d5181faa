"""Which range was to be expected of each of the last periods, seen from the ones before it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.calendar import Calendar
from tasks.model import Observation
from tasks.rules.base import Subject, Usual
from tasks.rules.history import History
from tasks.rules.outlook import outlooks, range_of

PERIODS = 26


def expected_ranges(
    subject: Subject, seen: Sequence[Observation], calendar: Calendar, periods: int = PERIODS
) -> Mapping[str, Usual]:
    """Return the expected range of each of the newest ``periods``, by the period's key.

    A period is left out where too little came before it, and where the KPI follows no law of
    chance we know of: a stock, a sum of money, a median.
    """
    if not seen:
        return {}
    history = as_history(seen, calendar)
    rows = range(max(0, len(history) - periods), len(history))
    found = zip(rows, outlooks(history, subject, rows), strict=True)
    return {
        period.key: range_of(one, subject)
        for row, one in found
        if one is not None and one.is_enough and (period := history.period_at(row)) is not None
    }


def as_history(seen: Sequence[Observation], calendar: Calendar) -> History:
    """Return the observations of one cell, at least one, as rules look at them."""
    known = sorted(((calendar.period(one.period), one) for one in seen), key=lambda pair: pair[0])
    periods, observations = zip(*known, strict=True)
    return History(seen[0].cell, periods, observations)
