"""Where a plan or a region is written in several ways, facts have the one name it counts as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.facts.folding import Folded, FoldedTable

TABLES = ("customers", "customer_versions")  # where the attributes that split KPIs stand
COLUMNS = {"owner": "owner_id"}  # all others are named like their dimension
Meanings = Mapping[str, Mapping[str, str]]  # by dimension, the name of each other spelling


def with_aliases(folded: Folded, meanings: Meanings) -> Folded:
    """Return ``folded`` with every other spelling of ``meanings`` written as its name."""
    renamed = {
        name: _renamed(table, meanings) if name in TABLES else table
        for name, table in folded.tables.items()
    }
    return replace(folded, tables=renamed) if any(meanings.values()) else folded


def _renamed(table: FoldedTable, meanings: Meanings) -> FoldedTable:
    rows = table.rows
    for dimension, names in meanings.items():
        column = COLUMNS.get(dimension, dimension)
        if names and column in rows.schema.names:
            at = rows.schema.get_field_index(column)
            rows = rows.set_column(at, rows.schema.field(at), _named(rows[column], names))
    return replace(table, rows=rows)


def _named(values: pa.ChunkedArray, names: Mapping[str, str]) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    at = pc.index_in(values, value_set=pa.array(names.keys(), pa.string()))
    return pc.coalesce(pc.take(pa.array(names.values(), pa.string()), at), values)
