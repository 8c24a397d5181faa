"""What does a load make of the facts, once it takes the place of what its source had?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.facts.difference import differences, everything
from tasks.facts.lake import staying
from tasks.facts.stretches import Stretch
from tasks.store.changes import Change, state_of
from tasks.store.loaded import current_loads
from tasks.store.manifest import current_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.config import Settings
    from tasks.facts.folding import Folded
    from tasks.facts.load import LakeFile
    from tasks.store.database import Store

ANY = ""  # the table of a stretch that is about no table in particular
HELP_WINDOW_HOURS = 24


def change_of(
    store: Store, settings: Settings, folded: Folded, written: Sequence[LakeFile]
) -> Change:
    """Return which days are others once the files ``written`` stand for what ``folded`` brings.

    The first load of a source, and files that can't be compared, make everything another.
    """
    sources = tuple(source.name for source in settings.sources)
    before = current_files(store, sources=sources)
    kept = staying(before, (folded,))
    state = state_of(file.path for file in before)
    if all(file.source != folded.source for file in before):
        return Change(sources, state, everything(ANY))
    ended = _silent_sooner(store, settings, folded)
    return Change(sources, state, (*ended, *_differing(settings, before, (*kept, *written))))


def _differing(
    settings: Settings, before: Sequence[LakeFile], after: Sequence[LakeFile]
) -> tuple[Stretch, ...]:
    import duckdb  # noqa: PLC0415 - heavy

    chosen = settings.kpis.settings.get("self_service_rate", {})
    hours = int(chosen.get("window_hours", HELP_WINDOW_HOURS))
    zone = settings.company.timezone
    try:
        return differences(settings.lake_path, before, after, timezone=zone, window_hours=hours)
    except duckdb.Error:  # a file that is gone, or of an older Keepwell with other columns
        return everything(ANY)


def _silent_sooner(store: Store, settings: Settings, folded: Folded) -> tuple[Stretch, ...]:
    """Return the days of which the source no longer speaks, where it spoke of more before."""
    told = {load.source: load.speaks_until for load in current_loads(store)}.get(folded.source)
    if told is None or (folded.speaks_until is not None and folded.speaks_until >= told):
        return ()
    if folded.speaks_until is None:
        return everything(ANY)
    return (Stretch(ANY, settings.calendar.local_day(folded.speaks_until)),)
