"""Whom were we asked to forget? Salted hashes of what they were called, and a made-up name.

The hashes are there so that a later load knows a forgotten customer when it meets one again. What a
customer was called in plain stands here only while the forgetting goes on, so that it can be ended
by whoever finds it half done.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    insert,
    null,
    select,
    update,
)

from tasks.store.clock import store_time
from tasks.store.columns import Instant
from tasks.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from tasks.store.database import Store

SUBJECT = "forgetting"
DIGEST_BYTES = 16

forgettings = Table(
    "forgettings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pseudonym", String, nullable=False),
    Column("salt", String, nullable=False),
    Column("known", JSON(none_as_null=True)),
    Column("began_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("pseudonym"),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", String, primary_key=True),
    Column("forgetting_id", ForeignKey("forgettings.id"), nullable=False),
    Column("kind", String, nullable=False),
    Index(None, "forgetting_id"),
)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """One customer to forget: ``known`` is what it was called, by kind; None once it is done.

    ``pseudonym`` stands for it in every row that sums still need.
    """

    pseudonym: str
    salt: str
    began_at: datetime
    known: Mapping[str, Sequence[str]] | None = None
    finished_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Tells a forgotten value from any other, without knowing what it was."""

    salt: str = ""
    by_digest: Mapping[str, str] = field(default_factory=dict)  # digest -> pseudonym

    def __bool__(self) -> bool:
        """Return whether anybody was forgotten."""
        return bool(self.by_digest)

    def stands_for(self, kind: str, value: str) -> str | None:
        """Return the pseudonym of the forgotten customer that ``value`` belonged to, or None."""
        return self.by_digest.get(digest(self.salt, kind, value))


NOBODY = Tombstones()


def digest(salt: str, kind: str, value: str) -> str:
    """Return the salted hash of what a forgotten customer was called."""
    said = f"{kind}\0{value.strip().casefold()}".encode()
    return hashlib.blake2b(said, key=bytes.fromhex(salt), digest_size=DIGEST_BYTES).hexdigest()


def begin_forgetting(
    store: Store, known: Mapping[str, Sequence[str]], hashed: Mapping[str, Sequence[str]]
) -> Forgetting:
    """Write that a customer is to be forgotten, with the hashes it is known by from now on.

    ``known`` is what to look for, by kind; of ``hashed`` only salted hashes are kept. The same
    customer again goes on under the same pseudonym.
    """
    with store.writing(SUBJECT) as connection:
        salt = connection.scalar(select(forgettings.c.salt).limit(1)) or secrets.token_hex(32)
        digests = {
            digest(salt, kind, one): kind for kind, some in hashed.items() for one in some if one
        }
        mine = _earlier(connection, digests)
        if mine is None:
            row = {
                "pseudonym": f"forgotten-{secrets.token_hex(5)}",
                "salt": salt,
                "began_at": store_time(connection),
            }
            asked = insert(forgettings).values(row).returning(forgettings.c.id)
            mine = int(connection.execute(asked).scalar_one())
        values = {"known": {kind: list(some) for kind, some in known.items()}, "finished_at": None}
        which = forgettings.c.id == mine
        connection.execute(update(forgettings).where(which).values(values))
        _bury(connection, mine, digests)
        return _forgetting(connection.execute(select(forgettings).where(which)).one())


def unfinished(store: Store) -> tuple[Forgetting, ...]:
    """Return what was begun and not ended, oldest first."""
    asked = select(forgettings).where(forgettings.c.finished_at.is_(None))
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(forgettings.c.id))
        return tuple(_forgetting(row) for row in rows)


def finish_on(connection: Connection, done: Forgetting, now: datetime) -> None:
    """Write that a customer is forgotten; what it was called is cleared in the same moment."""
    values = {"known": null(), "finished_at": now}
    connection.execute(update(forgettings).where(forgettings.c.id == done.id).values(values))


def tombstones(store: Store) -> Tombstones:
    """Return what tells forgotten customers from others."""
    asked = select(forgotten.c.digest, forgettings.c.pseudonym, forgettings.c.salt)
    with store.reading() as connection:
        rows = connection.execute(asked.join(forgettings)).all()
    return Tombstones(rows[0].salt, {row.digest: row.pseudonym for row in rows}) if rows else NOBODY


def _earlier(connection: Connection, digests: Iterable[str]) -> int | None:
    asked = select(forgotten.c.forgetting_id).where(forgotten.c.digest.in_(list(digests)))
    return connection.scalar(asked.limit(1))


def _bury(connection: Connection, mine: int, digests: Mapping[str, str]) -> None:
    there = set(connection.scalars(select(forgotten.c.digest)))
    rows = [
        {"digest": one, "forgetting_id": mine, "kind": kind}
        for one, kind in digests.items()
        if one not in there
    ]
    if rows:
        connection.execute(insert(forgotten), rows)


def _forgetting(row: Row[Any]) -> Forgetting:
    return Forgetting(**row._mapping)  # noqa: SLF001 - the public name of a row as a mapping
