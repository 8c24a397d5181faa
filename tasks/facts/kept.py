"""Which refused rows are kept all the same: survey answers that fit no scale, to be counted.

They are not loaded, they stay in quarantine; but how many answers a survey lost is a KPI, so each
leaves a row in a table of its own.
"""

# ruff: noqa: S608 - the names are those of our own tables, everything else is quoted

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tasks.facts.columns import about
from tasks.facts.duck import named, quoted
from tasks.facts.voice import refused_answers, survey_responses

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from sqlalchemy import Column, Table


@dataclass(frozen=True, slots=True)
class Kept:
    """The table in which refused rows are kept, and the columns a mistake in which keeps them."""

    table: Table
    mistakes: tuple[str, ...]


KEPT: Mapping[str, Kept] = MappingProxyType(
    {survey_responses.name: Kept(refused_answers, ("score", "scale_min", "scale_max", "high_is"))}
)


def kept_tables(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tables in which refused rows of the tables ``names`` are kept."""
    return tuple(KEPT[name].table.name for name in names if name in KEPT)


def kept_rows(connection: duckdb.DuckDBPyConnection, table: Table, source: str) -> pa.Table | None:
    """Return the refused rows of ``table`` that are kept, or None for a table that keeps none.

    Of one key it is the latest, and none where a sound row has that key. Reads ``checked``,
    ``refused`` and ``sound`` of ``quality.sort_out``.
    """
    if (kept := KEPT.get(table.name)) is None:
        return None
    key = ", ".join(map(named, about(table).key))
    columns = ", ".join(_read(column, source) for column in kept.table.columns)
    mistakes = ", ".join(map(quoted, kept.mistakes))
    return connection.sql(f"""
        SELECT {columns} FROM checked JOIN refused USING (_row)
        WHERE _column IN ({mistakes}) AND ({key}) NOT IN (SELECT {key} FROM sound)
        QUALIFY row_number() OVER (
            PARTITION BY {key} ORDER BY updated_at DESC NULLS LAST, _row DESC) = 1
        ORDER BY _row""").to_arrow_table()


def _read(column: Column[Any], source: str) -> str:
    if column.name == "refused_for":
        return f"_column AS {named(column.name)}"
    if column.name == "source":
        return f"coalesce(source, {quoted(source)}) AS source"
    return named(column.name)
