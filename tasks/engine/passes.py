"""Which statements are run for how many periods at a time? As many as memory has room for.

What happens at a time (a ticket, an answer, a use) is in a few of the periods: all of them are
asked about at once, and each fact is read once. What stands at each close (every customer of every
period) takes room for each period, and percentiles keep every value: they are asked of a few at a
time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tasks.engine.asked import (
    Asked,
    bounds,
    list_days,
    list_periods,
    mark_periods,
    prepare_spans,
)
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.compile import Statement
from tasks.engine.cube import Cube, Rested, make, read, rested_on, together
from tasks.engine.daybits import fits

CELLS = 2_000_000  # versions x periods in one statement: what keeps a large company's memory small
VALUES = 100_000_000  # rows x periods of a percentile
FEWEST = 4  # periods at a time, however large the company is


def computed(
    session: Session, basis: Basis, everything: Sequence[Asked], made: Sequence[Statement]
) -> Cube:
    """Return what the statements come to in all periods."""
    sizes = _sizes(session, made, len(everything))
    tables = rested_on(made)
    prepare_spans(session, basis, (*(one.select for one in made), *(one.select for one in tables)))
    blocks = cut(everything, len(everything))
    return together(
        one for block in blocks for one in _of_block(session, basis, block, sizes, tables)
    )


def cut(everything: Sequence[Asked], most: int) -> Iterator[Sequence[Asked]]:
    """Yield the periods, ``most`` at a time and never more than have days for, see ``daybits``."""
    some: list[Asked] = []
    for one in everything:
        if some and (len(some) == most or not fits(each.period for each in (*some, one))):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _of_block(
    session: Session,
    basis: Basis,
    block: Sequence[Asked],
    sizes: Mapping[int, Sequence[Statement]],
    tables: Sequence[Rested],
) -> Iterator[Cube]:
    """Yield what the statements come to in periods whose days all have a bit."""
    list_days(session, block)
    _ask(session, basis, block, block)
    lasting = [one for one in tables if one.derived.at_once]
    make(session, lasting, {**basis.parameters, **bounds(block)})
    asked_for = block
    for most, some in sizes.items():
        mine = {one for statement in some for one in statement.panel.derived}
        passing = [one for one in tables if one.derived in mine and one not in lasting]
        for chunk in cut(block, most):
            if chunk != asked_for:
                _ask(session, basis, chunk, block)
            asked_for = chunk
            parameters = {**basis.parameters, **bounds(chunk)}
            make(session, passing, parameters)
            yield read(session, some, parameters)


def _ask(session: Session, basis: Basis, chunk: Sequence[Asked], block: Sequence[Asked]) -> None:
    list_periods(session, basis, chunk, block)
    mark_periods(session, chunk, block)


def _sizes(
    session: Session, made: Sequence[Statement], most: int
) -> Mapping[int, Sequence[Statement]]:
    """Return the statements by how many periods they take at a time, most first."""
    sizes = defaultdict[int, list[Statement]](list)
    rows: dict[str, int] = {}
    for one in made:
        sizes[min(most, _size(session, one, rows))].append(one)
    return {size: sizes[size] for size in sorted(sizes, reverse=True)}


def _size(session: Session, statement: Statement, rows: dict[str, int]) -> int:
    if statement.is_ranked:
        return _room(session, VALUES, statement.panel.tables, rows)
    if statement.panel.at_once:
        return VALUES
    return _room(session, CELLS, ("subscription_versions",), rows)


def _room(session: Session, room: int, tables: Iterable[str], rows: dict[str, int]) -> int:
    """Return how many periods there is room for; ``rows`` keeps what has been counted."""
    for table in tables:
        if table not in rows:
            rows[table] = session.rows(f'SELECT count(*) FROM "{table}"')[0][0]  # noqa: S608 - ours
    return max(FEWEST, room // max(1, *(rows[table] for table in tables)))
