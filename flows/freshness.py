"""Does a digest have to wait for a source? While its data end before the period does, for a while.

The hourly look lets it go as soon as the data are there, and when its readers have waited as long
as they want to wait: then it says which data it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.datanotes import freshness
from flows.due import DIGEST
from flows.ledger import REMEMBERED, SYNC, note
from flows.workspace import Workspace
from tasks.calendar import zone_named
from tasks.config import Audience, due_at
from tasks.model import DataNote, Period
from tasks.store import Outcome, Run, runs

WITHOUT = "without"  # the kind of the note on a digest that did not wait any longer
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_HOURS = 2 * DAY  # ages below this are told in hours


@dataclass(frozen=True, slots=True)
class Stale:
    """A source that a digest has to wait for: until when it is known, how old that is by now.

    ``most`` is the age its configuration allows; None where it is held against itself. Of a source
    that was never loaded nothing is known.
    """

    source: str
    until: datetime | None = None
    age: timedelta | None = None
    most: timedelta | None = None

    def __str__(self) -> str:
        """Return ``desk is 14 h old``."""
        if self.age is None:
            return f"{self.source} has never been loaded"
        limit = f" (limit {span(self.most)})" if self.most is not None else ""
        return f"{self.source} is {span(self.age)} old{limit}"


@dataclass(frozen=True, slots=True)
class Held:
    """A digest that waits: for which sources, since when, and until when at the most."""

    period: Period
    stale: tuple[Stale, ...]
    since: datetime
    until: datetime

    def __str__(self) -> str:
        """Return ``held: desk is 14 h old``."""
        return f"held: {', '.join(map(str, self.stale))}"


def stale(workspace: Workspace, period: Period, now: datetime) -> tuple[Stale, ...]:
    """Return the sources whose data end before ``period`` does, and are older than they may be."""
    limits = {one.name: one.max_age for one in workspace.settings.sources}
    return tuple(_stale(workspace, period, limits, now))


def _stale(
    workspace: Workspace, period: Period, limits: dict[str, timedelta | None], now: datetime
) -> Iterator[Stale]:
    for one in freshness(workspace, period):
        most, until = limits[one.source], one.watermark
        if until is None:
            if one.is_late:
                yield Stale(one.source)
            continue
        if most is not None:
            until = max(until, _brought_news(workspace, one.source) or until)
        is_old = one.is_late if most is None else until < period.end_at and now - until > most
        if is_old:
            yield Stale(one.source, until, max(now - until, timedelta(0)), most)


def _brought_news(workspace: Workspace, source: str) -> datetime | None:
    """Return when a sync last brought what was not there before: nobody writes on a Sunday.

    An export that comes as it was before says nothing of how far it reaches.
    """
    since, seen = None, None
    for run in runs(workspace.store, kind=SYNC, limit=REMEMBERED):
        if run.subject != source or run.outcome is not Outcome.DONE:
            continue
        seen = seen or run.summary.get("print")
        if run.summary.get("print") != seen:
            break
        since = run.started_at
    return since


def held(
    workspace: Workspace, audiences: Sequence[Audience], period: Period, now: datetime
) -> Held | None:
    """Return what the digest of ``period`` waits for; None where it may go out.

    It waits as long as the least patient of ``audiences`` does: from when the digest is due, or
    from when it was first found to have to wait, if that was later, after an outage.
    """
    found = stale(workspace, period, now)
    if not found:
        return None
    planned = min(due_at(workspace.settings, one, period) for one in audiences)
    before = held_before(workspace, period)
    since = max(planned, before.started_at if before else now)
    until = since + min(one.wait for one in audiences)
    return Held(period, found, since, until) if now < until else None


def held_before(workspace: Workspace, period: Period) -> Run | None:
    """Return when the digest of ``period`` was first found to have to wait."""
    found = (
        one
        for one in reversed(runs(workspace.store, kind=DIGEST))
        if one.subject == period.key and one.outcome is Outcome.HELD
    )
    return next(found, None)


def note_held(workspace: Workspace, one: Held, now: datetime) -> None:
    """Enter that a digest waits, the first time it does."""
    if held_before(workspace, one.period) is None:
        names = [each.source for each in one.stale]
        summary = {"stale": names, "until": one.until.isoformat(), "why": str(one)}
        note(workspace, DIGEST, one.period.key, now, summary, Outcome.HELD)


def lacks(workspace: Workspace, period: Period, now: datetime) -> tuple[DataNote, ...]:
    """Return the note on a digest that goes out without the newest data of some sources."""
    zone = workspace.settings.company.timezone
    return tuple(
        DataNote(WITHOUT, one.source, f"Sent without the newest data of {_lack(one, zone)}")
        for one in stale(workspace, period, now)
    )


def _lack(one: Stale, zone: str) -> str:
    if one.until is None:
        return f"{one.source}: it has never been loaded."
    return f"{one.source}: its last are of {local(one.until, zone)}."


def local(moment: datetime, zone: str) -> str:
    """Return ``Sun 22 Nov 17:10`` as a clock on a wall in ``zone`` would have it."""
    at = moment.astimezone(zone_named(zone))
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def span(length: timedelta) -> str:
    """Return ``14 h``, or ``3 days`` of what is longer than two."""
    if length >= IN_HOURS:
        return f"{round(length / DAY)} days"
    return f"{round(length / HOUR)} h"
