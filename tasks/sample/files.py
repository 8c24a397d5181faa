"""How tables become CSV files: the same bytes for the same rows, on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

Columns = Mapping[str, Any]  # arrays or sequences of one length, by column name


@dataclass(frozen=True, slots=True)
class Export:
    """One table as one system exports it; only a table with ``prose`` needs quotation marks."""

    system: str
    table: str
    columns: Columns
    prose: bool = False

    @property
    def path(self) -> Path:
        """Where the file stands, below the company's folder."""
        return Path("exports") / self.system / f"{self.table}.csv"


def rows(names: str, found: Iterable[Sequence[object]]) -> dict[str, Sequence[object]]:
    """Return ``found`` turned into columns, named after the words in ``names``."""
    keys = names.split()
    columns = list(zip(*found, strict=True)) or [()] * len(keys)
    return dict(zip(keys, columns, strict=True))


def numbered(letter: str, count: int) -> pa.Array:
    """Return ``count`` ids: the ``letter`` and a number of six digits, from 1."""
    digits = pc.utf8_lpad(pa.array(np.arange(1, count + 1)).cast(pa.string()), 6, "0")
    return pc.binary_join_element_wise(letter, digits, "")


def write(folder: Path, export: Export) -> int:
    """Write ``export`` below ``folder`` and return how many rows it has."""
    table = pa.table({name: _text(column) for name, column in export.columns.items()})
    path = folder / export.path
    path.parent.mkdir(parents=True, exist_ok=True)
    style = "needed" if export.prose else "none"
    options = csv.WriteOptions(include_header=False, quoting_style=style)
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        csv.write_csv(table, file, options)
    return int(table.num_rows)


def _text(column: Any) -> pa.Array:  # noqa: ANN401 - whatever a column can be made of
    """Return ``column`` as it stands in the file: instants as ``2026-11-22T12:10:00Z``.

    Arrays and lists are ready; the tuples of ``rows`` hold Python values.
    """
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        instants = pa.array(column.astype("datetime64[s]")).cast(pa.string())
        return pc.binary_join_element_wise(pc.replace_substring(instants, " ", "T"), "Z", "")
    if isinstance(column, tuple):
        return pa.array([_word(value) for value in column], pa.string())
    return pa.array(column)


def _word(value: object) -> str | None:
    """Return one value as it stands in the file; None and empty text are empty fields."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return f"{value.isoformat()[:19]}Z"
    return str(int(value)) if isinstance(value, bool) else str(value)
