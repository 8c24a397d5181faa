"""What does every run leave in the Prefect UI? A report of what it did, and word of what lags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from prefect.client.schemas.objects import State

from flows.announcing import announce, of_stale
from flows.artifacts import page
from flows.ended import told
from flows.freshness import stale
from flows.runreport import Report, SourceDone, as_markdown, source_done
from flows.showing import Run
from flows.workspace import Workspace
from tasks.facts.folding import Folded
from tasks.model import Grain, Period
from tasks.store import StreamRun, runs_of

NO_LINKS: Mapping[str, str] = {}


def leave_report(
    run: Run,
    workspace: Workspace,
    title: str,
    loads: Iterable[Folded],
    state: State[object],
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """Leave the report of this run as ``report-KIND``, and return where it is found.

    ``state`` is how the run is about to end, ``links`` are where else to look.
    """
    report = Report(
        title=title,
        ended=told(state).message or "",
        timezone=workspace.settings.company.timezone,
        seconds=run.seconds,
        sources=tuple(_done(run, workspace, load) for load in loads),
        steps=tuple(run.took),
        links=links,
    )
    return page(f"report-{run.kind}", as_markdown(report), f"What the run did: {title}")


def _done(run: Run, workspace: Workspace, load: Folded) -> SourceDone:
    """Return what became of a source; of its streams only what this run did."""
    newest: dict[str, StreamRun] = {}
    for one in runs_of(workspace.store, load.source):
        if one.finished_at.timestamp() >= run.began_at.timestamp():
            newest.setdefault(one.stream, one)
    return source_done(load, run.took, newest.values())


def tell_stale(workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Tell Prefect of each source that lags, and return a sentence for each."""
    told = stale(workspace, looked_at(workspace, now), now)
    announce(of_stale(one.source, str(one)) for one in told)
    return tuple(f"{one}." for one in told)


def looked_at(workspace: Workspace, now: datetime) -> Period:
    """Return the newest period that a digest tells about: nobody waits for what comes after it."""
    settings = workspace.settings
    grains = {one.digest for one in settings.audiences} or {Grain.WEEK}
    finest = next(grain for grain in Grain if grain in grains)
    return settings.calendar.last_complete(finest, now)
