"""A folder of exports, written for one test and taken in the way a source is."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from tasks.calendar import Calendar
from tasks.connectors.base import Surroundings
from tasks.connectors.files import FilesSettings, extract
from tasks.facts.folding import fold
from tasks.facts.settling import settle
from tests.facts.drawn import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.facts.folding import Folded

Files = dict[str, str | bytes]
CUSTOMERS = (
    "customer_id,name,segment,industry,country,acquired_via,referrer_id,is_test,merged_into\n"
)
USAGE = "event_id,customer_id,user_id,event_at,feature\n"


def write(folder: Path, files: Files) -> None:
    """Write files by name; text as UTF-8, packed where the name ends in .gz."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


def taken_in(root: Path, files: Files, **settings: Any) -> Folded:
    """Return the one load of a ``files`` source over ``files`` in ``root/exports``."""
    write(root / "exports", files)
    (load,) = all_taken_in(root, {"name": "exports", "path": "exports", **settings})
    return load


def all_taken_in(root: Path, *sources: dict[str, Any]) -> tuple[Folded, ...]:
    """Return the loads of several ``files`` sources, settled together."""
    calendar = Calendar("America/New_York")
    loads = [
        fold(
            extract(
                FilesSettings.model_validate({"kind": "files", **source}),
                Surroundings(root, calendar.timezone),
            ),
            calendar=calendar,
            now=NOW,
        )
        for source in sources
    ]
    return settle(loads, currency="USD", elsewhere={})


def loaded(load: Folded, table: str, *names: str) -> list[tuple[Any, ...]]:
    """Return the loaded rows of a table as tuples of the named columns."""
    rows = load.tables[table].rows.to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


def told(load: Folded, kind: str) -> list[str]:
    """Return the texts of the notes of one kind."""
    return [note.text for note in load.notes if note.kind == kind]


def refused(load: Folded) -> list[tuple[str, int | None, str]]:
    """Return file, line and reason of what is in quarantine."""
    return [(row.file, row.line, row.reason) for row in load.quarantined]
