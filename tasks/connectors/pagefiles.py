"""How does a page lie on the disk? Packed, one row a line, written whole or not at all."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import orjson

from tasks.connectors.streams import Row
from tasks.errors import SourceRejected

QUICK = 1  # gzip: a sync waits for it, and the next level saves little
KEPT = "_kept"  # in a row that was compacted: the listing it was last in, and since when it is gone


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many rows, how many bytes, and their digest."""

    rows: int
    bytes: int
    sha256: str


def folder_of(source: str, stream: str) -> str:
    """Return the folder of a stream below the raw pages; two names never share one."""
    return f"{_slug(source)}/{_slug(stream)}"


def page_name(generation: int, seq: int, cursor: str | None) -> str:
    """Return the name of a page: who reads it again after a crash writes over the same file."""
    digest = sha256((cursor or "").encode()).hexdigest()[:8]
    return f"{generation:03d}-{seq:08d}-{digest}.jsonl.gz"


def write_page(path: Path, rows: Iterable[Row]) -> Written:
    """Write rows so that they are there, whole, even if the power fails the next moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            count = _packed(file, rows)
            file.flush()
            os.fsync(file.fileno())
        digest = _digest(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _settle(path.parent)
    return Written(count, path.stat().st_size, digest)


def read_page(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each line and its row; raise SourceRejected for a damaged file."""
    try:
        with gzip.open(path, "rb") as file:
            for line, text in enumerate(file):
                yield line, orjson.loads(text)
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise SourceRejected(
            "A page that was landed cannot be read any more.",
            where=f"({path})",
            todo="Delete the file: the next sync reads its stream anew.",
        ) from error


def sweep(folder: Path, named: Iterable[str]) -> None:
    """Delete the pages in ``folder`` that are not ``named``: nothing knows of them any more."""
    keep = set(named)
    for path in folder.glob("*.jsonl.gz"):
        if path.name not in keep:
            path.unlink(missing_ok=True)
    for path in folder.glob(".*.jsonl.gz.*"):
        path.unlink(missing_ok=True)  # of a writer that died; the one that lives holds the lease


def _packed(file: IO[bytes], rows: Iterable[Row]) -> int:
    count = 0
    with gzip.GzipFile("", "wb", QUICK, file, mtime=0) as packed:
        for batch in _batches(rows):
            count += len(batch)
            packed.write(b"".join(orjson.dumps(row) + b"\n" for row in batch))
    return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 200:  # noqa: PLR2004 - enough for zlib to work at once
            yield batch
            batch = []
    if batch:
        yield batch


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(2**20):
            digest.update(piece)
    return digest.hexdigest()


def _settle(folder: Path) -> None:
    """Have the folder itself on the disk, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _slug(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    if plain == name:
        return plain
    return f"{plain}-{sha256(name.encode()).hexdigest()[:6]}".strip("-")
