"""Restore: a backup becomes the store and the lake again, and nothing that was sent is sent again.

What stands there is never overwritten: with ``replace`` it is set aside, and told where. A store
that was put back is older than the world, so what fell due since is marked (tasks/store/lost.py).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import make_url

from flows.backup import CONTENTS, LAKE, STORE, Backup, store_kind
from flows.workspace import backups_of
from tasks.config import Settings
from tasks.errors import StoreUnusable, WrongUse
from tasks.model import Grain
from tasks.store import open_store
from tasks.store.audit import RESTORED, doer, note_deed
from tasks.store.copying import tables_of_the_store
from tasks.store.database import looked_at
from tasks.store.lost import Lost, note_loss
from tasks.store.safekeeping import copied, put_back
from tasks.store.upgrade import shipped_versions

REPLACE = "Stop the worker, then say --replace: what is there is set aside, not deleted."
ANOTHER = "Take another backup: `keepwell backup --list`."


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, where that which stood there is now, and how many messages are unsure."""

    backup: Backup
    set_aside: tuple[Path, ...]
    unsure: int


def restore(settings: Settings, backup: Backup, *, now: datetime, replace: bool) -> Restored:
    """Put ``backup`` back in the places that ``settings`` names.

    Nothing is touched before every byte of the backup was checked. Raises StoreUnusable where it is
    damaged, incomplete, of a newer Keepwell or of another database; WrongUse where something is
    there already and is not to be replaced.
    """
    _must_be_whole(backup)
    _must_fit(settings, backup)
    there = _what_is_there(settings)
    if there and not replace:
        what = f"There is something already: {' and '.join(there)}."
        raise WrongUse(what, todo=REPLACE)
    mark = f"replaced-{now:%Y%m%dT%H%M%S}Z"
    aside = _set_aside(settings, there, mark)
    _put_lake(settings, backup, mark)
    put_back(make_url(settings.store_url), backup.folder / STORE, tables_of_the_store())
    with open_store(settings.store_url, backups=backups_of(settings)) as store:
        unsure = note_loss(store, _lost(settings, backup, now))
        note_deed(store, doer(), RESTORED, str(backup.folder), now)
    return Restored(backup, aside, unsure)


def _must_be_whole(backup: Backup) -> None:
    if backup.missing:
        what = f"This backup is not whole: {len(backup.missing)} files were missing, such as "
        raise StoreUnusable(what + backup.missing[0], where=f"({backup.folder})", todo=ANOTHER)
    for one in backup.files:
        path = backup.folder / one.path
        if not _is_the_same(path, one.bytes, one.sha256):
            what = f"This backup is damaged: {one.path} is not what it was."
            raise StoreUnusable(what, where=f"({backup.folder / CONTENTS})", todo=ANOTHER)


def _is_the_same(path: Path, length: int, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            is_long = path.stat().st_size == length
            return is_long and file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _must_fit(settings: Settings, backup: Backup) -> None:
    if backup.version not in shipped_versions():
        what = f"This backup is of a newer Keepwell (its version is {backup.version})."
        raise StoreUnusable(what, where=f"({backup.folder})", todo="Upgrade this Keepwell.")
    kind = store_kind(settings.store_url)
    if kind != backup.kind:
        what = f"This backup is of a store on {backup.kind}, and `store` names one on {kind}."
        raise StoreUnusable(what, todo=f"Name a store on {backup.kind} in keepwell.yaml.")


def _what_is_there(settings: Settings) -> dict[str, Path | None]:
    """Return what a restore would lie upon, as words, with its folder or file."""
    found: dict[str, Path | None] = {}
    if looked_at(settings.store_url) is not None:
        url = make_url(settings.store_url)
        is_file = url.get_backend_name() == "sqlite"
        found["a store"] = Path(str(url.database)) if is_file else None
    if settings.lake_path.is_dir() and any(settings.lake_path.iterdir()):
        found["a lake"] = settings.lake_path
    return found


def _set_aside(settings: Settings, there: dict[str, Path | None], mark: str) -> tuple[Path, ...]:
    """Keep what is there under another name, the store as a copy; return the places."""
    aside = []
    if "a store" in there:
        file = there["a store"]
        place = file.with_name(f"{file.name}.{mark}") if file else backups_of(settings) / mark
        url = make_url(settings.store_url)
        aside.append(copied(url, place, tables_of_the_store()))
    if lake := there.get("a lake"):
        aside.append(lake.rename(lake.with_name(f"{lake.name}.{mark}")))
    return tuple(aside)


def _put_lake(settings: Settings, backup: Backup, mark: str) -> None:
    unfinished = settings.lake_path.with_name(f"{settings.lake_path.name}.{mark}.unfinished")
    try:
        unfinished.mkdir(parents=True)
        for one in backup.files:
            if one.path.startswith(f"{LAKE}/"):
                target = unfinished / one.path.removeprefix(f"{LAKE}/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(backup.folder / one.path, target)
        if settings.lake_path.is_dir():
            settings.lake_path.rmdir()  # it is empty
        unfinished.rename(settings.lake_path)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        what = f"The lake cannot be put back: {error.strerror or error}."
        raise StoreUnusable(what, where=f"({settings.lake_path})", todo="Make room.") from error


def _lost(settings: Settings, backup: Backup, now: datetime) -> Lost:
    calendar = settings.calendar
    over = {str(grain): calendar.last_complete(grain, now) for grain in Grain}
    return Lost(
        since=backup.made_at,
        over={grain: period.key for grain, period in over.items()},
        begun={grain: calendar.following(period).key for grain, period in over.items()},
    )
