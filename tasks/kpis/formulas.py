"""Values made of several totals or of other values: products, and any exact expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod

from tasks.kpis.value import Components, Measure, Samples, Terms, Value, as_terms
from tasks.model import NullReason

DIGITS = 36  # of a whole number that every store keeps; what needs more is rounded
_PLACES = 18

Number = Decimal | Fraction


@dataclass(frozen=True, eq=False)
class Product:
    """Totals multiplied, over totals multiplied; a total below the line that is 0 leaves nothing.

    ``times`` is a plain number such as a gross margin. ``n_of`` counts the units behind it.
    """

    above: tuple[Terms, ...]
    below: tuple[Terms, ...]
    times: Fraction = Fraction(1)
    empty: NullReason = NullReason.ZERO_DENOMINATOR
    n_of: Measure | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of all totals."""
        extra = (self.n_of,) if self.n_of else ()
        return (*(m for terms in (*self.above, *self.below) for _, m in terms), *extra)

    def components(self, samples: Samples) -> Components:
        """Return numerator and denominator in lowest terms, or why there is no value."""
        totals = [terms.total(samples) for terms in (*self.below, *self.above)]
        known = [Fraction(one) for one in totals if isinstance(one, Decimal)]
        if len(known) < len(totals):
            return Components(null_reason=next(t for t in totals if isinstance(t, NullReason)))
        below, above = known[: len(self.below)], known[len(self.below) :]
        n = samples(self.n_of).n if self.n_of else None
        if not all(below):
            return Components(denominator=Decimal(0), n=0, null_reason=self.empty)
        return _parted(prod(above, start=self.times) / prod(below), n)


@dataclass(frozen=True, eq=False)
class Derived:
    """An exact expression of other values; it is unknown as soon as one of them is.

    ``of`` gets the values as fractions, in order, and returns a fraction, or why there is none.
    ``n_of`` counts the units behind it.
    """

    values: tuple[Value, ...]
    of: Callable[..., Fraction | NullReason]
    n_of: Measure | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of all values."""
        extra = (self.n_of,) if self.n_of else ()
        return (*(measure for value in self.values for measure in value.measures), *extra)

    def components(self, samples: Samples) -> Components:
        """Return the expression as numerator and denominator, or why there is none."""
        given = [value.components(samples) for value in self.values]
        for one in given:
            if one.null_reason is not None:
                return Components(n=0, null_reason=one.null_reason)
        result = self.of(*(divided(one) for one in given))
        if isinstance(result, NullReason):
            return Components(n=0, null_reason=result)
        return _parted(result, samples(self.n_of).n if self.n_of else None)


def product(
    *above: Measure | Terms,
    over: tuple[Measure | Terms, ...] = (),
    times: Number = Fraction(1),
    empty: NullReason = NullReason.ZERO_DENOMINATOR,
    n_of: Measure | None = None,
) -> Product:
    """Return totals multiplied with each other, over other totals multiplied with each other."""
    return Product(
        tuple(as_terms(one) for one in above),
        tuple(as_terms(one) for one in over),
        Fraction(times),
        empty,
        n_of,
    )


def derived(
    *values: Value, of: Callable[..., Fraction | NullReason], n_of: Measure | None = None
) -> Derived:
    """Return an exact expression of other values."""
    return Derived(values, of, n_of)


def divided(parts: Components) -> Fraction:
    """Return the value that known components stand for."""
    below = Fraction(1) if parts.denominator is None else Fraction(parts.denominator)
    return Fraction(parts.numerator or 0) / below


def _parted(exact: Fraction, n: int | None) -> Components:
    """Return a fraction as whole numbers, rounded where no store could keep them."""
    if max(len(str(abs(exact.numerator))), len(str(exact.denominator))) <= DIGITS:
        return Components(Decimal(exact.numerator), Decimal(exact.denominator), n)
    rounded = round(exact, _PLACES)
    return Components(Decimal(rounded.numerator) / Decimal(rounded.denominator), Decimal(1), n)
