"""Backup: the store and the files it names, of one moment, in a folder that can be put back whole.

A backup is a folder: ``backup.json`` says what belongs to it, ``store`` is the copy of the store,
``lake/`` holds the facts that count and the raw pages. Files that were in the backup before are
not stored twice: both backups name the same bytes on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import make_url

from flows.workspace import Workspace, backups_of
from tasks.errors import StoreUnusable, WrongUse
from tasks.store.audit import BACKED_UP, doer, note_deed
from tasks.store.copying import copy_of

KEPT = 7
CONTENTS, STORE, LAKE = "backup.json", "store", "lake"
UNFINISHED = ".unfinished-"
ROOM = "Make room, or name another folder with --to."


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup: where it lies below it, how long it is, and its fingerprint."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: when it was made, of which version and kind of store, and what belongs to it.

    ``missing`` are files that the store named and that were not there.
    """

    folder: Path
    made_at: datetime
    version: str
    kind: str
    files: tuple[Kept, ...]
    missing: tuple[str, ...] = ()

    @property
    def bytes(self) -> int:
        """How large all its files are together."""
        return sum(one.bytes for one in self.files)

    @property
    def exit_code(self) -> int:
        """0, or 3 where files were missing."""
        return 3 if self.missing else 0


def backup(
    workspace: Workspace, *, now: datetime, to: Path | None = None, keep: int = KEPT
) -> Backup:
    """Make a backup in the folder ``to`` (default: ``backups`` beside the lake) and return it.

    Only the newest ``keep`` are kept there, and of the incomplete only what is newer. Raises
    StoreUnusable where the store cannot be copied or the disk is full; then nothing has changed.
    """
    if keep < 1:
        raise WrongUse(f"{keep} backups cannot be kept.", todo="Keep at least 1.")
    place = to or backups_of(workspace.settings)
    folder = place / f"{now:%Y%m%dT%H%M%S}Z"
    unfinished = place / f"{UNFINISHED}{folder.name}.{os.getpid()}"
    try:
        made = _made(workspace, unfinished, _newest(place), now)
        unfinished.rename(folder)
    except OSError as error:
        what = f"The backup could not be made: {error.strerror or error}."
        raise StoreUnusable(what, where=f"({place})", todo=ROOM) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _forget(place, keep)
    note_deed(workspace.store, doer(), BACKED_UP, str(folder), now)
    return Backup(folder, now, made.version, made.kind, made.files, made.missing)


def _made(workspace: Workspace, folder: Path, before: Backup | None, now: datetime) -> Backup:
    folder.mkdir(parents=True)
    copy = copy_of(workspace.store, folder / STORE)
    files = [_kept(folder / STORE, STORE)]
    known = {one.path: one for one in before.files} if before else {}
    missing = []
    for path in copy.paths:
        place = f"{LAKE}/{path}"
        old = known.get(place)
        same = before.folder / place if before and old else None
        if not _taken(workspace.settings.lake_path / path, folder / place, same):
            missing.append(path)
        else:
            files.append(old if old and same else _kept(folder / place, place))
    made = Backup(folder, now, copy.version, copy.kind, tuple(files), tuple(missing))
    _write(made)
    return made


def _taken(source: Path, target: Path, same: Path | None) -> bool:
    """Put a file into the backup; where an earlier one has it, as another name for its bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        length = source.stat().st_size
        if same and same.exists() and same.stat().st_size == length:
            with suppress(OSError):  # another disk: then it is copied
                target.hardlink_to(same)
                return True
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return False
    return True


def _kept(file: Path, path: str) -> Kept:
    with file.open("rb") as content:
        return Kept(path, file.stat().st_size, file_digest(content, "sha256").hexdigest())


def _write(made: Backup) -> None:
    known = {**asdict(made), "made_at": made.made_at.isoformat()}
    del known["folder"]
    path = made.folder / CONTENTS
    with path.open("w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read_backup(folder: Path) -> Backup:
    """Return what the backup in ``folder`` says of itself; WrongUse where it is none."""
    try:
        known = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        return _backup(folder, known)
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"{folder} is no backup of Keepwell."
        todo = "Name a folder that `keepwell backup` has made; `keepwell backup --list` lists them."
        raise WrongUse(what, todo=todo) from error


def _backup(folder: Path, known: Mapping[str, object]) -> Backup:
    files, missing = known["files"], known["missing"]
    if not isinstance(files, list) or not isinstance(missing, list):
        raise TypeError("a list of files was expected")
    return Backup(
        folder,
        datetime.fromisoformat(str(known["made_at"])),
        str(known["version"]),
        str(known["kind"]),
        tuple(Kept(**one) for one in files),
        tuple(missing),
    )


def backups(place: Path) -> tuple[Backup, ...]:
    """Return the backups in a folder, newest first; what is none is passed over."""
    found = []
    for folder in sorted(place.glob("*Z"), reverse=True):
        with suppress(WrongUse):
            found.append(read_backup(folder))
    return tuple(found)


def _newest(place: Path) -> Backup | None:
    return next(iter(backups(place)), None)


def _forget(place: Path, keep: int) -> None:
    """Remove all but the newest ``keep`` whole backups, and what is older than those."""
    there = backups(place)
    whole = [one for one in there if not one.missing][:keep]
    if len(whole) < keep:
        return
    for old in _older(there, whole[-1].made_at):
        shutil.rmtree(old.folder, ignore_errors=True)
    for left in place.glob(f"{UNFINISHED}*"):  # of a backup that was killed
        shutil.rmtree(left, ignore_errors=True)


def _older(there: Iterable[Backup], than: datetime) -> list[Backup]:
    return [one for one in there if one.made_at < than]


def store_kind(url: str) -> str:
    """Return ``sqlite`` or ``postgresql``: a copy of one cannot be put back as the other."""
    return make_url(url).get_backend_name()
