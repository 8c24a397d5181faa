"""The books must balance: identities that hold exactly, or the KPIs on them are withheld.

Every run asserts, per period and segment: opening + movements = closing, in money and in
customers; retention + churn = 1; GRR <= NRR's ceiling of 1; segments add up to the total; the
close of a period is the opening of the next; and, per currency and independently computed, that
the changes of all subscriptions lead from the opening to the closing state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks.engine.compile import OVERALL, Dimension
from tasks.engine.cube import Cube, Place
from tasks.facts.edges import double_entry
from tasks.kpis import book
from tasks.kpis.measures import amount
from tasks.kpis.value import Measure, Sample, Terms, as_terms
from tasks.model import NullReason

_entry = double_entry()
entry_opening = amount(_entry, _entry.c.opening)
entry_closing = amount(_entry, _entry.c.closing)
entry_moved = amount(_entry, _entry.c.moved)
ENTRIES = (entry_opening, entry_closing, entry_moved)
CURRENCY: Dimension = ("currency",)
CUSTOMER: Dimension = ("customer_id",)
_CENT = Decimal("0.005")  # amounts are fixed to 8 decimals each; a real gap is at least a cent


@dataclass(frozen=True, slots=True)
class Break:
    """One identity that does not hold: where, what should be equal, and by how much it is not."""

    number: int
    dimension: Dimension
    segment: str
    identity: str
    left: Decimal
    right: Decimal
    customers: tuple[str, ...] = ()

    @property
    def off(self) -> Decimal:
        """How much the left side is too large."""
        return self.left - self.right


@dataclass(frozen=True, eq=False)
class Identity:
    """Two sums that must be equal, and in which dimension they are looked at."""

    name: str
    left: Terms
    right: Terms
    dimension: Dimension | None = None


def _same(
    name: str, left: Measure | Terms, right: Measure | Terms, dimension: Dimension | None = None
) -> Identity:
    return Identity(name, as_terms(left), as_terms(right), dimension)


_movements = book.mrr_expansion - book.mrr_contraction - book.mrr_churned
IDENTITIES = (
    _same("opening + movements = kept", book.mrr_opening + _movements, book.mrr_retained_at_open),
    _same(
        "kept + new + reactivated = closing",
        book.mrr_retained_at_close + book.mrr_new + book.mrr_returned,
        book.mrr_closing,
    ),
    _same(
        "kept at the opening = kept at the close",
        book.mrr_retained_at_open,
        book.mrr_retained_at_close,
        OVERALL,
    ),
    _same(
        "customers at the opening - lost = stayed",
        book.customers_opening - book.customers_lost,
        book.customers_stayed,
    ),
    _same(
        "stayed + new + back = customers at the close",
        book.customers_stayed_at_close + book.customers_joined + book.customers_returned,
        book.customers_closing,
    ),
    _same(
        "gross new = new still active + joined and left",
        book.customers_started,
        book.customers_started_and_closing + book.customers_flash,
    ),
    _same("opening + changes = closing", entry_opening + entry_moved, entry_closing, CURRENCY),
)
BOOK_MEASURES = tuple(
    dict.fromkeys(
        measure
        for identity in IDENTITIES
        if identity.dimension != CURRENCY
        for terms in (identity.left, identity.right)
        for _, measure in terms
    )
)
ADDITIVE = (book.mrr_opening, book.mrr_closing, book.customers_opening, book.customers_closing)


def breaks(
    cube: Cube, numbers: Sequence[int], dimensions: Sequence[Dimension]
) -> tuple[Break, ...]:
    """Return every identity that does not hold for these periods."""
    return tuple(_in_itself(cube, numbers, dimensions)) + tuple(
        _adding_up(cube, numbers, dimensions)
    )


def explained(
    found: Sequence[Break], look_up: Callable[[Sequence[Measure]], Cube]
) -> tuple[Break, ...]:
    """Return the breaks with the customers in whose own books they are.

    ``look_up`` computes measures customer by customer.
    """
    if not found:
        return ()
    every = {m for i in IDENTITIES for terms in (i.left, i.right) for _, m in terms}
    cube = look_up(tuple(every))
    return tuple(replace(one, customers=_culprits(cube, one)) for one in found)


def _culprits(cube: Cube, found: Break) -> tuple[str, ...]:
    identity = next((one for one in IDENTITIES if one.name == found.identity), None)
    if identity is None:
        return ()
    places = _places(cube, (found.number,), (CUSTOMER,))
    return tuple(
        place[2]
        for place in places
        for _ in _compared(
            place, identity.name, _at(cube, place, identity.left), _at(cube, place, identity.right)
        )
    )


def _in_itself(
    cube: Cube, numbers: Sequence[int], dimensions: Sequence[Dimension]
) -> Iterator[Break]:
    for identity in IDENTITIES:
        looked_at = dimensions if identity.dimension is None else (identity.dimension,)
        for place in _places(cube, numbers, looked_at):
            yield from _compared(
                place,
                identity.name,
                _at(cube, place, identity.left),
                _at(cube, place, identity.right),
            )


def _adding_up(
    cube: Cube, numbers: Sequence[int], dimensions: Sequence[Dimension]
) -> Iterator[Break]:
    """Compare the sum over the segments of every dimension with the total."""
    for number in numbers:
        for dimension in dimensions:
            if dimension == OVERALL:
                continue
            places = _places(cube, (number,), (dimension,))
            for measure in ADDITIVE:
                parts = sum((cube.sample(measure, place).total for place in places), Decimal(0))
                whole = cube.sample(measure, (number, OVERALL, "ALL")).total
                yield from _compared((number, dimension, "ALL"), "segments = total", parts, whole)


def _places(
    cube: Cube, numbers: Sequence[int], dimensions: Sequence[Dimension]
) -> tuple[Place, ...]:
    return tuple(
        (number, dimension, segment)
        for number in numbers
        for dimension in dimensions
        for segment in cube.segments_of(number, dimension)
    )


def _at(cube: Cube, place: Place, terms: Terms) -> Decimal | NullReason:
    def sample_of(measure: Measure) -> Sample:
        return cube.sample(measure, place)

    return terms.total(sample_of)


def _compared(
    place: Place, identity: str, left: Decimal | NullReason, right: Decimal | NullReason
) -> Iterator[Break]:
    """Yield a break unless both sides agree; a side that isn't known (no rate) proves nothing."""
    if isinstance(left, NullReason) or isinstance(right, NullReason):
        return
    if abs(left - right) >= _CENT:
        yield Break(*place, identity, left, right)
