"""How many events did a cell's last few periods bring together, and how many were expected?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tasks.rules.base import Count, Subject
from tasks.rules.history import History
from tasks.rules.outlook import is_counted
from tasks.rules.reading import Reading, Together, newest_reading


def together(history: History, subject: Subject) -> Mapping[int, Count]:
    """Return the counts of the newest period and of those before it, by how many are pooled.

    Nothing where no events are counted; a window that can't be judged is left out.
    """
    seen = history.newest
    if seen is None or seen.numerator is None or not is_counted(subject):
        return {}
    reading = newest_reading(history, subject)
    newest = Count(seen.numerator, _expected(reading), seen.denominator)
    windows = reading.windows.items() if reading else ()
    return {1: newest} | {length: _pooled(each, newest) for length, each in windows}


def _expected(reading: Reading | None) -> Decimal | None:
    is_known = reading is not None and reading.outlook.is_enough
    return _decimal(reading.outlook.law.mean) if reading and is_known else None


def _pooled(found: Together, newest: Count) -> Count:
    out_of = None if newest.out_of is None else Decimal(round(found.out_of))
    return Count(Decimal(round(found.seen)), _decimal(found.expected), out_of)


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.10g}")
