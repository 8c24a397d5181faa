"""Which rows of a table are sound, and why the others are not."""

# ruff: noqa: S608 - the names are those of our own tables, everything else is quoted

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tasks.facts.casting import (
    Check,
    checks,
    in_words,
    list_text,
    nothing,
    raw_text,
    readings,
    text_of,
    value,
)
from tasks.facts.columns import about
from tasks.facts.duck import named, quoted
from tasks.facts.kept import kept_rows
from tasks.facts.load import Quarantined
from tasks.facts.raw import FILE, LINE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    import duckdb
    import pyarrow as pa
    from sqlalchemy import Column, Table

ROW = "_row"  # the position of a raw row, over all files of a table
EXACT = "an exact copy of another row"
OLDER = "an older row with the same key; the latest is kept"
OVERLAP = "starts before the previous version of {column} {value} has ended"


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """The sound rows, typed, with _file and _line; the refused ones; how many were duplicates.

    ``kept`` are those of the refused rows that leave a row in another table.
    """

    sound: pa.Table
    refused: tuple[Quarantined, ...]
    duplicates: int
    kept: pa.Table | None = None


def sort_out(
    connection: duckdb.DuckDBPyConnection, table: Table, raw: pa.Table, source: str
) -> Sorted:
    """Return every row of ``raw`` as a sound or a refused row of ``table``; none is lost."""
    all_checks = _all_checks(table, raw.schema.names)
    connection.register("raw_rows", raw)
    connection.execute(_checked(table, raw.schema, all_checks))
    connection.unregister("raw_rows")
    connection.execute(_refused(all_checks))
    duplicates = _refuse_duplicates(connection, table)
    _refuse_overlaps(connection, table)
    refused = tuple(_quarantined(connection, table, raw.schema.names, source))
    kept = kept_rows(connection, table, source)
    sound = _sound_rows(connection, table, source)
    connection.execute("DROP VIEW sound; DROP TABLE checked; DROP TABLE refused")
    return Sorted(sound, refused, duplicates, kept)


def _all_checks(table: Table, given: Container[str]) -> list[Check]:
    of_values = [check for column in _given(table, given) for check in checks(column)]
    of_rows = [Check(rule.column, rule.when, rule.reason) for rule in about(table).refusals]
    return of_values + of_rows


def _given(table: Table, names: Container[str]) -> list[Column[Any]]:
    return [column for column in table.columns if column.name in names]


def _checked(table: Table, raw: pa.Schema, all_checks: list[Check]) -> str:
    """Return the statement that makes ``checked``: text, typed value and first mistake."""
    place, given = f"{ROW}, {FILE}, {LINE}", _given(table, raw.names)
    trimmed = [f"{_as_text(column.name, raw)} AS {text_of(column)}" for column in given]
    read = [f"{sql} AS {name}" for column in given for name, sql in readings(column).items()]
    texts = [text_of(column) for column in given if readings(column)]
    typed = [
        f"{value(column) if column.name in raw.names else nothing(column)} AS {named(column.name)}"
        for column in table.columns
    ]
    mistakes = " ".join(f"WHEN {check.when} THEN {at}" for at, check in enumerate(all_checks, 1))
    return f"""
        CREATE TABLE checked AS
        WITH trimmed AS (SELECT {", ".join([place, *trimmed])} FROM raw_rows),
             reading AS (SELECT {", ".join(["*", *read])} FROM trimmed),
             typed AS (SELECT {", ".join([place, *texts, *typed])} FROM reading)
        SELECT *, CASE {mistakes} WHEN false THEN 0 END AS _mistake FROM typed"""


def _as_text(name: str, raw: pa.Schema) -> str:
    import pyarrow.types as kinds  # noqa: PLC0415 - the arrow library is heavy

    kind = raw.field(name).type
    if kinds.is_list(kind) or kinds.is_large_list(kind):
        return list_text(name)
    if kinds.is_floating(kind):
        # A whole number in a column of floats (ids beside gaps) is written without its ".0".
        return f"regexp_replace({raw_text(name)}, '\\.0$', '')"
    return raw_text(name)


def _refused(all_checks: list[Check]) -> str:
    columns = ", ".join(quoted(check.column) for check in all_checks)
    reasons = ", ".join(quoted(check.reason) for check in all_checks)
    return f"""
        CREATE TABLE refused AS
        SELECT {ROW}, [{columns}][_mistake] AS _column, [{reasons}][_mistake] AS _reason
        FROM checked WHERE _mistake IS NOT NULL;
        CREATE VIEW sound AS SELECT * FROM checked ANTI JOIN refused USING ({ROW})"""


def _refuse_duplicates(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Refuse all but the latest row of each key; return how many were refused."""
    names = about(table).key
    key = ", ".join(map(named, names))
    one = key if len(names) == 1 else f"row({key})"
    rows, keys = connection.sql(f"SELECT count(*), count(DISTINCT {one}) FROM sound").fetchall()[0]
    if rows == keys:
        return 0
    left, right = (
        ", ".join(f"{side}.{named(column.name)}" for column in table.columns) for side in "ab"
    )
    same = f"row({left}) IS NOT DISTINCT FROM row({right})"
    connection.execute(f"""
        INSERT INTO refused
        WITH ranked AS (
            SELECT {ROW}, first_value({ROW}) OVER (
                PARTITION BY {key} ORDER BY updated_at DESC NULLS LAST, {ROW} DESC) AS kept
            FROM sound)
        SELECT a.{ROW}, {quoted(", ".join(names))},
            CASE WHEN {same} THEN {quoted(EXACT)} ELSE {quoted(OLDER)} END
        FROM ranked JOIN sound a USING ({ROW}) JOIN sound b ON b.{ROW} = ranked.kept
        WHERE ranked.{ROW} <> ranked.kept""")
    return int(rows) - int(keys)


def _refuse_overlaps(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Refuse a version that starts before the one before it, of the same thing, has ended."""
    if not (column := about(table).versions_of):
        return
    of = named(column)
    suspects = connection.sql(f"""
        SELECT {of}, {ROW}, valid_from, valid_to FROM sound WHERE {of} IN (
            SELECT {of} FROM (
                SELECT {of}, valid_from, lag(coalesce(valid_to, 'infinity')) OVER (
                    PARTITION BY {of} ORDER BY valid_from, valid_to NULLS LAST) AS ended
                FROM sound)
            WHERE ended > valid_from)
        ORDER BY {of}, valid_from, updated_at DESC NULLS LAST, {ROW} DESC""").fetchall()
    reason = OVERLAP.replace("{column}", column)
    late = [
        (row, "valid_from", reason.replace("{value}", value))
        for value, versions in groupby(suspects, key=lambda version: version[0])
        for row in _overlapping(list(versions))
    ]
    if late:
        connection.executemany("INSERT INTO refused VALUES (?, ?, ?)", late)


def _overlapping(versions: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """Yield the rows that start inside an earlier version that stays."""
    started, ended = None, None
    for _, row, valid_from, valid_to in versions:
        open_ended = started is not None and ended is None
        if open_ended or (ended is not None and valid_from < ended):
            yield row
        else:
            started, ended = valid_from, valid_to


def _sound_rows(connection: duckdb.DuckDBPyConnection, table: Table, source: str) -> pa.Table:
    """Return the rows that are not refused, in the order in which they were read."""
    import numpy as np  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    own_source = "source" in about(table).optional
    columns = [
        f"coalesce(source, {quoted(source)}) AS source"
        if column.name == "source" and own_source
        else named(column.name)
        for column in table.columns
    ]
    # DuckDB keeps the order of a table it scans; a join or a sort here would copy every text
    rows = connection.sql(f"SELECT {', '.join(columns)}, {FILE}, {LINE} FROM checked")
    everything = rows.to_arrow_table()
    refused = connection.sql(f"SELECT {ROW} FROM refused").fetchall()
    if not refused:
        return everything
    stays = np.ones(everything.num_rows, dtype=bool)
    stays[[row for (row,) in refused]] = False
    return everything.filter(pa.array(stays))


def _quarantined(
    connection: duckdb.DuckDBPyConnection, table: Table, given: Container[str], source: str
) -> Iterator[Quarantined]:
    if not connection.sql("SELECT 1 FROM refused LIMIT 1").fetchall():
        return
    names = [column.name for column in _given(table, given)]
    texts = map(text_of, _given(table, given))
    rows = connection.sql(f"""
        SELECT {", ".join([FILE, LINE, "_column", "_reason", *texts])}
        FROM checked JOIN refused USING ({ROW}) ORDER BY {ROW}""").fetchall()
    for file, line, column, reason, *values in rows:
        row = dict(zip(names, values, strict=True))
        key = _joined(row, about(table).key)
        value = _joined(row, column.split(", "))
        words = in_words(Check(column, "", reason), table.columns.get(column), value)
        yield Quarantined(source, table.name, file, line, key, column, value, words)


def _joined(row: dict[str, str | None], names: Iterable[str]) -> str:
    return "/".join(row.get(name) or "" for name in names)
