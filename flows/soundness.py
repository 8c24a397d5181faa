"""Are the data sound: fresh, balanced, and with every row and file accounted for?

Nothing is read, measured or sent here; what the store and the lake say is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.datanotes import notes_of, quarantine
from flows.freshness import stale
from flows.lakeside import files_now, source_names
from flows.workspace import Workspace
from tasks.facts.load import LakeFile
from tasks.model import Grain, Period
from tasks.store import totals

STALE, BOOKS, ROWS, FILES = "Stale", "Withheld", "Rows lost", "Lake damaged"
LOOKED_AT = (Grain.WEEK, Grain.MONTH)  # the newest complete period of each
TODO = {
    STALE: "See whether its export or its account still works; digests wait for it or say so.",
    BOOKS: "Correct the rows it names in their source; the next sync measures again.",
    ROWS: "This is a mistake of Keepwell, not of your data: report it with these numbers.",
    FILES: "Read the source again: keepwell backfill --read-again, or sync --source {source}.",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is wrong with the data; ``source`` is the one to read again, if any."""

    kind: str
    what: str
    source: str = ""

    @property
    def todo(self) -> str:
        """What to do about it."""
        return TODO[self.kind].format(source=self.source)

    def __str__(self) -> str:
        """Return it as one sentence."""
        return f"{self.what.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Soundness:
    """What is wrong, and what else there is to know, in sentences."""

    doubts: tuple[Doubt, ...]
    remarks: tuple[str, ...]

    def rows(self) -> list[dict[str, str]]:
        """Return a row for everything that was found, and what to do about it."""
        wrong = [
            {"what": one.kind, "found": str(one), "what to do": one.todo} for one in self.doubts
        ]
        return [*wrong, *({"what": "", "found": one, "what to do": ""} for one in self.remarks)]


def soundness(workspace: Workspace, now: datetime) -> Soundness:
    """Return what is wrong with the data at ``now``, the gravest first."""
    periods = tuple(
        workspace.settings.calendar.last_complete(grain, now) for grain in _grains(workspace)
    )
    damaged = tuple(_damaged(workspace))
    if damaged:  # nothing can be computed from such a lake
        return Soundness(damaged, tuple(_remarks(workspace)))
    doubts = (
        *_lost(workspace),
        *_withheld(workspace, periods),
        *(Doubt(STALE, str(one), one.source) for one in stale(workspace, periods[0], now)),
    )
    return Soundness(tuple(dict.fromkeys(doubts)), tuple(_remarks(workspace)))


def _grains(workspace: Workspace) -> tuple[Grain, ...]:
    """Return whose newest periods are looked at: of all digests, the finest first."""
    wanted = {one.digest for one in workspace.settings.audiences} or set(LOOKED_AT)
    return tuple(grain for grain in Grain if grain in wanted)


def _withheld(workspace: Workspace, periods: Sequence[Period]) -> Iterator[Doubt]:
    for period in periods:
        for note in notes_of(workspace, period):
            if note.kind == "withheld":
                yield Doubt(BOOKS, f"{period}: {note.text}")


def _lost(workspace: Workspace) -> Iterator[Doubt]:
    """Yield the tables whose rows are neither loaded nor refused, or are not in the lake."""
    names = source_names(workspace.settings)
    there: dict[tuple[str, str], int] = {}
    for file in files_now(workspace):
        there[file.source, file.table] = there.get((file.source, file.table), 0) + file.rows
    for one in totals(workspace.store):
        if one.source not in names:
            continue
        place = f"{one.source}: of {one.read:,} rows of {one.table}"
        if one.read != one.loaded + one.quarantined:
            told = f"{place}, {one.loaded:,} are loaded and {one.quarantined:,} in quarantine"
            yield Doubt(ROWS, told, one.source)
        elif there.get((one.source, one.table), 0) != one.loaded:
            found = there.get((one.source, one.table), 0)
            yield Doubt(ROWS, f"{place}, {one.loaded:,} were loaded and the lake names {found:,}")


def _damaged(workspace: Workspace) -> Iterator[Doubt]:
    """Yield the sources whose files in the lake are gone or cut."""
    lake = workspace.settings.lake_path
    broken = [one for one in files_now(workspace) if _size(lake / one.path) != one.bytes]
    for source in dict.fromkeys(one.source for one in broken):
        yield Doubt(FILES, _about(source, [one for one in broken if one.source == source]), source)


def _about(source: str, broken: Sequence[LakeFile]) -> str:
    count = len(broken)
    files = "1 file" if count == 1 else f"{count} files"
    return f"{source}: {files} of the lake gone or cut, such as {broken[0].path}"


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _remarks(workspace: Workspace) -> Iterator[str]:
    names = source_names(workspace.settings)
    yield from (note.text for note in quarantine(workspace, names))
    found = [one for one in totals(workspace.store) if one.source in names]
    read, loaded = sum(one.read for one in found), sum(one.loaded for one in found)
    yield f"{read:,} rows read, {loaded:,} loaded, {read - loaded:,} in quarantine."
