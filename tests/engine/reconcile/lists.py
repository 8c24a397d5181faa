"""A list of finance's, drawn as lines, beside the book of a small world."""

from __future__ import annotations

from decimal import Decimal

from tasks.engine.reconcile import Reconciliation, Row, Stated, compared, ours_of
from tests.engine.worlds import NOW, World


def beside(world: World, text: str, period: str = "2026-02") -> Reconciliation:
    """Return ``customer | amount`` lines compared with the book of a period."""
    stated = []
    for line, row in enumerate(text.strip().splitlines(), 2):
        name, amount = (cell.strip() for cell in row.split("|"))
        stated.append(Stated(line, (name,), Decimal(amount)))
    with world.session() as session:
        book = ours_of(session, world.basis, world.basis.calendar.period(period), now=NOW)
    assert book is not None
    return compared(book, stated)


def only(world: World, text: str, period: str = "2026-02") -> Row:
    """Return the one row that differs."""
    found = beside(world, text, period)
    (row,) = (row for row in found.rows if row.differs)
    return row
