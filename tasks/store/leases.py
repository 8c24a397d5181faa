"""Who may send an entry right now? Whoever holds its lease, and only as long as it does.

A claim has a fence: a number that grows with each claim. Every write of a sender names its fence,
so a process that slept through the end of its lease can no longer change, or send, anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tasks.errors import LeaseLost
from tasks.store.audit import SENT, doer, note_on
from tasks.store.clock import store_time
from tasks.store.entries import TERMINAL, Entry, Part, Problem, State, entries_on, part_row
from tasks.store.outbox import SUBJECT, problem_row
from tasks.store.owners import is_dead, this_process
from tasks.store.tables import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from tasks.store.database import Store

LEASE_S = 30.0
SETTLES_S = 3.0  # a destination may still be busy with what it was given before a crash
FARTHEST = timedelta(hours=2)  # nothing is put off for longer; what seems to be, a clock did


@dataclass(slots=True)
class Claim:
    """The right to send one entry, until the lease ends or somebody else takes it over."""

    store: Store
    entry: Entry
    fence: int
    lease_s: float = LEASE_S
    parts: dict[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an attempt ended, as the entry will show it."""

    state: State
    receipt_id: str | None = None
    problem: Problem | None = None
    wait_s: float = 0.0


def claim(
    store: Store, ids: Iterable[int], *, ahead_of_time: bool = False, lease_s: float = LEASE_S
) -> Claim | None:
    """Return the right to send the first entry of ``ids`` that is free; None where none is.

    Free is what waits and whose time has come (``ahead_of_time`` does not ask for that), and what
    a dead process of this host, or one whose lease is over, was sending. Whatever was handed over
    without an answer rests for ``SETTLES_S`` first.
    """
    open_states = [State.WAITING.value, State.SENDING.value]
    wanted = (outbox.c.id.in_(tuple(ids)), outbox.c.state.in_(open_states))
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        for entry in entries_on(connection, *wanted):
            if _is_free(entry, now, ahead_of_time=ahead_of_time):
                return _claimed(store, connection, entry, now, lease_s)
    return None


def renew(claim: Claim) -> None:
    """Hold the lease for its full length again; raise ``LeaseLost`` where it is another's now."""
    with claim.store.writing(SUBJECT) as connection:
        _write(claim, connection, {})


def begin_part(claim: Claim, name: str) -> None:
    """Note that a part is about to be handed over; raise ``LeaseLost`` where it must not be."""
    with claim.store.writing(SUBJECT) as connection:
        now = store_time(connection)
        before = claim.parts.get(name, Part())
        part = Part(None, before.tries + 1, before.since or now, now)
        _write_part(claim, connection, name, part)


def unanswered(claim: Claim, name: str) -> None:
    """Note that a part got no answer: from now on it rests, not from when it was handed over."""
    with claim.store.writing(SUBJECT) as connection:
        now = store_time(connection)
        _write_part(claim, connection, name, replace(claim.parts[name], at=now))


def end_part(claim: Claim, name: str, part: Part) -> None:
    """Note what has become of a part that was handed over."""
    with claim.store.writing(SUBJECT) as connection:
        _write_part(claim, connection, name, part)


def settle(claim: Claim, settlement: Settlement) -> None:
    """Write how the attempt ended and give the lease back; ``LeaseLost`` where it was lost."""
    with claim.store.writing(SUBJECT) as connection:
        now = store_time(connection)
        is_over = settlement.state is not State.WAITING
        values = {
            "state": settlement.state.value,
            "receipt_id": settlement.receipt_id,
            "problem": settlement.problem and problem_row(settlement.problem),
            "settled_at": now if is_over else None,
            "not_before": None if is_over else now + timedelta(seconds=settlement.wait_s),
            "lease_owner": None,
            "lease_until": None,
        }
        if settlement.state in TERMINAL:
            values["told_at"] = None  # whatever was told of it before, this is worse
        _write(claim, connection, values)
        if settlement.state is State.SENT:
            note_on(connection, doer(), SENT, _about(claim.entry), now, claim.entry.to)


def _about(entry: Entry) -> str:
    said = (entry.kind, entry.period, entry.subject_key, f"(entry {entry.id})")
    return " ".join(filter(None, said))


def share(store: Store, ids: Iterable[int], channel: str, settlement: Settlement) -> None:
    """Let everything of ``ids`` that waits for ``channel`` wait for the reason one of them met.

    It counts as a try: their patience begins, and ends, with that of the one that was tried.
    """
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        waiting = entries_on(
            connection,
            outbox.c.id.in_(tuple(ids)),
            outbox.c.channel == channel,
            outbox.c.state == State.WAITING.value,
        )
        for entry in waiting:
            _share(connection, entry, settlement, now)


def _share(connection: Connection, entry: Entry, settlement: Settlement, now: datetime) -> None:
    values = {
        "problem": settlement.problem and problem_row(settlement.problem),
        "attempts": max(entry.attempts, 1),
        "since": entry.since if entry.attempts else now,
        "not_before": now + timedelta(seconds=settlement.wait_s),
    }
    connection.execute(update(outbox).where(outbox.c.id == entry.id).values(values))


def _is_free(entry: Entry, now: datetime, *, ahead_of_time: bool) -> bool:
    if _is_settling(entry, now):
        return False
    if entry.state is State.WAITING:
        at = entry.not_before
        return ahead_of_time or at is None or at <= now or at > now + FARTHEST
    until = entry.lease_until
    return until is None or until <= now or is_dead(entry.lease_owner or "")


def _is_settling(entry: Entry, now: datetime) -> bool:
    return any(until > now for until in settled_at(entry, now))


def settled_at(entry: Entry, now: datetime) -> Iterator[datetime]:
    """Yield until when each part rests that was handed over without an answer.

    A part from the future was handed over before the clock was put right, and rests no longer.
    """
    for part in entry.parts.values():
        if part.id is None and part.at is not None and part.at <= now:
            yield part.at + timedelta(seconds=SETTLES_S)


def _claimed(
    store: Store, connection: Connection, entry: Entry, now: datetime, lease_s: float
) -> Claim:
    fence = entry.fence + 1
    since = entry.since if entry.attempts else now  # patience begins with the first try
    values = {
        "state": State.SENDING.value,
        "since": since,
        "fence": fence,
        "attempts": entry.attempts + 1,
        "lease_owner": this_process(),
        "lease_until": now + timedelta(seconds=lease_s),
    }
    connection.execute(update(outbox).where(outbox.c.id == entry.id).values(values))
    taken = replace(
        entry, state=State.SENDING, since=since, fence=fence, attempts=entry.attempts + 1
    )
    return Claim(store, taken, fence, lease_s, dict(entry.parts))


def _write_part(claim: Claim, connection: Connection, name: str, part: Part) -> None:
    parts = {**claim.parts, name: part}
    rows = {each: part_row(known) for each, known in parts.items()}
    _write(claim, connection, {"parts": rows})
    claim.parts = parts


def _write(claim: Claim, connection: Connection, values: dict[str, Any]) -> None:
    """Write ``values`` and renew the lease, if it is still this claim's."""
    ours = (outbox.c.id == claim.entry.id) & (outbox.c.fence == claim.fence)
    now = store_time(connection)
    until = {"lease_until": now + timedelta(seconds=claim.lease_s)}
    if not connection.execute(update(outbox).where(ours).values({**until, **values})).rowcount:
        holder = connection.scalar(
            select(outbox.c.lease_owner).where(outbox.c.id == claim.entry.id)
        )
        raise LeaseLost(
            f"{claim.entry.to} is being sent by another process now.",
            where=f"Entry {claim.entry.id} of the outbox, taken over by {holder or 'a person'}.",
            todo="Nothing needs to be done.",
        )
