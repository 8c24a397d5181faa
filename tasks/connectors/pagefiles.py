"""How does a page lie on the disk? As the vendor sent it, packed, written whole or not at all.

``...-1f2e3d4c.tickets.json.gz`` is the body of one answer, byte by byte; its name says under which
key the rows stand. ``....jsonl.gz`` has one row a line, where no single answer is the page: its
rows were put together from several (HubSpot's records with their history and ties, Zendesk's
metric sets beside the tickets), fields were left out, only some of the rows were worth keeping,
or many pages became one.
"""

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
from typing import IO, TYPE_CHECKING, Any

import orjson

from tasks.connectors.streams import Body, Page, Row
from tasks.errors import SourceRejected
from tasks.facts.room import written_to

if TYPE_CHECKING:
    from tasks.store import StreamState

ONE_ANSWER = ".json"
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


def page_name(state: StreamState, page: Page) -> str:
    """Return the name of a page: who reads it again after a crash writes over the same file."""
    digest = sha256((page.cursor_in or "").encode()).hexdigest()[:8]
    kind = ".jsonl" if page.body is None else f".{page.body.key}{ONE_ANSWER}"
    return f"{state.generation:03d}-{state.version:08d}-{digest}{kind}.gz"


def write_page(path: Path, rows: Iterable[Row], body: Body | None = None) -> Written:
    """Write rows so that they are there, whole, even if the power fails the next moment.

    ``body`` is the answer that holds them, where there is a single one: it is written instead.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with written_to(path, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            count = _packed(file, rows) if body is None else _body(file, rows, body)
            file.flush()
            os.fsync(file.fileno())
        digest = _digest(unfinished)
        unfinished.replace(path)
    _settle(path.parent)
    return Written(count, path.stat().st_size, digest)


def read_page(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each line and its row; raise SourceRejected for a damaged file."""
    try:
        with gzip.open(path, "rb") as file:
            if path.name.endswith(f"{ONE_ANSWER}.gz"):
                yield from enumerate(_rows_of(path, file.read()))
                return
            for line, text in enumerate(file):
                yield line, orjson.loads(text)
    except (OSError, EOFError, zlib.error, LookupError, orjson.JSONDecodeError) as error:
        raise SourceRejected(
            "A page that was landed cannot be read any more.",
            where=f"({path})",
            todo="Delete the file: the next sync reads its stream anew.",
        ) from error


def sweep(folder: Path, named: Iterable[str]) -> None:
    """Delete the pages in ``folder`` that are not ``named``: nothing knows of them any more."""
    keep = set(named)
    for path in folder.glob("[!.]*.gz"):
        if path.name not in keep:
            path.unlink(missing_ok=True)
    for path in folder.glob(".*.gz.*"):
        path.unlink(missing_ok=True)  # of a writer that died; the one that lives holds the lease


def _rows_of(path: Path, content: bytes) -> list[dict[str, Any]]:
    """Return the rows of an answer; the name of its file says where in it they stand."""
    key = path.name.removesuffix(f"{ONE_ANSWER}.gz").partition(".")[2]
    data = orjson.loads(content)
    rows: list[dict[str, Any]] = data[key] if key else [data]
    return rows


def _body(file: IO[bytes], rows: Iterable[Row], body: Body) -> int:
    with gzip.GzipFile("", "wb", QUICK, file, mtime=0) as packed:
        packed.write(body.content)
    return sum(1 for _ in rows)


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
