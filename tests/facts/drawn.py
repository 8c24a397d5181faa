"""Small tables drawn as text, folded the way a source is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks.calendar import Calendar
from tasks.facts import FACTS, facts_of
from tasks.facts.folding import Folded, FoldedTable, fold
from tasks.facts.raw import FILE, LINE, Extracted, RawTable
from tasks.facts.settling import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NEW_YORK = Calendar("America/New_York")

Row = dict[str, Any]


def utc(text: str) -> datetime:
    """Return an instant the way the lake keeps it: UTC, and no zone said."""
    return datetime.fromisoformat(text)


def rows_of(text: str) -> list[dict[str, str | None]]:
    """Read ``a | b`` lines; a lone dash is an empty cell."""
    header, *lines = [line for line in text.strip().splitlines() if line.strip()]
    names = [name.strip() for name in header.split("|")]
    return [
        {
            name: None if cell.strip() == "-" else cell.strip()
            for name, cell in zip(names, line.split("|"), strict=True)
        }
        for line in lines
    ]


def raw(table: str, text: str | Sequence[Mapping[str, Any]], *, complete: bool = True) -> RawTable:
    """Return a drawn table as a connector hands it over; columns left out are empty."""
    rows = rows_of(text) if isinstance(text, str) else list(text)
    drawn = {name for row in rows for name in row}
    needed = {c.name for c in FACTS[table].columns if facts_of(c).required} if complete else set()
    columns = {name: [row.get(name) for row in rows] for name in sorted(drawn | needed)}
    made = {
        name: pa.array(values)
        if any(v is not None for v in values)
        else pa.nulls(len(values), pa.string())
        for name, values in columns.items()
    }
    places = {
        FILE: pa.array([f"{table}.csv"] * len(rows), pa.string()),
        LINE: pa.array(range(2, len(rows) + 2), pa.int64()),
    }
    return RawTable(table, pa.table(places | made))


def folded(*tables: RawTable, source: str = "exports", calendar: Calendar = NEW_YORK) -> Folded:
    """Fold drawn tables of one source."""
    return fold(Extracted(source, tables), calendar=calendar, now=NOW)


def one(table: str, text: str | Sequence[Mapping[str, Any]], **filled: str) -> FoldedTable:
    """Fold one drawn table; ``filled`` gives columns one value in every row."""
    rows = rows_of(text) if isinstance(text, str) else list(text)
    return folded(raw(table, [{**filled, **row} for row in rows])).tables[table]


def settled(*loads: Folded, currency: str = "USD", elsewhere: Any = None) -> tuple[Folded, ...]:
    """Settle loads among themselves."""
    return settle(loads, currency=currency, elsewhere=elsewhere or {})


def values(table: FoldedTable, *names: str) -> list[tuple[Any, ...]]:
    """Return the loaded rows as tuples of the named columns."""
    return [tuple(row[name] for name in names) for row in table.rows.to_pylist()]


def refused(table: FoldedTable) -> list[tuple[str, str, str, str]]:
    """Return key, column, value and reason of the refused rows."""
    return [(row.key, row.column, row.value, row.reason) for row in table.quarantined]
