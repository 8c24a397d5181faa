"""Sync: bring what is new in the sources into the lake.

Every source is loaded or says why it could not be; one that fails keeps what the lake has of it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.artifacts import table
from flows.configured import note_configuration
from flows.howfar import Counted, howfar
from flows.lakecheck import tell
from flows.lakeside import damaged
from flows.ledger import SYNC, changed_sources, look_of, note
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.reading import is_api, read_all
from flows.reporting import leave_report, tell_stale
from flows.showing import MAY_RECOVER, Run, shown
from flows.steps import Steps, on_prefect
from flows.unchanged import goes_on, until_now
from flows.workspace import Workspace, opened
from tasks.config import SourceSettings
from tasks.errors import KeepwellError, Retry, UnknownName
from tasks.facts.folding import EMPTY, Folded
from tasks.facts.lake import known, staying
from tasks.facts.sameness import print_of
from tasks.facts.settling import settle
from tasks.model import DataNote
from tasks.store import Outcome, current_files, totals
from tasks.store.looks import SYNCS, look


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync brought, source by source, and what it could not bring."""

    loads: tuple[Folded, ...] = ()

    @property
    def problems(self) -> tuple[KeepwellError, ...]:
        """What kept tables out, in the order of the sources."""
        return tuple(problem for load in self.loads for problem in load.problems)

    @property
    def exit_code(self) -> int:
        """0, or the gravest code of the problems."""
        return max((problem.exit_code for problem in self.problems), default=0)

    @property
    def notes(self) -> list[str]:
        """What the sources had to say about their data."""
        return [note.text for load in self.loads for note in load.notes]

    def rows(self) -> list[dict[str, str | int]]:
        """Return one row per source and table: read, loaded, in quarantine."""
        return [
            {
                "source": total.source,
                "table": total.table,
                "read": total.read,
                "loaded": total.loaded,
                "quarantined": total.quarantined,
            }
            for load in self.loads
            for total in load.totals
        ]


def bring_in(
    steps: Steps, workspace: Workspace, *, now: datetime, only: Sequence[str] | None = None
) -> Synced:
    """Extract the sources named in ``only`` (default: all), fold them and swap them in.

    Raises ``UnknownName`` for a source that the configuration does not have.
    """
    settings, store = workspace.settings, workspace.store
    chosen = sources_named(settings.sources, only)
    note_configuration(workspace, now)
    looks = {source.name: look_of(settings, source) for source in chosen}
    extracted = read_all(steps, workspace, chosen, now)
    hurt = damaged(workspace)
    gone = {path for paths in hurt.values() for path in paths}
    whole = [file for file in current_files(store) if file.path not in gone]
    there = staying(whole, extracted)
    settled = settle(
        extracted,
        currency=settings.company.currency,
        elsewhere=known(settings.lake_path, there),
    )
    before = {(one.source, one.table): one.loaded for one in totals(store)}
    settled = tuple(_with_losses(load, before) for load in settled)
    settled = tuple(
        _without_idle(source, load, _who_has_rows(settled, before))
        for source, load in zip(chosen, settled, strict=True)
    )
    load_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    settled = tuple(
        until_now(source, load, now) for source, load in zip(chosen, settled, strict=True)
    )
    for source, load in zip(chosen, settled, strict=True):
        print_ = print_of(load)
        counts = None if source.name in hurt else goes_on(workspace, source, load, print_, now)
        if counts is None:
            steps.record_load(store, settings, load, load_id, now)
        entry = {"look": looks[load.source], "load": counts or load_id, "print": print_}
        _enter(workspace, load, entry, now)
    return Synced(settled)


def _with_losses(load: Folded, before: Mapping[tuple[str, str], int]) -> Folded:
    """Return the load with a note for each table that had rows the last time and has none now."""
    now = {total.table: total.loaded for total in load.totals}
    lost = [
        DataNote(
            "gone",
            load.source,
            f"{load.source}: {table} had {rows:,} rows the last time and has none now; "
            "see whether the export still runs.",
            rows,
            table,
        )
        for (source, table), rows in before.items()
        if source == load.source and rows and not now.get(table) and table not in load.failed
    ]
    return replace(load, notes=(*load.notes, *lost)) if lost else load


def _who_has_rows(
    loads: Iterable[Folded], before: Mapping[tuple[str, str], int]
) -> set[tuple[str, str]]:
    """Return each source and table with rows: as loaded now, else the last time."""
    now = {(load.source, total.table): total.loaded for load in loads for total in load.totals}
    return {place for place, rows in {**before, **now}.items() if rows}


def _without_idle(
    source: SourceSettings, load: Folded, having: Iterable[tuple[str, str]]
) -> Folded:
    """Return the load without notes of empty tables that an API merely could have had.

    Nor is a file without rows worth a word where another source has rows of its table.
    """
    elsewhere = {table for name, table in having if name != load.source}
    told = [
        note
        for note in load.notes
        if note.kind != EMPTY or not (is_api(source) or note.table in elsewhere)
    ]
    return replace(load, notes=tuple(told))


def bring_in_news(steps: Steps, workspace: Workspace, *, now: datetime) -> Synced:
    """Bring in the sources that may have something new, and no others."""
    hurt = damaged(workspace)
    tell(steps, workspace, hurt)
    changed = changed_sources(workspace, hurt)
    return bring_in(steps, workspace, now=now, only=changed) if changed else Synced()


def _enter(
    workspace: Workspace, load: Folded, entry: Mapping[str, str | None], now: datetime
) -> None:
    summary = {**entry, "problems": [str(problem) for problem in load.problems]}
    outcome = Outcome.FAILED if load.problems else Outcome.DONE
    note(workspace, SYNC, load.source, now, summary, outcome)


def sources_named(
    sources: Iterable[SourceSettings], only: Sequence[str] | None
) -> tuple[SourceSettings, ...]:
    """Return the sources with these names, all of them for None."""
    by_name = {source.name: source for source in sources}
    for name in only or ():
        if name not in by_name:
            raise UnknownName("source", name, by_name)
    return tuple(by_name.values() if only is None else (by_name[name] for name in only))


@flow(name="sync", flow_run_name="sync")
def sync(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Bring what is new in the sources into the lake.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    return shown("sync", lambda run: _sync(run, Path(config), now or datetime.now(UTC)))


def _sync(run: Run, config: Path, now: datetime) -> State[object]:
    with opened(config, os.environ) as workspace:
        changed = changed_sources(workspace)
        run.named(name_of(changed))
        with howfar("sync", "Sources read") as tell:
            count = Counted(tell, len(changed), "read ")
            steps = on_prefect(began=count.began, took=run.timing(count.took))
            synced = bring_in(steps, workspace, now=now, only=changed) if changed else Synced()
        look(workspace.store, SYNCS, now)
        state = verdict(synced, tell_stale(workspace, now))
        if synced.problems and all(isinstance(one, Retry) for one in synced.problems):
            run.tagged(MAY_RECOVER)
        links = {"what was loaded": table("loaded", synced.rows(), "Rows by source and table")}
        leave_report(run, workspace, name_of(changed), synced.loads, state, links)
    return state


def name_of(sources: Sequence[str]) -> str:
    """Return ``sync, 3 sources``: what a run is called."""
    count = len(sources)
    news = f"{count} {'source' if count == 1 else 'sources'}"
    return f"sync, {news if count else 'nothing new'}"


def verdict(synced: Synced, late: Sequence[str] = ()) -> State[object]:
    """Return how the run ended: everything loaded; else it is red, whatever could be loaded."""
    count = len(synced.loads)
    news = f"{count} {'source' if count == 1 else 'sources'} had news."
    if not synced.problems:
        return Completed(message=" ".join([news, *late]))
    told = " ".join(map(str, synced.problems))
    if not any(load.tables for load in synced.loads):
        return Failed(message=told)
    return Failed(name="PartlyLoaded", message=f"{news} {told}")
