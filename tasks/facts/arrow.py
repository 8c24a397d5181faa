"""What the canonical tables look like in Parquet and Arrow."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tasks.facts.columns import RATE_SCALE, SCALE, facts_of

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Table

PRECISION = 18


@cache
def schema_of(table: Table) -> pa.Schema:
    """Return the columns of ``table``: instants as UTC without a zone, numbers exact."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    types = {
        "text": pa.string(),
        "currency": pa.string(),
        "month": pa.string(),
        "number": pa.decimal128(PRECISION, SCALE),
        "rate": pa.decimal128(PRECISION, RATE_SCALE),
        "count": pa.int64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us"),
    }
    return pa.schema([(column.name, types[facts_of(column).kind]) for column in table.columns])
