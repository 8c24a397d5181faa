"""Which periods did somebody ask for with --grain, --from and --to?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tasks.calendar import Calendar
from tasks.errors import UnknownName, WrongUse
from tasks.model import Grain, Period

FINEST_FIRST = tuple(Grain)


@dataclass(frozen=True, slots=True)
class Asked:
    """A stretch of whole periods, both ends included; None leaves that end or the grain open."""

    grain: Grain | None = None
    first: Period | None = None
    last: Period | None = None

    def holds(self, period: Period) -> bool:
        """Return whether ``period`` is of the grain, and inside."""
        if self.grain is not None and period.grain is not self.grain:
            return False
        begins = self.first is None or period.first_day >= self.first.first_day
        return begins and (self.last is None or period.end_day <= self.last.end_day)


def asked(calendar: Calendar, grain: str | None, first: str | None, last: str | None) -> Asked:
    """Return what was asked for; ``WrongUse`` where the parts do not fit together.

    Without a grain the periods named decide it. With one, coarser periods stand for the periods
    that make them up: weeks from 2026-02 to 2026-03.
    """
    chosen = grain_named(grain) if grain else None
    ends = [calendar.period(key) if key else None for key in (first, last)]
    named = [period for period in ends if period]
    chosen = chosen or (named[0].grain if named else None)
    for period in named:
        _fits(chosen, period)
    for one, other in pairwise(named):
        if other.end_day < one.end_day:
            raise WrongUse(f"{other} ends before {one}.", todo="Give the earlier period to --from.")
    return Asked(chosen, *ends)


def grain_named(name: str) -> Grain:
    """Return the grain called ``name``; raise ``UnknownName`` with what was probably meant."""
    if name not in FINEST_FIRST:
        raise UnknownName("grain", name, FINEST_FIRST)
    return Grain(name)


def _fits(grain: Grain | None, period: Period) -> None:
    if grain and FINEST_FIRST.index(period.grain) < FINEST_FIRST.index(grain):
        raise WrongUse(
            f"{period} is a {period.grain}, shorter than a {grain}.",
            todo=f"Name a {grain}, or ask for --grain {period.grain}.",
        )
