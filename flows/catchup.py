"""What became of the time when nothing ran? Missed digests are sent late, or given up for good.

Operators are told once of each: that nothing ran for a while, that the clock went back, and which
digests are not sent any more by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.briefing import reader_of
from flows.due import WORTH, got_nothing, planned_lately
from flows.freshness import held_before, lacks, local, span
from flows.ledger import note
from flows.newcomers import is_owed, readers_since
from flows.operators import mark_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config import Audience, due_at
from tasks.messages.ops import OpsInputs, OpsItem
from tasks.model import DataNote, Message, Period
from tasks.store import Outcome, Outgoing, put, runs
from tasks.store.looks import DIGESTS, looked_at

MISSED = "missed"  # the kind of runs that say which digest was given up, and of whom
LATE = "late"  # the kind of the note on a digest that comes late
A_WHILE = timedelta(hours=2)  # after which a digest says that it is late
SILENCE = timedelta(hours=26)  # more than a day in which nobody looked for digests
BACKWARDS = timedelta(minutes=10)  # hosts' clocks may differ by this much


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A digest that is not sent any more by itself, and the audience that has not got it."""

    period: Period
    audience: str

    def __str__(self) -> str:
        """Return ``2026-W46 for leadership``."""
        return f"{self.period} for {self.audience}"


def labels(
    workspace: Workspace, to: Sequence[Audience], period: Period, now: datetime
) -> tuple[DataNote, ...]:
    """Return what a digest says of itself at the top: that it is late, and what it is without."""
    zone = workspace.settings.company.timezone
    planned = min(due_at(workspace.settings, one, period) for one in to)
    without = lacks(workspace, period, now)
    if now < planned + A_WHILE:
        return without
    waited = held_before(workspace, period)
    why = f"; it waited for {' and '.join(waited.summary['stale'])}" if waited else ""
    return (DataNote(LATE, "", f"Late: this was due {local(planned, zone)}{why}."), *without)


def give_up(
    steps: Steps, workspace: Workspace, *, now: datetime
) -> tuple[tuple[GivenUp, ...], tuple[int, ...]]:
    """Return what is given up from now on, and the entries that tell the operators of it.

    What has been given up stays so; it is told once.
    """
    found = tuple(_worthless(workspace, now))
    ids = _tell(steps, workspace, _given_up(workspace, found)) if found else ()
    for one in found:
        note(workspace, MISSED, str(one), now, {}, Outcome.HELD)
    return found, ids


def _worthless(workspace: Workspace, now: datetime) -> Iterator[GivenUp]:
    noted = {run.subject for run in runs(workspace.store, kind=MISSED)}
    since = readers_since(workspace)
    for audience in workspace.settings.audiences:
        for period, planned in planned_lately(workspace, audience, now):
            one = GivenUp(period, audience.name)
            is_old = planned + WORTH[period.grain] <= now and str(one) not in noted
            is_theirs = is_old and is_owed(since, audience, planned, now)
            if is_theirs and got_nothing(workspace, audience, period):
                yield one


def _given_up(workspace: Workspace, found: Sequence[GivenUp]) -> OpsInputs:
    periods = dict.fromkeys(one.period for one in found)
    count = len(periods)
    return OpsInputs(
        reader=reader_of(workspace.settings),
        period="",
        subject_key=f"missed-{mark_of(map(str, found))}",
        headline=f"{count} {'digest is' if count == 1 else 'digests are'} too old to be sent",
        items=tuple(
            OpsItem(
                f"The digest of {one} for {', '.join(_who(found, one))}",
                f"It was due more than {span(WORTH[one.grain])} ago, and nothing ran then.",
                "To send it all the same:",
                commands=(f"keepwell digest --send --period {one}",),
            )
            for one in periods
        ),
    )


def _who(found: Sequence[GivenUp], period: Period) -> Iterator[str]:
    return (one.audience for one in found if one.period == period)


def gap(steps: Steps, workspace: Workspace, *, now: datetime) -> tuple[int, ...]:
    """Return the entries that tell the operators that nothing ran for a while, or of a clock."""
    before = looked_at(workspace.store, DIGESTS)
    if before is None:
        return ()
    if now < before - BACKWARDS:
        return _tell(steps, workspace, _went_back(workspace, before, now))
    if now > before + SILENCE:
        return _tell(steps, workspace, _was_silent(workspace, before, now))
    return ()


def _went_back(workspace: Workspace, before: datetime, now: datetime) -> OpsInputs:
    zone = workspace.settings.company.timezone
    return OpsInputs(
        reader=reader_of(workspace.settings),
        period="",
        subject_key=f"clock-{before:%Y%m%dT%H%M}",
        headline="The clock went back",
        items=(
            OpsItem(
                "The clock of this machine, or of another one that shares the store, is wrong",
                f"It showed {local(before, zone)} at the last look for digests, and shows "
                f"{local(now, zone)} now. Nothing is sent twice.",
                "See that all machines keep the right time.",
            ),
        ),
    )


def _was_silent(workspace: Workspace, before: datetime, now: datetime) -> OpsInputs:
    zone = workspace.settings.company.timezone
    return OpsInputs(
        reader=reader_of(workspace.settings),
        period="",
        subject_key=f"silent-{before:%Y%m%dT%H%M}",
        headline=f"Nothing ran for {span(now - before)}",
        items=(
            OpsItem(
                "Nobody looked for digests",
                f"From {local(before, zone)} to {local(now, zone)} nothing ran, or the clock was "
                "put forward. Digests that were missed go out now, and say that they are late; "
                "alerts are those of the newest data.",
                "See why the schedule stood still: the Prefect server, its worker, this machine.",
            ),
        ),
    )


def _tell(steps: Steps, workspace: Workspace, inputs: OpsInputs) -> tuple[int, ...]:
    to = workspace.settings.operators.to
    if not to:
        return ()
    message: Message = steps.ops_message(inputs)
    return put(workspace.store, [Outgoing(message, to)], company=workspace.settings.company.name)
