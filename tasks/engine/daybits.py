"""Days as bits: each day of the periods asked for is one bit of a few whole numbers.

What somebody did on which days is then one row of such numbers, and whether they did it in a
period is one AND with the period's own; no statement does date arithmetic for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from tasks.facts.context import DAYS_A_WORD, WORDS
from tasks.model import Period

_DAY = timedelta(days=1)


class Numbered(Protocol):
    """A period that was asked for, by number."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def period(self) -> Period:
        """The period itself."""
        ...


def fits(periods: Iterable[Period]) -> bool:
    """Return whether the days of all ``periods`` together have a bit each."""
    return len(_all_days(periods)) <= WORDS * DAYS_A_WORD


def day_bits(wanted: Sequence[Numbered]) -> list[dict[str, object]]:
    """Return a row per day of the periods: which bit of which word it is.

    Raises ``ValueError`` where they are more days than there are bits.
    """
    if not fits(one.period for one in wanted):
        raise ValueError("periods of more than two years in one statement")
    return [
        {"day": day, "word": word, "bit": bit}
        for day, (word, bit) in _places(_all_days(one.period for one in wanted)).items()
    ]


def period_bits(
    wanted: Sequence[Numbered], block: Sequence[Numbered] | None = None
) -> list[dict[str, object]]:
    """Return a row per period, with the bits of its days in each word.

    The bits are those of ``block``, the periods asked about together, if that is more.
    """
    places = _places(_all_days(one.period for one in block or wanted))
    return [{"period_id": one.number, **_words(one.period, places)} for one in wanted]


def _all_days(periods: Iterable[Period]) -> list[date]:
    return sorted({day for period in periods for day in _days(period)})


def _days(period: Period) -> Iterator[date]:
    return (period.first_day + n * _DAY for n in range((period.end_day - period.first_day).days))


def _places(days: Sequence[date]) -> dict[date, tuple[int, int]]:
    return {
        day: (number // DAYS_A_WORD, 1 << number % DAYS_A_WORD) for number, day in enumerate(days)
    }


def _words(period: Period, places: Mapping[date, tuple[int, int]]) -> dict[str, int]:
    words = dict.fromkeys(range(WORDS), 0)
    for day in _days(period):
        word, bit = places[day]
        words[word] |= bit
    return {f"word_{number}": value for number, value in words.items()}
