"""Is a load the same as another one? Its print tells, whatever order the rows came in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.columns import about

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from tasks.facts.folding import Folded


def print_of(load: Folded) -> str:
    """Return a digest of all that a load says: rows, refused rows, notes, totals.

    Where a refused row stood is no part of it: the same row may come on another page.
    """
    digest = sha256()
    for name, table in sorted(load.tables.items()):
        digest.update(f"{name} {table.rows.schema} {table.rows.num_rows}".encode())
        for part in _parts(name, table.rows):
            digest.update(part)
    refused = sorted(
        repr((row.table, row.key, row.column, row.value, row.reason)) for row in load.quarantined
    )
    told = sorted(map(repr, load.notes))
    digest.update(repr((refused, told, load.totals, sorted(load.failed))).encode())
    return digest.hexdigest()


def _parts(name: str, rows: pa.Table) -> Iterator[memoryview]:
    """Yield the memory of every column, the rows in the order of their keys."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    by_key = [(column, "ascending") for column in about(FACTS[name]).key]
    for column in rows.sort_by(by_key).columns:
        whole = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        yield from (memoryview(buffer) for buffer in whole.buffers() if buffer is not None)
