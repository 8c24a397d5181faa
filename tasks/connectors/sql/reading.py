"""How is a SELECT read on? From the database's own cursor, in the order of its key, page by page.

A table without ``incremental_by`` is read whole each time. One with it begins where the last
reading ended, less the overlap, and what has no value there is read again each time. Whoever was
stopped goes on at the last row that was landed, that row included: two rows may compare as equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from tasks.connectors.sql.asking import columns_of, given
from tasks.connectors.sql.values import as_moment, as_text, before, kept, read
from tasks.connectors.streams import Page, Row
from tasks.errors import SourceRejected
from tasks.facts.mapping import plain

if TYPE_CHECKING:
    from sqlalchemy import Connection, Subquery

    from tasks.connectors.http import Session
    from tasks.connectors.sql.asking import Database


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reading stands: the last row's value of the incremental column, and its key.

    ``nulls``: it is among the rows without such a value. Without ``key`` the last reading ended.
    """

    at: Any = None
    key: tuple[Any, ...] | None = None
    nulls: bool = False

    def written(self) -> str:
        """Return it as a cursor."""
        key = None if self.key is None else [kept(one) for one in self.key]
        return json.dumps({"at": kept(self.at), "key": key, "nulls": self.nulls})

    @classmethod
    def of(cls, cursor: str | None) -> Position:
        """Return what a cursor says; the beginning for None."""
        if cursor is None:
            return cls()
        told = json.loads(cursor)
        key = None if told["key"] is None else tuple(read(one) for one in told["key"])
        return cls(read(told["at"]), key, told["nulls"])


BEGINNING = Position()


@dataclass(frozen=True, slots=True)
class Reading:
    """How one table is read; ``keep`` names the columns that go into pages.

    ``moments`` are those of them that are points in time.
    """

    database: Database
    table: str
    sql: str
    key: tuple[str, ...]
    keep: frozenset[str]
    moments: frozenset[str]
    by: str | None = None
    overlap: timedelta = timedelta(0)
    zone: ZoneInfo | None = None
    only_keys: bool = False
    size: int = field(default=5_000)

    def pages(self, _session: Session, cursor: str | None, _now: datetime) -> Iterator[Page]:
        """Yield what there is from ``cursor`` on, all of it as of one moment."""
        with self.database.connected(self._what) as connection:
            names = columns_of(connection, self.sql)
            run = _Run(self, connection, given(self.sql, names), names)
            yield from run.whole(cursor) if self.by is None else run.news(cursor)

    @property
    def _what(self) -> str:
        return f"{self.database.settings.name}: {self.table} is not read to its end"


@dataclass(frozen=True, slots=True)
class _Run:
    """One reading, connected."""

    of: Reading
    connection: Connection
    rows: Subquery
    names: tuple[str, ...]

    def whole(self, cursor: str | None) -> Iterator[Page]:
        """Yield all rows; after the last page the next reading begins anew."""
        keys = self._columns(self.of.key)
        resumed = Position.of(cursor).key
        asked = self._asked(keys)
        found = self._pages(asked if resumed is None else asked.where(_from(keys, resumed)))
        page = next(found, [])
        while following := next(found, []):
            after = Position(key=self._key(page[-1])).written()
            yield Page(self._told(page), cursor, after)
            cursor, page = after, following
        yield Page(self._told(page), cursor, None)

    def news(self, cursor: str | None) -> Iterator[Page]:
        """Yield the rows that changed, then those of which nobody knows when they did."""
        begun = Position.of(cursor)
        last = begun
        if not begun.nulls:
            for page in self._pages(self._since(begun)):
                last = Position(self._by(page[-1]), self._key(page[-1]))
                yield Page(self._told(page), cursor, last.written())
                cursor = last.written()
        for page in self._pages(self._undated(begun)):
            here = Position(last.at, self._key(page[-1]), nulls=True)
            yield Page(self._told(page), cursor, here.written())
            cursor = here.written()
        yield Page((), cursor, Position(last.at).written())

    def _since(self, begun: Position) -> Select[Any]:
        (by,) = self._columns((self.of.by or "",))
        order = [by, *self._columns(self.of.key)]
        asked = self._asked(order).where(by.is_not(None))
        if begun.at is None:
            return asked
        if begun.key is None:
            return asked.where(by >= before(begun.at, self.of.overlap))
        return asked.where(_from(order, (begun.at, *begun.key)))

    def _undated(self, begun: Position) -> Select[Any]:
        (by,) = self._columns((self.of.by or "",))
        keys = self._columns(self.of.key)
        asked = self._asked(keys).where(by.is_(None))
        resumes = begun.nulls and begun.key is not None
        return asked.where(_from(keys, begun.key or ())) if resumes else asked

    def _asked(self, order: Sequence[ColumnElement[Any]]) -> Select[Any]:
        if not self.of.only_keys:
            return select(self.rows).order_by(*order)
        return select(*self._columns(self.of.key)).order_by(*order)

    def _columns(self, wanted: Sequence[str]) -> list[ColumnElement[Any]]:
        return [column_in(self.rows, self.names, name, self.of.table) for name in wanted]

    def _pages(self, asked: Select[Any]) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows by the page, from a cursor of the server's."""
        streamed = {"stream_results": True, "yield_per": self.of.size}
        with self.connection.execute(asked, execution_options=streamed) as found:
            names = [plain(name) for name in found.keys()]  # noqa: SIM118 - rows have names, not keys
            for part in found.partitions(self.of.size):
                yield [dict(zip(names, row, strict=True)) for row in part]

    def _told(self, page: Sequence[dict[str, Any]]) -> tuple[Row, ...]:
        return tuple(
            {name: self._text(name, value) for name, value in row.items() if name in self.of.keep}
            for row in page
        )

    def _text(self, name: str, value: object) -> str | None:
        zone = self.of.zone
        return as_text(as_moment(value, zone) if name in self.of.moments else value, zone)

    def _key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.of.key)

    def _by(self, row: dict[str, Any]) -> Any:  # noqa: ANN401 - what the column holds
        return row[plain(self.of.by or "")]


def column_in(rows: Subquery, names: Sequence[str], wanted: str, table: str) -> ColumnElement[Any]:
    """Return a column of a SELECT that has ``names``; raise SourceRejected where it has it not."""
    found = next((name for name in names if plain(name) == plain(wanted)), None)
    if found is None:
        raise SourceRejected(
            f"{table} is not read: its SELECT has no column {wanted}.",
            where=f"It has {', '.join(names)}.",
            todo="Name the column in the SELECT, with AS where it is called otherwise.",
        )
    return rows.c[found]


def _from(columns: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition of the rows that come not before these values, in their order."""
    if None in values:  # nothing compares with it, and where it sorts is the database's affair
        known = values.index(None)
        return _from(columns[:known], values[:known]) if known else ~false()
    first, value = columns[0], values[0]
    not_before: ColumnElement[bool] = first >= value
    if len(columns) == 1:
        return not_before
    return or_(first > value, and_(first == value, _from(columns[1:], values[1:])))
