"""How are the canonical tables read? As pandas frames, straight from the Parquet files of the lake.

Instants are UTC without a zone, as everywhere in the lake; numbers are Decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import Fix
from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.columns import about
from tasks.facts.load import LakeFile


@dataclass(frozen=True)
class Tables:
    """The files of the lake at ``root``; a table that no file holds is empty."""

    root: Path
    files: Sequence[LakeFile]

    def read(
        self, name: str, *columns: str, within: tuple[datetime, datetime] | None = None
    ) -> pd.DataFrame:
        """Return ``columns`` of a table, or all; a row that several sources tell is there once.

        ``within`` leaves files out that hold nothing from these times, by the table's main column.
        """
        mine = [file for file in self.files if file.table == name and _may_hold(file, within)]
        wanted = list(columns or FACTS[name].columns.keys())
        if not mine:
            return _frame(schema_of(FACTS[name]).empty_table().select(wanted))
        several = len({file.source for file in self.files if file.table == name}) > 1
        extra = [*about(FACTS[name]).key, "updated_at", "source"] if several else []
        found = _frame(self._read(mine, list(dict.fromkeys([*wanted, *extra]))))
        return _latest(found, about(FACTS[name]).key)[wanted] if several else found

    def _read(self, files: Sequence[LakeFile], columns: list[str]) -> pa.Table:
        try:
            parts = [pq.ParquetFile(self.root / one.path).read(columns) for one in files]
        except (OSError, pa.ArrowInvalid) as error:
            raise Fix(
                "the lake has lost files, or they are damaged.",
                where=f"Looked below {self.root}: {str(error).splitlines()[0]}",
                todo="Run 'keepwell sync' to load them again.",
            ) from error
        return pa.concat_tables([part.select(columns) for part in parts])


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame; words are plain objects, which is the fastest for a few rows."""
    return pd.DataFrame({name: _column(table[name]) for name in table.column_names})


def _column(values: pa.ChunkedArray) -> pd.Series[Any]:
    if pa.types.is_string(values.type):
        return pd.Series(values.to_numpy(), dtype=object)
    found: pd.Series[Any] = values.to_pandas(date_as_object=False)
    return found


def _may_hold(file: LakeFile, within: tuple[datetime, datetime] | None) -> bool:
    if within is None or not file.ym[:1].isdigit():
        return True
    first, last = (f"{one:%Y-%m}" for one in within)
    return first <= file.ym <= last


def _latest(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return of each key the row that was updated last; undated ones come after dated ones."""
    in_order = rows.sort_values("source", kind="stable").sort_values(
        "updated_at", ascending=False, na_position="last", kind="stable"
    )
    return in_order.drop_duplicates(list(key))
