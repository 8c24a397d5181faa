"""How a KPI is put together from measures: a total, a ratio, a mean, a quantile.

A measure is a count or a sum over one panel; a value combines measures. Everything stays in
components (numerator, denominator, n), because ratios can be neither added up nor checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from tasks.model import NullReason

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from tasks.facts.panel import Panel


@dataclass(frozen=True, slots=True)
class Sample:
    """What a measure came to in one period and segment.

    ``total`` is the count or sum (or the quantile itself), ``n`` the rows it rests on, ``squares``
    the sum of squared row values, ``missing`` why it can't be trusted, if it can't.
    """

    total: Decimal = Decimal(0)
    n: int = 0
    squares: Decimal | None = None
    missing: NullReason | None = None


@dataclass(frozen=True, slots=True)
class Components:
    """A KPI value before it is divided; exactly what an observation stores.

    ``is_partial``: something that belongs to it was not counted, so it is not final.
    """

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int | None = None
    squares: Decimal | None = None
    null_reason: NullReason | None = None
    is_partial: bool = False


@dataclass(frozen=True, eq=False)
class Share:
    """The rows of a measure that have one ``value`` in one ``column`` of its panel."""

    of: Measure
    column: ColumnElement[Any]
    value: str


@dataclass(frozen=True, eq=False)
class Measure:
    """A count (no ``amount``), a sum (``amount``) or a percentile (with ``q``) over a panel.

    ``where`` says which rows count. ``unpriced`` marks rows whose amount could not be converted:
    one such row makes the whole sum unknown (``reason``), never too small. ``share`` says that it
    is the part of another measure with one value in a column: such parts are added up together.
    """

    panel: Panel
    amount: ColumnElement[Any] | None = None
    where: ColumnElement[bool] | None = None
    q: float | None = None
    unpriced: ColumnElement[bool] | None = None
    reason: NullReason = NullReason.MISSING_FX
    share: Share | None = None

    def __add__(self, other: Measure | Terms) -> Terms:
        """Add two measures of one panel or of two."""
        return Terms(((1, self),)) + other

    def __sub__(self, other: Measure | Terms) -> Terms:
        """Take one measure from another."""
        return Terms(((1, self),)) - other

    def __mul__(self, factor: int) -> Terms:
        """Multiply by a whole number."""
        return Terms(((factor, self),))

    __rmul__ = __mul__


@dataclass(frozen=True, eq=False)
class Terms:
    """Measures added up with whole-number weights."""

    terms: tuple[tuple[int, Measure], ...]

    def __add__(self, other: Measure | Terms) -> Terms:
        """Add further terms."""
        return Terms(self.terms + as_terms(other).terms)

    def __sub__(self, other: Measure | Terms) -> Terms:
        """Take further terms away."""
        return Terms(self.terms + tuple((-weight, m) for weight, m in as_terms(other).terms))

    def __iter__(self) -> Iterator[tuple[int, Measure]]:
        """Iterate over (weight, measure)."""
        return iter(self.terms)

    def total(self, samples: Samples) -> Decimal | NullReason:
        """Return the weighted total, or why it can't be known."""
        total = Decimal(0)
        for weight, measure in self.terms:
            sample = samples(measure)
            if sample.missing:
                return sample.missing
            total += sample.total if weight == 1 else weight * sample.total
        return total

    def lone(self, samples: Samples) -> Sample | None:
        """Return the sample of the only term, or None where several are added up."""
        return samples(self.terms[0][1]) if len(self.terms) == 1 else None


Samples = Callable[[Measure], Sample]


def as_terms(value: Measure | Terms) -> Terms:
    """Return ``value`` as terms."""
    return value if isinstance(value, Terms) else Terms(((1, value),))


class Value(Protocol):
    """What every kind of value can do."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures it needs."""
        ...

    def components(self, samples: Samples) -> Components:
        """Return numerator, denominator and n, or the reason why there are none."""
        ...


def squared(value: Value) -> tuple[Measure, ...]:
    """Return the measures of a value whose sums of squares are kept."""
    return tuple(getattr(value, "squared", ()))


@dataclass(frozen=True, eq=False)
class Total:
    """A plain count or sum; ``n`` is the number of rows behind it."""

    of: Terms

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures it adds up."""
        return tuple(measure for _, measure in self.of)

    @property
    def squared(self) -> tuple[Measure, ...]:
        """The measure whose sum of squares is kept: that of a plain sum."""
        return self.measures if len(self.measures) == 1 and self.of.terms[0][0] == 1 else ()

    def components(self, samples: Samples) -> Components:
        """Return the total as numerator, with no denominator."""
        total = self.of.total(samples)
        if isinstance(total, NullReason):
            return Components(null_reason=total)
        n = sum(samples(measure).n for measure in self.measures)
        squares = samples(self.squared[0]).squares if self.squared else None
        return Components(numerator=total, n=n, squares=squares)


@dataclass(frozen=True, eq=False)
class Ratio:
    """One total over another; ``empty`` is the reason given when there is nothing to divide by.

    ``is_headcount``: the denominator adds up heads (visitors of a day), so that it is n itself.
    """

    numerator: Terms
    denominator: Terms
    empty: NullReason = NullReason.ZERO_DENOMINATOR
    n_of: Measure | None = None
    is_headcount: bool = False

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures above and below the line."""
        both = (*self.numerator, *self.denominator)
        extra = (self.n_of,) if self.n_of else ()
        return (*(measure for _, measure in both), *extra)

    def components(self, samples: Samples) -> Components:
        """Return numerator and denominator, or why there is no ratio."""
        above, below = self.numerator.total(samples), self.denominator.total(samples)
        if isinstance(below, NullReason):
            return Components(null_reason=below)
        if isinstance(above, NullReason):
            return Components(null_reason=above)
        if below == 0:
            return Components(denominator=below, n=0, null_reason=self.empty)
        return Components(above, below, self._n(samples, below))

    def _n(self, samples: Samples, below: Decimal) -> int:
        if self.n_of is not None:
            return samples(self.n_of).n
        lone = None if self.is_headcount else self.denominator.lone(samples)
        return lone.n if lone else int(below)


@dataclass(frozen=True, eq=False)
class Mean:
    """The mean of an amount over rows; numerator is the sum, denominator the number of rows."""

    of: Measure
    empty: NullReason = NullReason.NO_RESPONSES

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The one measure."""
        return (self.of,)

    @property
    def squared(self) -> tuple[Measure, ...]:
        """The one measure: its sum of squares is what a variance is made of."""
        return (self.of,)

    def components(self, samples: Samples) -> Components:
        """Return sum, count and sum of squares, or the reason why there are none."""
        sample = samples(self.of)
        if sample.missing or not sample.n:
            return Components(n=0, null_reason=sample.missing or self.empty)
        return Components(sample.total, Decimal(sample.n), sample.n, sample.squares)


@dataclass(frozen=True, eq=False)
class Quantile:
    """A median or percentile (linear interpolation); it has no denominator, only an n.

    Without rows nothing happened that could be measured, on a Sunday for instance: the data are
    there all the same.
    """

    of: Measure
    empty: NullReason = NullReason.NO_RESPONSES

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The one measure."""
        return (self.of,)

    def components(self, samples: Samples) -> Components:
        """Return the quantile as numerator, or the reason why there is none."""
        sample = samples(self.of)
        if not sample.n:
            return Components(n=0, null_reason=self.empty)
        return Components(numerator=sample.total, n=sample.n)


def _nothing(settings: Mapping[str, Any]) -> tuple[str, ...]:  # noqa: ARG001 - a Parameter's
    """Return no values: they stand in the data."""
    return ()


@dataclass(frozen=True, eq=False, slots=True)
class Parameter:
    """A variant whose name carries a value, such as ``count_as_of_2026-04-01``.

    The values come from the settings, or from the data: ``found`` selects them in one column,
    those that matter most first. ``shape`` is the regular expression of what follows the prefix.
    ``is_shown``: where the settings name another value than the usual one, it is the one to show.
    """

    prefix: str
    make: Callable[[str], Value]
    values: Callable[[Mapping[str, Any]], tuple[str, ...]] = _nothing
    found: Callable[[], Select[Any]] | None = None
    shape: str = ".+"
    is_shown: bool = False

    def takes(self, name: str) -> bool:
        """Return whether a variant may be called ``name``."""
        value = name.removeprefix(self.prefix)
        return name.startswith(self.prefix) and re.fullmatch(self.shape, value) is not None
