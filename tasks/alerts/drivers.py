"""Which segments moved a number: contributions that add up exactly to the change.

For a count each segment contributes what it has over its usual number. For a rate the change is
first turned into events (or money) over what the usual rate would have brought, and then split in
two: segments whose own rate changed, and a mix of segments that is not what it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from tasks.model import Observation

PERIODS = 12  # how many periods before this one count as usual
ELSEWHERE = "(elsewhere)"  # what the whole has and no segment of the dimension accounts for
History = Sequence[Observation | None]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one segment adds to the change, in the unit of the numerator; ``mix`` is part of it."""

    segment: str
    amount: Decimal
    mix: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Drivers:
    """A change and the segments it comes from, the largest first.

    The amounts add up to ``change`` exactly; ``mix`` is the sum of their mix parts.
    """

    change: Decimal
    contributions: tuple[Contribution, ...]

    @property
    def mix(self) -> Decimal:
        """How much of the change comes from segments growing and shrinking."""
        return sum((each.mix for each in self.contributions), Decimal(0))

    def leading(self, most: int, rest: str = "rest") -> tuple[Contribution, ...]:
        """Return the ``most`` largest contributions, and all the others as one called ``rest``."""
        if len(self.contributions) <= most + 1:
            return self.contributions
        small = self.contributions[most:]
        together = Contribution(
            rest,
            sum((each.amount for each in small), Decimal(0)),
            sum((each.mix for each in small), Decimal(0)),
        )
        return (*self.contributions[:most], together)


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment now and as it usually is."""

    segment: str
    now: Fraction
    below_now: Fraction
    usual: Fraction
    below_usual: Fraction


@dataclass(frozen=True, slots=True)
class Terms:
    """How a change is taken apart: is it a rate, in whose unit, how finely written?

    ``is_rate``: numerators and denominators add up over segments; else the values themselves do.
    ``in_own_unit``: a rate's parts are told in the KPI's own unit, not in that of its numerator.
    """

    is_rate: bool
    in_own_unit: bool = False
    periods: int = PERIODS
    places: int = 1


def drivers(
    history: Mapping[str, History], terms: Terms | None = None, whole: History = ()
) -> Drivers:
    """Return what each segment contributes to the change against the periods before.

    ``history`` holds, for every segment of one dimension, its observations oldest first and the
    current one last; None where there is none. With ``whole``, the history of everybody, what no
    segment accounts for is told as ``(elsewhere)``. Amounts are rounded so that they still add up.
    """
    chosen = terms or Terms(is_rate=_have_denominators(history))
    parts = [_part(segment, seen, chosen) for segment, seen in history.items() if seen]
    parts += _remainder(parts, whole, chosen)
    split = (
        _split_rate(parts)
        if chosen.is_rate
        else [(part.now - part.usual, Fraction(0)) for part in parts]
    )
    unit, per = Decimal(1).scaleb(-chosen.places), _per(parts, chosen)
    amounts = rounded([(rate + mix) / per for rate, mix in split], unit)
    mixes = rounded([mix / per for _, mix in split], unit)
    made = [
        Contribution(part.segment, amount, mix)
        for part, amount, mix in zip(parts, amounts, mixes, strict=True)
    ]
    made = [one for one in made if one.segment != ELSEWHERE or one.amount or one.mix]
    made.sort(key=lambda each: (-abs(each.amount), each.segment))
    return Drivers(sum(amounts, Decimal(0)), tuple(made))


def _have_denominators(history: Mapping[str, History]) -> bool:
    newest = (seen[-1] for seen in history.values() if seen)
    return any(each is not None and each.denominator is not None for each in newest)


def _per(parts: Sequence[_Part], terms: Terms) -> Fraction:
    """Return what a part is divided by, so that it is in the unit that is wanted."""
    below = sum((part.below_now for part in parts), Fraction(0))
    return below if terms.in_own_unit and below else Fraction(1)


def _remainder(parts: Sequence[_Part], whole: History, terms: Terms) -> list[_Part]:
    if not whole:
        return []
    everybody = _part(ELSEWHERE, whole, terms)
    left = _Part(
        ELSEWHERE,
        everybody.now - sum((part.now for part in parts), Fraction(0)),
        everybody.below_now - sum((part.below_now for part in parts), Fraction(0)),
        everybody.usual - sum((part.usual for part in parts), Fraction(0)),
        everybody.below_usual - sum((part.below_usual for part in parts), Fraction(0)),
    )
    return [left] if any((left.now, left.below_now, left.usual, left.below_usual)) else []


def rounded(exact: Sequence[Fraction], unit: Decimal) -> list[Decimal]:
    """Return the numbers in whole ``unit``s, so that their sum is the rounded exact sum.

    What rounding leaves over goes to the numbers that were rounded the furthest the other way.
    """
    step = Fraction(unit)
    down = [number // step for number in exact]
    wanted = round(sum(exact, Fraction(0)) / step)
    left = wanted - sum(down)
    nearest = sorted(range(len(exact)), key=lambda i: (down[i] - exact[i] / step, i))
    raised = set(nearest[:left])
    return [
        ((down[i] + (i in raised)) * unit).quantize(unit, rounding=ROUND_HALF_EVEN)
        for i in range(len(exact))
    ]


def _part(segment: str, seen: History, terms: Terms) -> _Part:
    *past, current = seen
    known = [pair for each in past[-terms.periods :] if (pair := _pair(each, terms)) is not None]
    count = max(len(known), 1)
    now = _pair(current, terms) or (Fraction(0), Fraction(0))
    return _Part(
        segment,
        *now,
        sum((above for above, _ in known), Fraction(0)) / count,
        sum((below for _, below in known), Fraction(0)) / count,
    )


def _pair(seen: Observation | None, terms: Terms) -> tuple[Fraction, Fraction] | None:
    """Return what adds up over segments, above and below the line; None where nothing is known."""
    if seen is None or seen.numerator is None or seen.null_reason is not None:
        return None
    above, below = Fraction(seen.numerator), Fraction(seen.denominator or 0)
    if terms.is_rate:
        return (above, below) if below else None
    return (above / below if below else above), Fraction(0)


def _split_rate(parts: Sequence[_Part]) -> list[tuple[Fraction, Fraction]]:
    """Return, for each segment, the events its changed rate and its changed weight bring.

    Rates are weighted by the mean of both weights and weights by the distance of the segment's
    mean rate from the company's, which leaves nothing over.
    """
    below_now = sum((part.below_now for part in parts), Fraction(0))
    below_usual = sum((part.below_usual for part in parts), Fraction(0))
    if not below_now or not below_usual:
        return [(Fraction(0), Fraction(0)) for _ in parts]
    now = sum((part.now for part in parts), Fraction(0)) / below_now
    usual = sum((part.usual for part in parts), Fraction(0)) / below_usual
    middle = (now + usual) / 2
    return [_shares(part, below_now, below_usual, middle) for part in parts]


def _shares(
    part: _Part, below_now: Fraction, below_usual: Fraction, middle: Fraction
) -> tuple[Fraction, Fraction]:
    weight, weight_usual = part.below_now / below_now, part.below_usual / below_usual
    rate, rate_usual = _rates(part)
    by_rate = (weight + weight_usual) / 2 * (rate - rate_usual)
    by_mix = (weight - weight_usual) * ((rate + rate_usual) / 2 - middle)
    return by_rate * below_now, by_mix * below_now


def _rates(part: _Part) -> tuple[Fraction, Fraction]:
    """Return the rates now and usually; a segment that is new or gone has one rate for both."""
    rate = part.now / part.below_now if part.below_now else None
    usual = part.usual / part.below_usual if part.below_usual else None
    known = rate if rate is not None else usual
    fallback = known if known is not None else Fraction(0)
    return (
        fallback if rate is None else rate,
        fallback if usual is None else usual,
    )
