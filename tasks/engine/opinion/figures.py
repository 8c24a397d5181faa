"""What does a calculation come to? Rows, summed up overall and by segment, before any division.

The rows of a figure are frames with a column ``customer_id`` (who pays) and ``at`` (when it counts,
for the segment). With a column ``amount`` they are added up, without one they are counted; a row
whose ``amount`` is ``unknown`` makes the whole sum unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import pandas as pd

from tasks.kpis.value import Components
from tasks.model import NullReason

Pick = Callable[[pd.DataFrame], pd.DataFrame]  # the rows of one segment
EXACT = Context(prec=60)  # as many digits as any company's money takes
PLACES = 6  # what a percentile is rounded to, in its own unit


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows there are, or what their amounts come to."""

    rows: pd.DataFrame

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The rows it rests on."""
        return (self.rows,)

    def components(self, pick: Pick) -> Components:
        """Return the sum over the rows that ``pick`` chooses."""
        rows = pick(self.rows)
        if is_unknown(rows):
            return Components(null_reason=NullReason.MISSING_FX)
        return Components(numerator=total(rows), n=len(rows))


@dataclass(frozen=True, slots=True)
class Share:
    """One sum over another; ``empty`` says why there is none where there is nothing to divide."""

    above: pd.DataFrame
    below: pd.DataFrame
    empty: NullReason = NullReason.ZERO_DENOMINATOR
    is_headcount: bool = False  # the amounts below are heads: n is their sum

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The rows it rests on."""
        return (self.above, self.below)

    def components(self, pick: Pick) -> Components:
        """Return both sums over the rows that ``pick`` chooses."""
        above, below = pick(self.above), pick(self.below)
        if is_unknown(above) or is_unknown(below):
            return Components(null_reason=NullReason.MISSING_FX)
        whole = total(below)
        if whole == 0:
            return Components(denominator=whole, n=0, null_reason=self.empty)
        return Components(total(above), whole, int(whole) if self.is_headcount else len(below))


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the amounts of rows."""

    rows: pd.DataFrame
    empty: NullReason = NullReason.NO_RESPONSES

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The rows it rests on."""
        return (self.rows,)

    def components(self, pick: Pick) -> Components:
        """Return sum and count of the rows that ``pick`` chooses."""
        rows = pick(self.rows)
        if rows.empty:
            return Components(n=0, null_reason=self.empty)
        return Components(total(rows), Decimal(len(rows)), len(rows))


@dataclass(frozen=True, slots=True)
class Percentile:
    """The amount below which a share ``q`` of the rows lies, between two of them in proportion."""

    rows: pd.DataFrame
    q: float = 0.5
    empty: NullReason = NullReason.NO_RESPONSES

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The rows it rests on."""
        return (self.rows,)

    def components(self, pick: Pick) -> Components:
        """Return the percentile of the rows that ``pick`` chooses."""
        rows = pick(self.rows)
        if rows.empty:
            return Components(n=0, null_reason=self.empty)
        found = rows["amount"].astype(float).quantile(self.q)
        return Components(numerator=round(Decimal(str(found)), PLACES), n=len(rows))


@dataclass(frozen=True, slots=True)
class Worked:
    """Whatever ``of`` makes of the rows."""

    rows: pd.DataFrame
    of: Callable[[pd.DataFrame], Components]

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The rows it rests on."""
        return (self.rows,)

    def components(self, pick: Pick) -> Components:
        """Return what the rows that ``pick`` chooses come to; of no rows there is nothing."""
        rows = pick(self.rows)
        return Components(null_reason=NullReason.ZERO_DENOMINATOR) if rows.empty else self.of(rows)


Figure = Sum | Share | Mean | Percentile | Worked


def total(rows: pd.DataFrame) -> Decimal:
    """Return the sum of the amounts, exactly; without amounts how many rows there are."""
    if "amount" not in rows:
        return Decimal(len(rows))
    return exact(rows["amount"])


def exact(amounts: Iterable[Any]) -> Decimal:
    """Return the sum of whole, decimal or other numbers without rounding on the way."""
    sum_ = Decimal(0)
    for one in amounts:
        sum_ = EXACT.add(sum_, one if isinstance(one, Decimal) else Decimal(str(one)))
    return sum_


def decimals(values: Iterable[Decimal], rows: pd.DataFrame) -> pd.Series[Any]:
    """Return exact numbers as a column of ``rows``."""
    return pd.Series(list(values), rows.index, dtype=object)


def is_unknown(rows: pd.DataFrame) -> bool:
    """Return whether the amount of one of the rows is not known."""
    return "unknown" in rows and bool(rows["unknown"].any())


Labels = Mapping[int, Sequence[str]]  # by the identity of a frame, the segment of each row


def by_segment(figure: Figure, labels: Labels) -> Mapping[str, Components]:
    """Return what a figure comes to in each segment."""
    groups = {id(one): _grouped(figure, one, labels[id(one)]) for one in figure.frames}
    names = sorted({name for found in groups.values() for name in found})

    def picked(name: str) -> Pick:
        return lambda frame: groups[id(frame)].get(name, frame.iloc[:0])

    return {name: figure.components(picked(name)) for name in names}


def _grouped(figure: Figure, frame: pd.DataFrame, labels: Sequence[str]) -> dict[str, pd.DataFrame]:
    if frame.empty:
        return {}
    added = [name for name in ("amount", "unknown") if name in frame]
    kept = frame if isinstance(figure, Worked) else frame[added]
    return {str(name): rows for name, rows in kept.groupby(pd.Series(labels, frame.index))}
