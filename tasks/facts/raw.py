"""What a connector hands over: rows in any types, and what could not even be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.errors import KeepwellError
    from tasks.facts.load import Quarantined, TableTotal
    from tasks.model import DataNote

FILE = "_file"  # the column that says which file a raw row stood in
LINE = "_line"  # and on which line


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """Rows for one canonical table under canonical column names, in whatever types they came.

    ``rows`` also has the columns ``_file`` and ``_line``. ``refused`` are rows that were read but
    do not even have the columns of their file.
    """

    table: str
    rows: pa.Table
    refused: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Extracted:
    """Everything one source gave: tables, notes, and the problems of tables it could not give.

    ``failed`` names the canonical tables that a problem kept out; what the lake has of them
    stays. ``refused`` and ``totals`` are about raw files that only a SELECT reads.
    """

    source: str
    tables: tuple[RawTable, ...] = ()
    refused: tuple[Quarantined, ...] = ()
    totals: tuple[TableTotal, ...] = ()
    notes: tuple[DataNote, ...] = ()
    problems: tuple[KeepwellError, ...] = ()
    failed: tuple[str, ...] = ()
