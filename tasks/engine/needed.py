"""Which columns of a table does anybody read? Those that nobody reads need not be computed.

Looked at are the statements themselves: a column of a subquery is followed to what it is made of,
and what a subquery offers beyond that is not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, cast, null
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import AliasedReturnsRows

Needed = Mapping[Table, frozenset[str]]
NONE: frozenset[str] = frozenset()


def needed(statements: Iterable[Select[Any]]) -> Needed:
    """Return, of each table, the names of the columns on which the rows of ``statements`` rest."""
    found = defaultdict[Table, set[str]](set)
    seen: set[int] = set()
    waiting: list[Any] = list(statements)
    keep = []  # an object that is let go might lend its id to another
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        keep.append(one)
        if isinstance(one, Column) and isinstance(one.table, Table):
            found[one.table].add(one.name)
        else:
            waiting += _rests_on(one)
    return {table: frozenset(names) for table, names in found.items()}


def narrowed(table: Table, rows: Select[Any], names: frozenset[str]) -> Select[Any]:
    """Return ``rows`` of ``table`` with NULL in all columns but those of these ``names``."""
    if rows._distinct:  # noqa: SLF001 - what is distinct is so by all columns
        return rows
    chosen = [
        column
        if column.name in names
        else cast(null(), table.c[column.name].type).label(column.name)
        for column in rows.selected_columns
    ]
    return rows.with_only_columns(*chosen, maintain_column_froms=True)


def _rests_on(one: ClauseElement) -> Iterator[Any]:
    """Yield what a part of a statement rests on."""
    source = getattr(one, "table", None)
    if isinstance(one, ColumnElement) and isinstance(source, AliasedReturnsRows):
        yield source
        yield from _made_of(source, one.name)
    elif isinstance(one, AliasedReturnsRows) and isinstance(one.element, Select):
        yield from _frame(one.element)
    elif isinstance(one, Select):
        yield from (*one.selected_columns, *_frame(one))
    else:
        yield from one.get_children()


def _made_of(source: AliasedReturnsRows, name: str) -> Iterator[Any]:
    """Yield the column that a subquery offers by this name; of a UNION all is looked at anyway."""
    if isinstance(source.element, Select):
        yield source.element.selected_columns[name]
    elif isinstance(source.element, FromClause):
        yield source.element.c[name]


def _frame(rows: Select[Any]) -> Iterator[Any]:
    """Yield all of a SELECT but its columns; with them where what is distinct is so by all."""
    if rows._distinct:  # noqa: SLF001 - there is no other way to know
        yield from rows.selected_columns
    chosen = {id(column) for column in rows._raw_columns}  # noqa: SLF001 - nor for these
    yield from (part for part in rows.get_children() if id(part) not in chosen)
