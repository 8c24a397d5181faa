"""Do both calculations come to the same? Number by number; what does not agree is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks.engine.opinion.opine import Opinion, Place
from tasks.kpis.value import Components
from tasks.model import ALL, NullReason, Observation

# What a calculation says itself; any other reason is that of data that are not there.
SPOKEN = frozenset(
    {NullReason.ZERO_DENOMINATOR, NullReason.NO_RESPONSES, NullReason.MISSING_FX, None}
)
ROUNDED = Decimal("0.0000015")  # percentiles are rounded to 6 places, each from its own fraction
_CENT = Decimal("0.005")  # engines divide with 15 digits; a real gap in money is at least a cent
QUANTILES = frozenset({"minutes", "days"})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One value on which the two calculations differ: what is shown, and what pandas says."""

    shown: Observation
    other: Components | None

    @property
    def what(self) -> str:
        """The sentence about it: which KPI, where, and both values."""
        where = "" if self.shown.segment == ALL else f" in {self.shown.segment}"
        here, there = _said(_parts(self.shown)), _said(self.other)
        return (
            f"{self.shown.kpi} withheld: the second calculation does not agree{where}, "
            f"{here} is not {there}."
        )


def compared(
    shown: Iterable[Observation], opinion: Opinion
) -> tuple[frozenset[tuple[str, str]], tuple[Disagreement, ...]]:
    """Return the KPIs (and variants) of which a value was compared, and what does not agree.

    A value nobody can know yet, as its data are not there, is not compared.
    """
    known = {(one.kpi, one.variant) for one in opinion.found}
    mine = [
        one
        for one in shown
        if (one.kpi, one.variant) in known and one.segment_dimension in opinion.dimensions
    ]
    checked = frozenset((one.kpi, one.variant) for one in mine if one.null_reason in SPOKEN)
    return checked, tuple(_differing(mine, opinion))


def _differing(shown: Iterable[Observation], opinion: Opinion) -> Iterator[Disagreement]:
    for one in shown:
        place = Place(one.kpi, one.variant, one.period, one.segment_dimension, one.segment)
        other = opinion.found.get(place)
        if one.null_reason in SPOKEN and not agree(_parts(one), other, one.unit):
            yield Disagreement(one, other)


def agree(here: Components, there: Components | None, unit: str) -> bool:
    """Return whether two calculations of one value agree.

    Nothing to count is the same as a segment that one of them does not know.
    """
    if there is None:
        return not (here.numerator or here.denominator or here.n)
    if here.null_reason or there.null_reason:
        return here.null_reason == there.null_reason
    return here.n == there.n and all(
        _near(*pair, unit)
        for pair in ((here.numerator, there.numerator), (here.denominator, there.denominator))
    )


def _near(one: Decimal | None, other: Decimal | None, unit: str) -> bool:
    if one is None or other is None:
        return one is other
    if unit in QUANTILES:
        return abs(one - other) <= ROUNDED
    is_count = one == one.to_integral_value() and other == other.to_integral_value()
    return one == other if is_count else abs(one - other) < _CENT


def _parts(one: Observation) -> Components:
    return Components(one.numerator, one.denominator, one.n, one.sum_of_squares, one.null_reason)


def _said(found: Components | None) -> str:
    if found is None or found.null_reason:
        return found.null_reason.replace("_", " ") if found and found.null_reason else "nothing"
    over = "" if found.denominator is None else f" of {found.denominator:,f}"
    return f"{found.numerator or 0:,f}{over}"


def withheld(
    shown: Iterable[Observation], found: Iterable[Disagreement]
) -> tuple[Observation, ...]:
    """Return the values of the KPIs in dispute, everywhere in their period, as withheld."""
    disputed = {(one.shown.kpi, one.shown.variant, one.shown.period) for one in found}
    return tuple(
        replace(
            one,
            numerator=None,
            denominator=None,
            n=None,
            sum_of_squares=None,
            null_reason=NullReason.WITHHELD,
        )
        for one in shown
        if (one.kpi, one.variant, one.period) in disputed
    )
