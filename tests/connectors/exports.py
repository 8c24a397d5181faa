"""A folder of exports, written for one test and taken in the way a source is."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from tasks.calendar import Calendar
from tasks.connectors.files import FilesSettings
from tasks.connectors.intake import fold_sources
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
    given = {"name": "exports", "kind": "files", "path": "exports", **settings}
    (load,) = fold_sources(
        [FilesSettings.model_validate(given)],
        root=root,
        calendar=Calendar("America/New_York"),
        currency="USD",
        now=NOW,
        lake=root / "lake",
    )
    return load


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
