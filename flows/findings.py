"""What can be computed with a configuration, and what stands in the way?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.beyond import beyond_its_sources
from flows.datanotes import quarantine
from flows.lacking import steps, told
from flows.lakeside import facts_of, source_names
from flows.notyet import not_used_yet
from flows.reliable import Since, lines, records, reliable
from flows.steps import Steps
from flows.untouched import View, facts_as_they_would_be
from tasks.calendar import Calendar
from tasks.config import scorecard
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.kpis.base import SECTIONS, catalogue
from tasks.store import notes, totals, watermarks


@dataclass(frozen=True, slots=True)
class Source:
    """What one source gave: tables, rows, refused rows, and until when its data speak."""

    name: str
    tables: tuple[str, ...]
    rows: int
    refused: int
    watermark: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `keepwell check` has to say about a configuration without mistakes."""

    config: Path
    calendar: Calendar
    sources: tuple[Source, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    ready: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]
    scorecard: tuple[str, ...] = ()
    reliable: tuple[Since, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """The report for JSON."""
        return {
            "config": str(self.config),
            "sources": [
                {
                    "name": one.name,
                    "tables": list(one.tables),
                    "rows": one.rows,
                    "quarantined": one.refused,
                    "watermark": one.watermark.isoformat() if one.watermark else None,
                }
                for one in self.sources
            ],
            "problems": list(self.problems),
            "notes": list(self.notes),
            "ready": list(self.ready),
            "reliable_since": records(self.reliable),
            "lacking": {kpi: list(lacks) for kpi, lacks in self.lacking.items()},
            "with_more_data": [
                {"needs": list(step.needs), "adds": list(step.adds)}
                for step in steps(self.lacking, self.scorecard)
            ],
        }

    @property
    def text(self) -> str:
        """The report for a screen."""
        said = [f"{self.config}: no mistakes in it.", "", "SOURCES"]
        said += [f"  {self._told(one)}" for one in self.sources]
        said += _part("PROBLEMS", self.problems)
        said += _part("ABOUT THE DATA", self.notes)
        said += ["", "RELIABLE SINCE", *lines(self.reliable)] if self.reliable else []
        together = len(self.ready) + len(self.lacking)
        said += ["", f"CAN BE COMPUTED NOW: {len(self.ready)} of {together} KPIs"]
        wanted = steps(self.lacking, self.scorecard)
        return "\n".join([*said, *told(_by_section(self.ready), wanted, self.scorecard)])

    def _told(self, one: Source) -> str:
        if not one.tables:
            return f"{one.name}: nothing could be loaded"
        day = f", up to {self.calendar.local_day(one.watermark)}" if one.watermark else ""
        refused = f", {one.refused:,} in quarantine" if one.refused else ""
        return f"{one.name}: {one.rows:,} rows of {', '.join(one.tables)}{day}{refused}"


def _part(title: str, lines: Any) -> list[str]:  # noqa: ANN401 - any sequence of sentences
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _by_section(ready: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    there = frozenset(ready)
    found = {
        section: tuple(
            kpi.key for kpi in catalogue() if kpi.section == section and kpi.key in there
        )
        for section in SECTIONS
    }
    return {section: kpis for section, kpis in found.items() if kpis}


def checked(steps: Steps, config: Path, environ: Mapping[str, str], *, now: datetime) -> Report:
    """Load everything on trial and return what can be computed from it.

    Raises ``ConfigurationInvalid`` with every mistake at once.
    """
    with facts_as_they_would_be(steps, config, environ, now) as view:
        workspace = view.workspace
        names = source_names(workspace.settings)
        facts, basis = facts_of(workspace), basis_of(workspace.settings)
        measured = steps.compute(facts, basis, Request((), now))
        lacking = measured.lacking
        about = [note.text for note in quarantine(workspace, names)]
        about += [note.text for note in notes(workspace.store) if note.source in names]
        about += [f"segments: no customer has a {name}." for name in measured.absent]
        needs = {need for needs in lacking.values() for need in needs}
        about += beyond_its_sources(workspace.settings, needs)
        about += not_used_yet(workspace.settings)
        return Report(
            config,
            workspace.settings.calendar,
            _sources(view, names),
            tuple(map(str, view.problems)),
            tuple(about),
            tuple(kpi.key for kpi in catalogue() if kpi.key not in lacking),
            lacking,
            tuple(scorecard(workspace.settings)),
            reliable(workspace),
        )


def _sources(view: View, names: tuple[str, ...]) -> tuple[Source, ...]:
    store = view.workspace.store
    reached, found = watermarks(store), totals(store)
    return tuple(
        Source(
            name,
            tuple(one.table for one in found if one.source == name and one.loaded),
            sum(one.loaded for one in found if one.source == name),
            sum(one.quarantined for one in found if one.source == name),
            reached.get(name),
        )
        for name in names
    )
