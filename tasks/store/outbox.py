"""How does a message get into the outbox, and out of it when a person decides so?

All messages of a run and all their recipients are written in one transaction, before any of them
is sent. Who comes later gets what the others got: a message is rendered once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tasks.store.audit import CANCELLED, RETRIED, doer, note_on
from tasks.store.clock import store_time
from tasks.store.contents import packed
from tasks.store.entries import TERMINAL, Entry, Part, Problem, State, entries_on, part_row
from tasks.store.lost import parts_of_new
from tasks.store.owners import is_dead
from tasks.store.tables import outbox, outbox_messages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from tasks.model import Message
    from tasks.store.database import Store

SUBJECT = "outbox"  # who writes to it takes turns
FIRST = 1  # the content version of a message that was never corrected
UNWANTED = Problem("Cancelled", "No audience names this recipient any more.")
CHANGEABLE = TERMINAL | {State.WAITING}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and who gets it, each as ``channel:recipient``."""

    message: Message
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A message that is in the outbox already: it will not be rendered again."""

    id: int
    subject: str
    written_at: datetime


def put(
    store: Store, outgoing: Iterable[Outgoing], *, company: str, told: Iterable[int] = ()
) -> tuple[int, ...]:
    """Write the messages with all their recipients; return the ids of these entries.

    What is there already stays as it is, content and state. ``company`` tells two companies apart
    that write to the same person. The entries ``told`` are marked as told to the operators, in
    the same transaction. Raises StoreUnavailable or StoreUnusable, and then nothing was written.
    """
    with store.writing(SUBJECT) as connection:
        numbers = put_on(connection, outgoing, company=company)
        _mark_as_told(connection, told, store_time(connection))
    return numbers


def put_on(
    connection: Connection, outgoing: Iterable[Outgoing], *, company: str
) -> tuple[int, ...]:
    """Do the same in a transaction that writes to the outbox already, with what else it writes."""
    numbers: list[int] = []
    now = store_time(connection)
    for one in outgoing:
        written = _message_row(connection, one.message, now)
        numbers += _addressed(connection, written, one.to, company, now)
    return tuple(numbers)


def written(store: Store, kind: str, subject_key: str, period: str) -> Written | None:
    """Return the newest version of a message that was written before; None where there is none."""
    table = outbox_messages.c
    statement = (
        select(table.id, table.subject, table.written_at)
        .where(table.kind == kind, table.subject_key == subject_key, table.period == period)
        .order_by(table.content_version.desc())
        .limit(1)
    )
    with store.reading() as connection:
        line = connection.execute(statement).one_or_none()
    return None if line is None else Written(*line)


def address(
    store: Store,
    message_id: int,
    to: Sequence[str],
    *,
    company: str,
    keep: Iterable[str] | None = (),
) -> tuple[int, ...]:
    """Let ``to`` get a message that was written before; return the ids of all its entries.

    Undelivered entries of recipients neither in ``to`` nor in ``keep`` are cancelled: nobody
    wants to write to them any more. ``keep`` is None where nobody can tell whom to keep, and then
    nobody is cancelled. Who is wanted again waits again.
    """
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        _addressed(connection, message_id, to, company, now)
        current = entries_on(connection, outbox.c.message_id == message_id)
        if keep is not None:
            wanted = {*to, *keep}
            gone = [one for one in current if one.to not in wanted and one.state in CHANGEABLE]
            _cancel(connection, gone, UNWANTED, now)
        for one in current:
            if one.to in to and one.problem == UNWANTED and one.state is State.CANCELLED:
                _update(connection, one, _as_new(one, now))
    return tuple(one.id for one in current)


def requeue(store: Store, ids: Iterable[int]) -> tuple[Entry, ...]:
    """Let entries be tried again as if they were new; return those this changed.

    What may have arrived is remembered: a destination that can be asked will be asked. Entries
    that were sent, or are being sent, are left alone.
    """
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        chosen = [
            one
            for one in entries_on(connection, outbox.c.id.in_(tuple(ids)))
            if one.state in CHANGEABLE | {State.CANCELLED}
        ]
        for one in chosen:
            _update(connection, one, _as_new(one, now))
            note_on(connection, doer(), RETRIED, f"entry {one.id}", now, one.to)
    return tuple(chosen)


def cancel(store: Store, ids: Iterable[int]) -> tuple[Entry, ...]:
    """Let entries never be sent; return those this changed: not the sent, nor the being sent."""
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        chosen = [
            one
            for one in entries_on(connection, outbox.c.id.in_(tuple(ids)))
            if one.state in CHANGEABLE or is_abandoned(one, now)
        ]
        _cancel(connection, chosen, Problem("Cancelled", "Cancelled by hand."), now)
        for one in chosen:
            note_on(connection, doer(), CANCELLED, f"entry {one.id}", now, one.to)
    return tuple(chosen)


def moment_of(store: Store) -> datetime:
    """Return what the store's clock says."""
    with store.reading() as connection:
        return store_time(connection)


def is_abandoned(entry: Entry, now: datetime) -> bool:
    """Return whether an entry is only being sent on paper: its process died, or fell silent."""
    if entry.state is not State.SENDING:
        return False
    return is_dead(entry.lease_owner or "") or (entry.lease_until or now) <= now


def _message_row(connection: Connection, message: Message, now: datetime) -> int:
    table = outbox_messages.c
    known = connection.scalar(
        select(table.id).where(
            table.kind == message.kind,
            table.subject_key == message.subject_key,
            table.period == message.period,
            table.content_version == FIRST,
        )
    )
    if known is not None:
        return int(known)
    row = {
        "kind": message.kind,
        "subject_key": message.subject_key,
        "period": message.period,
        "content_version": FIRST,
        "subject": message.subject,
        "content": packed(message),
        "written_at": now,
    }
    statement = insert(outbox_messages).values(row).returning(outbox_messages.c.id)
    return int(connection.execute(statement).scalar_one())


def _addressed(
    connection: Connection, message_id: int, to: Iterable[str], company: str, now: datetime
) -> list[int]:
    """Return the ids of the entries of ``to``, after adding those that were missing."""
    of_message = outbox.c.message_id == message_id
    there = {one.to: one.id for one in entries_on(connection, of_message)}
    missing = [one for one in dict.fromkeys(to) if one not in there]
    if missing:
        table = outbox_messages
        about = connection.execute(select(table).where(table.c.id == message_id)).one()
        parts = (company, about.kind, about.subject_key, about.period, about.content_version)
        identity = "\0".join(map(str, parts))
        known = parts_of_new(connection, about.kind, about.period, now)
        rows = [_entry_row(message_id, one, f"{identity}\0{one}", now, known) for one in missing]
        connection.execute(insert(outbox), rows)
        there = {one.to: one.id for one in entries_on(connection, of_message)}
    return [there[one] for one in dict.fromkeys(to)]


def _entry_row(
    message_id: int, to: str, identity: str, now: datetime, parts: dict[str, Any]
) -> dict[str, Any]:
    channel, _, recipient = to.partition(":")
    return {
        "message_id": message_id,
        "channel": channel,
        "recipient": recipient,
        "key": sha256(identity.encode("utf-8", "replace")).hexdigest()[:32],
        "state": State.WAITING.value,
        "since": now,
        "attempts": 0,
        "parts": parts,
        "fence": 0,
    }


def _as_new(entry: Entry, now: datetime) -> dict[str, Any]:
    parts = {
        name: part_row(Part(part.id, 0, part.since, part.at)) for name, part in entry.parts.items()
    }
    return {
        "state": State.WAITING.value,
        "since": now,
        "attempts": 0,
        "parts": parts,
        "not_before": None,
        "problem": None,
        "told_at": None,
        "settled_at": None,
    }


def _cancel(connection: Connection, chosen: Iterable[Entry], why: Problem, now: datetime) -> None:
    for one in chosen:
        _update(
            connection,
            one,
            {
                "state": State.CANCELLED.value,
                "problem": problem_row(why),
                "settled_at": now,
                "fence": one.fence + 1,
            },
        )


def _update(connection: Connection, entry: Entry, values: dict[str, Any]) -> None:
    connection.execute(update(outbox).where(outbox.c.id == entry.id).values(values))


def _mark_as_told(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    connection.execute(update(outbox).where(outbox.c.id.in_(tuple(ids))).values(told_at=now))


def problem_row(problem: Problem) -> dict[str, str]:
    """Return ``problem`` as JSON holds it."""
    return {
        "kind": problem.kind,
        "what": problem.what,
        "where": problem.where,
        "todo": problem.todo,
    }
