"""How do mapped rows travel? As Arrow tables of text, built a stretch at a time."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.raw import FILE, LINE, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from tasks.connectors.hubspot.mapping import Placed

STRETCH = 5_000  # rows that are plain Python at the same time


def raw_table(name: str, rows: Iterable[Placed]) -> RawTable:
    """Return rows of one of our tables; the file is the kind of record."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    given = iter(rows)
    some = list(islice(given, STRETCH))
    columns = list(some[0][2]) if some else list(FACTS[name].columns.keys())
    parts = [_part(columns, some)]
    while some := list(islice(given, STRETCH)):
        parts.append(_part(columns, some))
    return RawTable(name, pa.concat_tables(parts))


def _part(columns: Sequence[str], rows: Sequence[Placed]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    arrays = {
        name: pa.array([row.get(name) for _, _, row in rows], pa.string()) for name in columns
    }
    places = {
        FILE: pa.array([kind for kind, _, _ in rows], pa.string()),
        LINE: pa.nulls(len(rows), pa.int64()),
    }
    return pa.table(arrays | places)
