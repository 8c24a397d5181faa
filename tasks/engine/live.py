"""How are tables of the very server computed on in place? By a view of a SELECT's sound rows.

Nothing is copied. What a load would refuse by its own row (an empty field, a word or a number that
may not be, a customer nobody knows, an older row of the same key) the view leaves out. Spans that
overlap are not looked for.
"""

# ruff: noqa: S608 - the SELECT is the configuration's, all other names are of our own tables

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from psycopg import Connection, Error, sql
from sqlalchemy.dialects import postgresql

from tasks.errors import Fix
from tasks.facts import FACTS
from tasks.facts.columns import about, facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Column, Table

    from tasks.engine.base import Live

TIMESTAMP, WITH_ZONE, DAY = 1114, 1184, 1082  # PostgreSQL's numbers of its types
LISTS = {1009, 1015}
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_REFUSES_TO_BE = {"feedback": "its themes are told by the words of its texts as they are loaded"}


@dataclass(frozen=True, slots=True)
class Selected:
    """One of our tables as a SELECT over the SELECT of the configuration."""

    table: Table
    live: Live
    types: Mapping[str, int]

    @property
    def rows(self) -> str:
        """The sound rows, under our names and in our types; the latest of each key."""
        typed = ", ".join(f"{self._typed(one)} AS {_named(one.name)}" for one in self.table.columns)
        given = f"SELECT {typed} FROM ({_ended(self.live.sql)}\n) AS given"
        key = ", ".join(map(_named, about(self.table).key))
        return (
            f"SELECT DISTINCT ON ({key}) * FROM ({given}) AS typed "
            f"WHERE {' AND '.join(self._sound())} ORDER BY {key}, updated_at DESC NULLS LAST"
        )

    def _typed(self, column: Column[Any]) -> str:
        kind, value = column.type.compile(_DIALECT), _named(column.name)
        if column.name == "source":
            return f"{_quoted(self.live.source)}::text"
        if column.name not in self.types:
            return f"CAST(NULL AS {kind})"
        of = self.types[column.name]
        if facts_of(column).kind == "instant":
            return self._instant(column.name, of)
        if facts_of(column).kind == "day" and of == WITH_ZONE:
            return f"CAST({value} AT TIME ZONE {_quoted(self.live.zone)} AS date)"
        if of in LISTS:
            return f"array_to_string({value}, '|')"
        return f"CAST({value} AS {kind})"

    def _instant(self, name: str, of: int) -> str:
        """Return a time as the lake has it: UTC, without a zone."""
        value, zone = _named(name), _quoted(self.live.zone)
        if of == WITH_ZONE:
            return f"({value} AT TIME ZONE 'UTC')"
        if of in {TIMESTAMP, DAY}:
            return f"(({value}::timestamp AT TIME ZONE {zone}) AT TIME ZONE 'UTC')"
        raise Fix(
            f"{self.live.source}: {self.table.name}.{name} is no time, so it cannot stay in place.",
            where="Its SELECT gives it in another type.",
            todo=f"Write CAST({name} AS timestamptz) in the SELECT, or leave out 'in_place'.",
        )

    def _sound(self) -> Iterator[str]:
        for column in self.table.columns:
            yield from _conditions(column)
        for rule in about(self.table).refusals:
            yield f"NOT coalesce({rule.when}, false)"


def _conditions(column: Column[Any]) -> Iterator[str]:
    facts, value = facts_of(column), _named(column.name)
    if facts.filled:
        yield f"coalesce(CAST({value} AS text), '') <> ''"
    if facts.values:
        yield f"({value} IS NULL OR {value} IN ({', '.join(map(_quoted, facts.values))}))"
    if facts.kind == "currency":
        yield f"({value} IS NULL OR {value} ~ '^[A-Z]{{3}}$')"
    if facts.kind == "rate":
        yield f"({value} IS NULL OR {value} > 0)"
    elif facts.low is not None:
        yield f"({value} IS NULL OR {value} >= {facts.low})"
    if facts.high is not None:
        yield f"({value} IS NULL OR {value} <= {facts.high})"
    if facts.firm and facts.references:
        table, key = map(_named, facts.references)
        yield f"({value} IS NULL OR {value} IN (SELECT {key} FROM pg_temp.{table}))"


def found_as_usual(connection: Connection[Any]) -> None:
    """Let names mean what they mean to everybody on that server, before what is ours."""
    (usual,) = connection.execute(
        "SELECT reset_val FROM pg_settings WHERE name = 'search_path'"
    ).fetchone() or ("",)
    path = f"{usual}, pg_temp" if usual else "pg_temp"
    connection.execute("SELECT set_config('search_path', %s, false)", (path,))


def live_rows(connection: Connection[Any], lives: Sequence[Live]) -> tuple[str, ...]:
    """Return a SELECT of our columns for each of these tables of the server's own.

    Raises ``Fix`` where a SELECT does not work, or gives what must be loaded.
    """
    return tuple(_selected(connection, one).rows for one in lives)


def _selected(connection: Connection[Any], live: Live) -> Selected:
    if live.table in _REFUSES_TO_BE:
        raise Fix(
            f"{live.source}: {live.table} cannot stay in place: {_REFUSES_TO_BE[live.table]}.",
            todo="Read it with a source of its own, without 'in_place'.",
        )
    asked = f"SELECT * FROM ({_ended(live.sql)}\n) AS given WHERE false"
    try:
        found = connection.execute(sql.SQL(cast("Any", asked))).description or []
    except Error as error:
        raise Fix(
            f"{live.source}: {live.table} cannot be computed in place.",
            where=f"The server of engine.url says: {str(error).splitlines()[0]}",
            todo="Try the SELECT by hand, as the user of engine.url.",
        ) from error
    types = {one.name.lower(): one.type_code for one in found}
    lacking = [name for name in about(FACTS[live.table]).key if name not in types]
    if lacking:
        raise Fix(
            f"{live.source}: the SELECT of {live.table} has no column {', '.join(lacking)}.",
            todo="Name it there, with AS where it is called otherwise.",
        )
    return Selected(FACTS[live.table], live, types)


def _ended(statement: str) -> str:
    return statement.strip().rstrip(";")


def _named(name: str) -> str:
    return f'"{name}"'


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
