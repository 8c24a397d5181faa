"""Rows under canonical names as tables of text, a few thousand rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.facts.raw import FILE, LINE, RawTable

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.connectors.values import Row

CHUNK = 5_000


class Rows:
    """Gathers the rows of one canonical table; ``origin`` is where they come from."""

    def __init__(self, table: str, origin: str) -> None:
        self.table, self.origin = table, origin
        self.names = [name for name in FACTS[table].columns.keys() if name != "source"]  # noqa: SIM118 - SQLAlchemy's columns iterate as columns
        self._waiting: list[Row] = []
        self._done: list[pa.Table] = []

    def add(self, row: Row | None) -> None:
        """Take a row, if it is one."""
        if row is None:
            return
        self._waiting.append(row)
        if len(self._waiting) >= CHUNK:
            self._pack()

    def _pack(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 - heavy

        rows, self._waiting = self._waiting, []
        columns = {
            name: pa.array([row.get(name) for row in rows], pa.string()) for name in self.names
        }
        self._done.append(pa.table(columns))

    def raw(self) -> RawTable:
        """Return the table, without the optional columns that no row has a value in."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        self._pack()
        rows = pa.concat_tables(self._done)
        optional = about(FACTS[self.table]).optional
        empty = [name for name in optional if name in self.names and _is_empty(rows[name])]
        rows = rows.drop_columns(empty)
        rows = rows.append_column(FILE, pa.array([self.origin] * rows.num_rows, pa.string()))
        return RawTable(self.table, rows.append_column(LINE, pa.nulls(rows.num_rows, pa.int64())))


def _is_empty(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count == len(column))
