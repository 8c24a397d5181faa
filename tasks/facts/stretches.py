"""Stretches of days in which the facts of a table are others than before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that a load changed in a table: None is from the beginning, or up to now."""

    table: str
    first_day: date | None = None
    last_day: date | None = None


def of_month(table: str, month: str) -> Stretch:
    """Return the days of a month such as ``2026-02``."""
    first = date.fromisoformat(f"{month}-01")
    return Stretch(table, first, (first + A_MONTH).replace(day=1) - A_DAY)


def together(table: str, found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the same days in as few stretches as there are."""
    spans = sorted((one.first_day or date.min, one.last_day or date.max) for one in found)
    held: list[tuple[date, date]] = []
    for first, last in spans:
        if held and first.toordinal() <= held[-1][1].toordinal() + 1:
            held[-1] = (held[-1][0], max(last, held[-1][1]))
        else:
            held.append((first, last))
    for first, last in held:
        yield Stretch(table, _or_open(first, date.min), _or_open(last, date.max))


def _or_open(day: date, limit: date) -> date | None:
    return None if day == limit else day
