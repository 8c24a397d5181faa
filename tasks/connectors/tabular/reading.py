"""Which files there are in a folder, and how each kind is read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.connectors.tabular.decoding import content, decoded
from tasks.connectors.tabular.jsonlines import json_lines
from tasks.connectors.tabular.rows import FileRows, with_places
from tasks.connectors.tabular.separated import separated
from tasks.errors import SourceRejected

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATED = frozenset({".csv", ".tsv"})
JSON_LINES = frozenset({".jsonl", ".ndjson"})
PARQUET = ".parquet"
KINDS = SEPARATED | JSON_LINES | {PARQUET}


def stem_and_kind(path: Path) -> tuple[str, str]:
    """Return ``customers`` and ``.csv`` for ``customers.csv`` and ``Customers.CSV.gz``."""
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return plain.stem, plain.suffix.lower()


def data_files(folder: Path) -> tuple[Path, ...]:
    """Return the files in ``folder`` that can be read, by name; raise ``SourceRejected``."""
    return tuple(path for path in all_files(folder) if stem_and_kind(path)[1] in KINDS)


def all_files(folder: Path) -> tuple[Path, ...]:
    """Return every file in ``folder`` that is not hidden, by name; raise ``SourceRejected``."""
    if not folder.is_dir():
        raise SourceRejected(
            f"There is no folder '{folder.name}'.",
            where=f"Looked for {folder}.",
            todo="Create it, or correct 'path' in the configuration.",
        )
    return tuple(
        path for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."
    )


def read(path: Path, *, encoding: str | None = None) -> FileRows:
    """Return the rows of one file; raise ``SourceRejected`` where it cannot be read at all."""
    _, kind = stem_and_kind(path)
    data = content(path)
    if kind == PARQUET:
        return _parquet(data, path)
    if kind in JSON_LINES:
        return json_lines(decoded(data, encoding), path.name)
    return separated(decoded(data, encoding), path.name)


def _parquet(data: bytes, path: Path) -> FileRows:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    if not data:
        return FileRows(path.name, with_places(pa.table({}), path.name, ()))
    try:
        columns = pq.read_table(BytesIO(data))
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceRejected(
            f"'{path.name}' cannot be read as Parquet: {str(error).splitlines()[0]}",
            where=f"It is in {path.parent}.",
            todo="Check that it was copied completely.",
        ) from error
    return FileRows(path.name, _placed(columns, path.name))


def _placed(columns: pa.Table, file: str) -> pa.Table:
    index = [name for name in columns.schema.names if name.startswith("__index_level_")]
    return with_places(columns.drop_columns(index), file, range(1, columns.num_rows + 1))
