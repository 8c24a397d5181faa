"""What should a reader know about the data: how fresh, how complete, what was refused and why?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flows.lakeside import source_names
from flows.ledger import MEASURE, REMEMBERED, SYNC, last_done
from flows.plan import TOLD
from flows.workspace import Workspace
from tasks.engine.coverage import LATE_AFTER
from tasks.facts.load import Quarantined
from tasks.messages.inputs import Freshness
from tasks.model import ALL, DataNote, Period
from tasks.store import Outcome, notes, quarantined, runs, totals, watermarks

MOST_REASONS = 3
HOUR = timedelta(hours=1)


def freshness(workspace: Workspace, period: Period) -> tuple[Freshness, ...]:
    """Return how far each source reaches, seen from the close of ``period``.

    A source whose rows bear no dates is never late; one that was never loaded always is.
    """
    reached = watermarks(workspace.store)
    return tuple(_reach(name, reached, period) for name in source_names(workspace.settings))


def _reach(name: str, reached: Mapping[str, Any], period: Period) -> Freshness:
    watermark = reached.get(name)
    if watermark is None:
        return Freshness(name, None, Decimal(0), is_late=name not in reached)
    short = max(period.end_at - watermark, timedelta(0))
    hours = round(Decimal(short / HOUR))
    return Freshness(name, watermark, Decimal(hours), is_late=short > LATE_AFTER)


def notes_of(workspace: Workspace, period: Period) -> tuple[DataNote, ...]:
    """Return what is withheld, what could not be loaded, what was refused, and the totals."""
    names = source_names(workspace.settings)
    return (
        *_withheld(workspace, period),
        *_problems(workspace, names),
        *quarantine(workspace, names),
        *(note for note in notes(workspace.store) if note.source in names),
        *_totals(workspace, names),
    )


def _withheld(workspace: Workspace, period: Period) -> Iterator[DataNote]:
    """Yield a sentence for each identity that did not hold when the period was last measured."""
    measured = [run for run in (last_done(workspace, MEASURE, one) for one in (ALL, TOLD)) if run]
    last = max(measured, key=lambda run: run.started_at, default=None)
    sentences = last.summary.get("withheld", {}) if last else {}
    for sentence in sentences.get(period.key, ()):
        yield DataNote("withheld", "books", sentence)


def _problems(workspace: Workspace, names: Sequence[str]) -> Iterator[DataNote]:
    """Yield the problems of each source's newest sync, if that could not load everything."""
    seen: set[str] = set()
    for run in runs(workspace.store, kind=SYNC, limit=REMEMBERED):
        if run.subject not in names or run.subject in seen:
            continue
        seen.add(run.subject)
        if run.outcome is Outcome.FAILED:
            for problem in run.summary.get("problems", ()):
                yield DataNote("problem", run.subject, f"{run.subject}: {problem}")


def quarantine(workspace: Workspace, names: Sequence[str]) -> Iterator[DataNote]:
    """Yield a note for each source with rows in quarantine: how many, and the commonest reasons."""
    for name in names:
        refused = quarantined(workspace.store, source=name)
        if refused:
            yield DataNote("quarantine", name, _refusals(name, refused), len(refused))


def _refusals(name: str, refused: Sequence[Quarantined]) -> str:
    why = Counter(f"{row.table}.{row.column} {row.reason}" for row in refused)
    told = [f"{count} x {reason}" for reason, count in why.most_common(MOST_REASONS)]
    rest = len(why) - len(told)
    more = [f"{rest} more kinds"] if rest else []
    rows = "row" if len(refused) == 1 else "rows"
    return f"{name}: {len(refused)} {rows} in quarantine ({'; '.join([*told, *more])})."


def _totals(workspace: Workspace, names: Sequence[str]) -> Iterator[DataNote]:
    """Yield one control total: every row that was read is loaded or in quarantine."""
    found = [total for total in totals(workspace.store) if total.source in names]
    if found:
        read, loaded = sum(one.read for one in found), sum(one.loaded for one in found)
        text = f"{read:,} rows read, {loaded:,} loaded, {read - loaded:,} in quarantine."
        yield DataNote("totals", ALL, text)
