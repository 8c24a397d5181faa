"""What is in the outbox: one entry for each message and recipient, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from tasks.store.contents import unpacked
from tasks.store.tables import outbox, outbox_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection, Row

    from tasks.model import Message
    from tasks.store.database import Store


class State(StrEnum):
    """How far a message has come on its way to one recipient."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDELIVERED = frozenset({State.WAITING, State.SENDING, State.REFUSED, State.FAILED})
TERMINAL = frozenset({State.REFUSED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an entry is not delivered; ``kind`` is the error's class, the rest its sentences."""

    kind: str
    what: str
    where: str = ""
    todo: str = ""

    def __str__(self) -> str:
        """Return the sentences on one line."""
        return " ".join(part for part in (self.what, self.where, self.todo) if part)


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one part of a message.

    ``id`` is what the destination calls it, once it has confirmed it. ``tries`` counts the times
    it was handed over without an answer, the first of them at ``since``, the last at ``at``.
    """

    id: str | None = None
    tries: int = 0
    since: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to one recipient; times are those of the store's clock."""

    id: int
    message_id: int
    kind: str
    subject_key: str
    period: str
    content_version: int
    subject: str
    written_at: datetime
    channel: str
    recipient: str
    key: str
    state: State
    since: datetime
    attempts: int
    fence: int
    parts: Mapping[str, Part] = field(default_factory=dict)
    not_before: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    problem: Problem | None = None
    told_at: datetime | None = None
    receipt_id: str | None = None
    settled_at: datetime | None = None

    @property
    def to(self) -> str:
        """The recipient as configuration writes it: ``email:ana@example.com``."""
        return f"{self.channel}:{self.recipient}"


def entries(
    store: Store,
    *,
    ids: Iterable[int] | None = None,
    kind: str | None = None,
    period: str | None = None,
    states: Iterable[State] | None = None,
) -> tuple[Entry, ...]:
    """Return the entries that match everything asked for, oldest first."""
    wanted: list[ColumnElement[bool]] = []
    if ids is not None:
        wanted.append(outbox.c.id.in_(tuple(ids)))
    if kind is not None:
        wanted.append(outbox_messages.c.kind == kind)
    if period is not None:
        wanted.append(outbox_messages.c.period == period)
    if states is not None:
        wanted.append(outbox.c.state.in_([state.value for state in states]))
    with store.reading() as connection:
        return entries_on(connection, *wanted)


def entries_on(connection: Connection, *wanted: ColumnElement[bool]) -> tuple[Entry, ...]:
    """Return the entries that match, oldest first, as ``connection`` sees them."""
    lines = connection.execute(_statement().where(*wanted).order_by(outbox.c.id))
    return tuple(_entry(line) for line in lines)


def content(store: Store, message_id: int) -> Message:
    """Return the message as it was rendered."""
    statement = select(outbox_messages.c.content).where(outbox_messages.c.id == message_id)
    with store.reading() as connection:
        return unpacked(connection.execute(statement).scalar_one())


def _statement() -> Select[Any]:
    described = [
        column
        for column in outbox_messages.c
        if column.name not in {"id", "content"}  # the content is big, and seldom wanted
    ]
    return select(outbox, *described).join_from(outbox, outbox_messages)


def _entry(line: Row[Any]) -> Entry:
    known = dict(line._mapping)  # noqa: SLF001 - the public name of a row as a mapping
    known["state"] = State(known["state"])
    known["parts"] = {name: _part(part) for name, part in known["parts"].items()}
    known["problem"] = Problem(**known["problem"]) if known["problem"] else None
    return Entry(**known)


def _part(kept: Mapping[str, Any]) -> Part:
    return Part(kept["id"], kept["tries"], _moment(kept["since"]), _moment(kept["at"]))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def part_row(part: Part) -> dict[str, Any]:
    """Return ``part`` as JSON holds it."""
    return {
        "id": part.id,
        "tries": part.tries,
        "since": part.since and part.since.isoformat(),
        "at": part.at and part.at.isoformat(),
    }
