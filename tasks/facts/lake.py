"""The lake: canonical tables as Parquet files by month, written whole or not at all."""

# ruff: noqa: S608 - the names are those of our own tables, everything else is quoted

from __future__ import annotations

import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.columns import about
from tasks.facts.duck import named, quoted
from tasks.facts.load import LakeFile
from tasks.facts.room import written_to
from tasks.facts.settling import REFERENCED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from tasks.facts.folding import Folded

WHOLE = "all"  # the month of a table that is not cut by month


def write(root: Path, folded: Folded, load_id: str) -> tuple[LakeFile, ...]:
    """Write the tables of one load below ``root`` and return the files, in table order.

    Nothing reads them before the store's manifest names them; a load that is killed half way
    leaves files that nobody will ever look at. A table without rows leaves one file without rows.
    Raises StoreUnusable where the disk is full or may not be written.
    """
    return tuple(
        _written(root, folded.source, name, ym, part, load_id)
        for name, rows in folded.parts.items()
        for ym, part in _by_month(name, rows)
    )


def _by_month(name: str, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield ``2026-02`` and the rows of that month, or everything as ``all``."""
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    time = about(FACTS[name]).time
    if time is None or not rows.num_rows:
        yield WHOLE, rows
        return
    months = pc.add(pc.multiply(pc.year(rows[time]), 12), pc.subtract(pc.month(rows[time]), 1))
    for month in sorted(months.unique().to_pylist()):
        part = rows.filter(pc.equal(months, month))
        yield f"{month // 12:04d}-{month % 12 + 1:02d}", part


def _written(
    root: Path, source: str, table: str, ym: str, rows: pa.Table, load_id: str
) -> LakeFile:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    name = f"part-{re.sub('[^A-Za-z0-9_.-]', '_', f'{load_id}-{source}')}.parquet"
    path = f"facts/{table}/ym={ym}/{name}"
    target = root / path
    unfinished = target.with_name(f".{name}.{os.getpid()}")
    with written_to(target, unfinished):
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, unfinished, compression="zstd", write_page_checksum=True)
        unfinished.replace(target)
    return LakeFile(source, table, path, ym, rows.num_rows, target.stat().st_size, load_id)


def select(root: Path, files: Iterable[LakeFile], table: str) -> str:
    """Return the DuckDB SELECT of one table over the files that hold it.

    A row that several sources give is read once, the latest; a table that no file holds is empty.
    """
    mine = [file for file in files if file.table == table]
    if not mine:
        return _nothing(table)
    paths = ", ".join(quoted(str(root / file.path)) for file in mine)
    everything = f"SELECT * FROM read_parquet([{paths}], hive_partitioning = false)"
    if len({file.source for file in mine}) == 1:
        return everything
    key = ", ".join(map(named, about(FACTS[table]).key))
    latest = f"PARTITION BY {key} ORDER BY updated_at DESC NULLS LAST, source"
    return f"{everything} QUALIFY row_number() OVER ({latest}) = 1"


def _nothing(table: str) -> str:
    columns = ", ".join(
        f"CAST(NULL AS {_sql_type(field.type)}) AS {named(field.name)}"
        for field in schema_of(FACTS[table])
    )
    return f"SELECT {columns} WHERE false"


def _sql_type(kind: pa.DataType) -> str:
    words = str(kind).replace("decimal128", "DECIMAL").replace("date32[day]", "DATE")
    return {
        "string": "VARCHAR",
        "bool": "BOOLEAN",
        "int64": "BIGINT",
        "timestamp[us]": "TIMESTAMP",
    }.get(words, words)


def known(root: Path, files: Sequence[LakeFile]) -> Mapping[tuple[str, str], pa.Array]:
    """Return the ids that other tables may point at, by (table, column), from ``files``."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    by_table: dict[str, list[str]] = defaultdict(list)
    for file in files:
        by_table[file.table].append(str(root / file.path))
    return {
        (table, column): pq.read_table(by_table[table], columns=[column])[column].unique()
        for table, column in sorted(REFERENCED)
        if table in by_table
    }


def staying(files: Iterable[LakeFile], loads: Iterable[Folded]) -> tuple[LakeFile, ...]:
    """Return those of the current ``files`` that stay when ``loads`` are swapped in.

    A load takes the place of all that its source had, but for the tables that failed.
    """
    failed = {load.source: load.failed for load in loads}
    return tuple(
        file for file in files if file.source not in failed or file.table in failed[file.source]
    )
