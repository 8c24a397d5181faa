"""Which days are others once a load takes the place of another? DuckDB compares the rows.

Both states of a row count: the days it had and the days it has. Months in which nothing differs
are passed over by their sums, so that a large table costs a scan and little memory.
"""

# ruff: noqa: S608 - the names are those of our own tables and columns, everything else is quoted

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.columns import about, facts_of
from tasks.facts.duck import duck, named
from tasks.facts.lake import select
from tasks.facts.reach import REACH, How
from tasks.facts.rowdays import NEVER_COMPARED, dated, first_days, local
from tasks.facts.stretches import Stretch, of_month, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from tasks.facts.load import LakeFile

MOST_NAMES = 60  # of more, those used most are measured: then any row may change which they are
OF_FAMILIES = "is_test OR merged_into IS NOT NULL OR parent_id IS NOT NULL"


def differences(
    root: Path,
    before: Sequence[LakeFile],
    after: Sequence[LakeFile],
    *,
    timezone: str,
    window_hours: int,
) -> tuple[Stretch, ...]:
    """Return the stretches of days that differ between two states of the lake below ``root``.

    ``window_hours`` is how long after a visit to the help centre a ticket still belongs to it.
    """
    tables = _changed_tables(before, after)
    if not tables:
        return ()
    with duck(timezone) as connection:
        _show(connection, root, "was", before)
        _show(connection, root, "now", after)
        connection.execute(f"SET VARIABLE window_hours = {int(window_hours)}")
        return tuple(one for table in tables for one in _of_table(connection, table, before, after))


def everything(table: str) -> tuple[Stretch, ...]:
    """Return that all days of ``table`` may be others."""
    return (Stretch(table),)


def _changed_tables(before: Iterable[LakeFile], after: Iterable[LakeFile]) -> tuple[str, ...]:
    differing = {(one.table, one.path) for one in before} ^ {(one.table, one.path) for one in after}
    return tuple(sorted({table for table, _ in differing}))


def _show(
    connection: duckdb.DuckDBPyConnection, root: Path, schema: str, files: Sequence[LakeFile]
) -> None:
    connection.execute(f"CREATE SCHEMA {schema}")
    for table in FACTS:
        rows = select(root, files, table)
        connection.execute(f"CREATE VIEW {schema}.{named(table)} AS {rows}")


def _of_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    before: Sequence[LakeFile],
    after: Sequence[LakeFile],
) -> tuple[Stretch, ...]:
    if REACH[table].how is How.NOWHERE:
        return ()
    if not all(any(one.table == table for one in files) for files in (before, after)):
        return everything(table)
    return Difference(connection, table).stretches()


class Difference:
    """The rows of one table that were removed, added or changed, and how far they reach."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Compare ``was`` and ``now`` of ``table``."""
        self._connection = connection
        self._table = table
        self._reach = REACH[table]
        self._columns = [
            column.name
            for column in FACTS[table].columns
            if column.name not in (NEVER_COMPARED, *self._reach.passed_over)
        ]
        self._compare()

    def stretches(self) -> tuple[Stretch, ...]:
        """Return the days that differ, as few stretches as hold exactly these."""
        if not self._is_any("SELECT 1 FROM changed"):
            return ()
        if self._reach.how is How.EVERYTHING or self._is_filled_anew() or self._has_new_names():
            return everything(self._table)
        found = [*self._reached(), *self._moved_beginnings()]
        return tuple(together(self._table, found))

    def _compare(self) -> None:
        columns = ", ".join(map(named, self._columns))
        where = self._where_it_differs(columns)
        was, now = (
            f"SELECT {columns} FROM {schema}.{named(self._table)} {where}"
            for schema in ("was", "now")
        )
        self._make("removed", f"{was} EXCEPT ALL {now}")
        self._make("added", f"{now} EXCEPT ALL {was}")
        self._make("changed", "SELECT * FROM removed UNION ALL SELECT * FROM added")

    def _make(self, name: str, rows: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows}")

    def _where_it_differs(self, columns: str) -> str:
        """Return the condition that leaves out the months whose rows add up to the same."""
        time = about(FACTS[self._table]).time
        if time is None:
            return ""
        month = f"date_trunc('month', {named(time)})"
        sums = (
            f"SELECT {month} AS month, count(*), sum(hash({columns})) "
            f"FROM {{}}.{named(self._table)} GROUP BY month"
        )
        was, now = sums.format("was"), sums.format("now")
        differs = f"SELECT month FROM (({was} EXCEPT {now}) UNION ({now} EXCEPT {was}))"
        self._make("months", differs)
        return f"WHERE {month} IN (SELECT month FROM months)"

    def _is_any(self, rows: str) -> bool:
        return bool(self._connection.execute(f"SELECT EXISTS ({rows})").fetchall()[0][0])

    def _is_filled_anew(self) -> bool:
        """Return whether a column has its first value, or lost its last: KPIs may rest on it."""
        return any(
            self._is_any(f"SELECT 1 FROM changed WHERE {column} IS NOT NULL")
            and self._has(column, "was") != self._has(column, "now")
            for column in map(named, self._columns)
        )

    def _has(self, column: str, schema: str) -> bool:
        return self._is_any(
            f"SELECT 1 FROM {schema}.{named(self._table)} WHERE {column} IS NOT NULL"
        )

    def _has_new_names(self) -> bool:
        """Return whether the variants that the data name may be others.

        A name is the same before and after if a real customer used it before and after.
        """
        if not (names := self._reach.names):
            return False
        unreal = f"customer_id IN (SELECT customer_id FROM now.customers WHERE {OF_FAMILIES})"
        used = [
            f"SELECT DISTINCT {names} AS name FROM {schema}.{named(self._table)} "
            f"WHERE ({unreal}) IS NOT TRUE"
            for schema in ("was", "now")
        ]
        common = f"({used[0]}) INTERSECT ({used[1]})"
        new = f"SELECT name FROM (SELECT DISTINCT {names} AS name FROM changed) WHERE name <> ''"
        many = f"SELECT 1 FROM ({used[1]}) HAVING count(*) > {MOST_NAMES}"
        return self._is_any(f"({new}) EXCEPT ({common})") or self._is_any(many)

    def _reached(self) -> Iterator[Stretch]:
        how = self._reach.how
        if how is How.DAYS:
            yield from self._days()
        elif how is How.SPAN:
            yield from self._spans()
        elif how is How.ONWARDS:
            yield from self._onwards(self._since())
        else:
            yield from self._of_customers(how)

    def _days(self) -> Iterator[Stretch]:
        yield from self._each(
            f"SELECT DISTINCT unnest([{', '.join(dated(self._table))}]) FROM changed"
        )
        for month in self._column("period", "month"):
            yield of_month(self._table, month)

    def _each(self, days: str) -> Iterator[Stretch]:
        for (day,) in self._connection.execute(days).fetchall():
            if day is not None:
                yield Stretch(self._table, day, day)

    def _column(self, name: str, kind: str) -> tuple[str, ...]:
        if name not in FACTS[self._table].c or facts_of(FACTS[self._table].c[name]).kind != kind:
            return ()
        found = self._connection.execute(f"SELECT DISTINCT {named(name)} FROM changed").fetchall()
        return tuple(value for (value,) in found)

    def _spans(self) -> Iterator[Stretch]:
        days, forever = ", ".join(dated(self._table)), "DATE 'infinity'"
        spans = (
            f"SELECT least({days}) AS first, max(CASE WHEN {self._reach.goes_on} THEN {forever} "
            f"ELSE greatest({days}) END) AS last FROM changed GROUP BY first"
        )
        rows = f"SELECT first, CASE WHEN isfinite(last) THEN last END FROM ({spans})"
        for first, last in self._connection.execute(rows).fetchall():
            yield Stretch(self._table, first, last)
        for linked in self._reach.linked:
            yield from self._each(linked)

    def _since(self) -> str:
        """Return the SELECT of the day from which on rows differ."""
        first, ends = f"least({', '.join(dated(self._table))})", self._reach.ends
        if not ends:
            return f"SELECT min({first}) FROM changed"
        keys = about(FACTS[self._table]).key
        same = " AND ".join(
            f"r.{named(name)} IS NOT DISTINCT FROM a.{named(name)}"
            for name in self._columns
            if name != ends
        )
        key = ", ".join(map(named, keys))
        self._make("only_ended", f"SELECT r.* FROM removed r JOIN added a ON {same}")
        is_ended = f"({key}) IN (SELECT {key} FROM only_ended)"
        others = f"SELECT {first} FROM changed WHERE NOT {is_ended}"
        ended = f"SELECT {local(self._table, ends)} FROM changed WHERE {is_ended}"
        return f"SELECT min(day) FROM ({others} UNION ALL {ended}) AS days(day)"

    def _onwards(self, since: str) -> Iterator[Stretch]:
        for (day,) in self._connection.execute(since).fetchall():
            if day is not None:
                yield Stretch(self._table, day)

    def _of_customers(self, how: How) -> Iterator[Stretch]:
        """Yield from when on the rows of those customers are somebody else's, or others."""
        whose = "SELECT customer_id FROM changed"
        if how is How.VERSIONS:
            yield from self._onwards(self._since())
            whose = self._with_another_first()
        elif self._is_any(f"SELECT 1 FROM changed WHERE {OF_FAMILIES}") or self._is_pointed_at():
            yield from everything(self._table)
            return
        yield from self._onwards(f"SELECT min(day) FROM ({first_days(whose)}) AS days(day)")

    def _is_pointed_at(self) -> bool:
        return self._is_any(
            "SELECT 1 FROM (FROM was.customers UNION ALL FROM now.customers) c "
            "JOIN changed ON changed.customer_id IN (c.merged_into, c.parent_id, c.referrer_id)"
        )

    def _with_another_first(self) -> str:
        """Return the SELECT of customers with another first version: it holds for all before."""
        first = "SELECT customer_id, min(valid_from) FROM {}.customer_versions GROUP BY customer_id"
        return (
            "SELECT customer_id FROM removed WHERE (customer_id, valid_from) IN "
            f"({first.format('was')}) UNION SELECT customer_id FROM added "
            f"WHERE (customer_id, valid_from) IN ({first.format('now')})"
        )

    def _moved_beginnings(self) -> Iterator[Stretch]:
        """Yield the days between the first of a column before and after: nothing was there."""
        for column in dated(self._table):
            was, now = (
                self._connection.execute(
                    f"SELECT min({column}) FROM {schema}.{named(self._table)}"
                ).fetchall()[0][0]
                for schema in ("was", "now")
            )
            if was != now:
                yield Stretch(self._table, min(was, now), max(was, now))
