"""Has anything in a folder of exports changed? Looked at from outside: names, sizes and times."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from tasks.connectors.tabular.reading import data_files
from tasks.errors import SourceRejected

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.connectors.base import Surroundings
    from tasks.connectors.files import FilesSettings


def fingerprint(settings: FilesSettings, surroundings: Surroundings) -> str | None:
    """Return what changes when a file, a SELECT or the settings do; None without a folder."""
    try:
        seen = sorted({*_exports(settings, surroundings), *_statements(settings, surroundings)})
    except SourceRejected:
        return None
    facts = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in seen]
    said = settings.model_dump_json(exclude={"max_age"})  # which changes nothing of what is there
    return sha256(f"{said} {facts}".encode()).hexdigest()


def _exports(settings: FilesSettings, surroundings: Surroundings) -> Iterator[Path]:
    folder = surroundings.root / settings.path
    yield from data_files(folder)
    for table in settings.tables.values():
        for pattern in table.files:
            yield from (path for path in folder.glob(pattern) if path.is_file())


def _statements(settings: FilesSettings, surroundings: Surroundings) -> Iterator[Path]:
    """Yield the files that statements stand in; one that is missing is told by the extraction."""
    written = [table.sql for table in settings.tables.values()]
    for sql in (*written, *(check.sql for check in settings.checks)):
        if sql and sql.strip().lower().endswith(".sql"):
            path = surroundings.root / sql.strip()
            if path.is_file():
                yield path
