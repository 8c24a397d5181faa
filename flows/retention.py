"""What has been kept for long enough? It is let go of, a little at a time; figures stay.

Every step does its own part and can be killed: the next day's does what is left. For how long
each thing is kept stands under `privacy.keep`; raw pages are compacted by the sync that reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import partial

from flows.forget import go_on_forgetting
from flows.workspace import Workspace
from tasks.config.privacy import MESSAGES, QUARANTINE, REPLACED
from tasks.facts import FACTS
from tasks.facts.private import Discretion, nobody
from tasks.facts.rewriting import leftovers, parts_of, rewrite
from tasks.store import current_files, forget_files, note_deed, superseded, tombstones
from tasks.store.audit import FREED, doer
from tasks.store.clearing import clear_messages, clear_quarantine

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Freed:
    """How much was let go of."""

    messages: int = 0
    refused_rows: int = 0
    files_with_texts: int = 0
    replaced_files: int = 0
    bytes: int = 0

    def __bool__(self) -> bool:
        """Return whether it was anything."""
        return any(getattr(self, each.name) for each in fields(self))

    def __str__(self) -> str:
        """Return ``12 messages cleared, 4 replaced files deleted (1.2 MB)``."""
        return ", ".join(self._said()) or "nothing was old enough to be cleared"

    def _said(self) -> Iterator[str]:
        if self.messages:
            yield f"{self.messages:,} messages cleared"
        if self.refused_rows:
            yield f"{self.refused_rows:,} rows in quarantine cleared"
        if self.files_with_texts:
            yield f"old or dropped texts cleared in {self.files_with_texts:,} files"
        if self.replaced_files:
            size = self.bytes / 1_000_000
            yield f"{self.replaced_files:,} replaced files deleted ({size:,.1f} MB)"


def retain(workspace: Workspace, now: datetime) -> Freed:
    """Let go of what was kept for long enough at ``now`` (aware UTC); return what that was.

    A second call does nothing; one that is killed leaves the rest to the next.
    """
    store, keep = workspace.store, workspace.settings.privacy.keep
    go_on_forgetting(workspace, now=now)
    files, size = _replaced(workspace, now, now - keep[REPLACED])
    freed = Freed(
        messages=clear_messages(store, now - keep[MESSAGES]),
        refused_rows=clear_quarantine(store, now - keep[QUARANTINE]),
        files_with_texts=_texts(workspace, now),
        replaced_files=files,
        bytes=size,
    )
    if freed:
        note_deed(store, doer(), FREED, "retention", now, str(freed))
    return freed


def _texts(workspace: Workspace, now: datetime) -> int:
    """Clear in the lake what is dropped by now, or too old; return in how many files."""
    privacy, stones = workspace.settings.privacy, tombstones(workspace.store)
    discretion = Discretion(privacy, now, stones.stands_for if stones else nobody)
    aging = {name.partition(".")[0] for name in privacy.keep if "." in name}
    # of the forgotten nothing is left; but a load that went on meanwhile may have brought it back
    touched = FACTS.keys() if stones else aging | privacy.drop.keys()
    return sum(
        rewrite(path, partial(discretion.rows, table))
        for table, path in parts_of(workspace.settings.lake_path)
        if table in touched
    )


def _replaced(workspace: Workspace, now: datetime, before: datetime) -> tuple[int, int]:
    """Delete the files of loads that others have replaced, and what killed loads have left."""
    store, lake = workspace.store, workspace.settings.lake_path
    gone = superseded(store, before=before)
    named = {file.path for file in (*current_files(store), *superseded(store))}
    stray = list(leftovers(lake, named, (now - DAY).timestamp()))
    paths = [*(lake / file.path for file in gone), *stray]
    size = sum(path.stat().st_size for path in paths if path.exists())
    for path in paths:
        path.unlink(missing_ok=True)
    forget_files(store, [file.path for file in gone])
    return len(paths), size
