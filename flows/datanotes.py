"""What should a reader know about the data: how fresh, how complete, what was refused and why?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from flows.caveats import caveat_notes
from flows.lakeside import files_now, source_names
from flows.ledger import MEASURE, REMEMBERED, SYNC
from flows.reaching import every_span
from flows.reliable import partial_notes
from flows.secondly import SECOND, disputed
from flows.workspace import Workspace
from tasks.config import scorecard
from tasks.facts.load import Quarantined
from tasks.messages.inputs import Freshness
from tasks.model import ALL, DataNote, NullReason, Period
from tasks.store import Loaded, Outcome, current_loads, notes, quarantined, read, runs, totals

MOST_REASONS = 3
HOUR = timedelta(hours=1)


def freshness(workspace: Workspace, period: Period) -> tuple[Freshness, ...]:
    """Return how far each source reaches, seen from the close of ``period``.

    A source is late when it is silent for longer than it usually is, and an API when it was not
    read since; one whose rows bear no dates never is, one that was never loaded always.
    """
    loads = {load.source: load for load in current_loads(workspace.store)}
    read: dict[str, datetime] = {}
    for span in every_span(workspace, files_now(workspace)):
        if span.exact and span.until is not None:
            read[span.source] = max(span.until, read.get(span.source, span.until))
    names = source_names(workspace.settings)
    return tuple(_reach(name, loads.get(name), read.get(name), period) for name in names)


def _reach(name: str, load: Loaded | None, read: datetime | None, period: Period) -> Freshness:
    if load is None or load.watermark is None or load.speaks_until is None:
        return Freshness(name, None, Decimal(0), is_late=load is None)
    if read is not None and read < period.end_at:
        short = period.end_at - read
        return Freshness(name, read, Decimal(round(short / HOUR)), is_late=True)
    short = max(period.end_at - load.watermark, timedelta(0))
    is_late = read is None and load.speaks_until < period.end_at
    return Freshness(name, load.watermark, Decimal(round(short / HOUR)), is_late=is_late)


def notes_of(
    workspace: Workspace, period: Period, now: datetime | None = None
) -> tuple[DataNote, ...]:
    """Return what is withheld, not loaded, in doubt or refused, and the totals.

    ``now`` matters for a period that is still open.
    """
    names = source_names(workspace.settings)
    return (
        *_withheld(workspace, period),
        *_problems(workspace, names),
        *partial_notes(workspace, period, scorecard(workspace.settings)),
        *caveat_notes(workspace, period, now),
        *quarantine(workspace, names),
        *(note for note in notes(workspace.store) if note.source in names),
        *_totals(workspace, names),
    )


def _withheld(workspace: Workspace, period: Period) -> Iterator[DataNote]:
    """Yield a sentence for each identity that did not hold, as long as values are withheld.

    A period is not measured again at every run, so it is the newest run that tells of it.
    """
    stored = read(workspace.store, grain=period.grain, periods=(period.key,), dimension=ALL)
    if not any(one.null_reason is NullReason.WITHHELD for one in stored):
        return
    measured = runs(workspace.store, kind=MEASURE, limit=REMEMBERED)
    told = (run.summary.get("withheld", {}).get(period.key) for run in measured)
    for sentence in next(filter(None, told), ()):
        yield DataNote("withheld", "books", sentence)
    for sentence in disputed(workspace, period):
        yield DataNote("withheld", SECOND, sentence)


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
    why = Counter(map(_reason, refused))
    first = {_reason(row): row for row in reversed(refused)}
    told = [
        f"{count} x {reason}, such as {_place(first[reason])}"
        for reason, count in why.most_common(MOST_REASONS)
    ]
    rest = len(why) - len(told)
    more = [f"{rest} more {'kind' if rest == 1 else 'kinds'}"] if rest else []
    rows = "row" if len(refused) == 1 else "rows"
    return f"{name}: {len(refused)} {rows} in quarantine ({'; '.join([*told, *more])})."


def _reason(row: Quarantined) -> str:
    """Return what is wrong with a column of a table, or with a whole line."""
    return f"{row.table}.{row.column} {row.reason}" if row.column else f"{row.table}: {row.reason}"


def _place(row: Quarantined) -> str:
    """Return where a refused row stood, and what stood there: ``tickets.csv line 2, '02.02.'``.

    What an API gave stands nowhere and has a key: ``feedback_submissions 16161, '11'``.
    """
    place = f"line {row.line}" if row.line else row.key
    return f"{row.file} {place}".rstrip() + f", '{row.value}'"


def _totals(workspace: Workspace, names: Sequence[str]) -> Iterator[DataNote]:
    """Yield one control total: every row that was read is loaded or in quarantine."""
    found = [total for total in totals(workspace.store) if total.source in names]
    if found:
        read, loaded = sum(one.read for one in found), sum(one.loaded for one in found)
        text = f"{read:,} rows read, {loaded:,} loaded, {read - loaded:,} in quarantine."
        yield DataNote("totals", ALL, text)
