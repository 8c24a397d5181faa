"""Who did what with Keepwell, to what, and when? Lines are added to the log, never changed.

(But for one: a customer whom we were asked to forget is called by its pseudonym there as well.)

A deed is written in the transaction of what it tells about wherever that is one: then there is no
deed without its line, and no line without its deed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Index, Integer, String, Table, insert, select

from tasks.errors import UnknownName
from tasks.store.clock import store_time
from tasks.store.columns import Instant
from tasks.store.tables import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from tasks.store.database import Store

SUBJECT = "audit"
SENT, CONFIGURED, FORGOT, FREED = "sent", "configured", "forgot", "freed"
BACKFILLED, BACKED_UP, RESTORED = "backfilled", "backed up", "restored"
ACKNOWLEDGED, MUTED, UNMUTED, NOTED, JUDGED = "acknowledged", "muted", "unmuted", "noted", "judged"
ACTED, RETRIED, CANCELLED = "acted", "retried", "cancelled"
DEEDS = (
    *(SENT, CONFIGURED, FORGOT, FREED, BACKFILLED, BACKED_UP, RESTORED),
    *(ACKNOWLEDGED, MUTED, UNMUTED, NOTED, JUDGED, ACTED, RETRIED, CANCELLED),
)

FLOW_RUN = "PREFECT__FLOW_RUN_ID"  # what Prefect tells the process of a flow run
USERS = ("KEEPWELL_USER", "USER", "LOGNAME", "USERNAME")

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
    Column("detail", String, nullable=False),
    Index(None, "at"),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log: somebody (an OS user, ``slack:U1`` or ``flow:name``) did something."""

    id: int
    at: datetime
    who: str
    what: str
    about: str
    detail: str = ""


def doer() -> str:
    """Return who is at work in this process: ``flow:`` with its run, or the name of a person."""
    if run := os.environ.get(FLOW_RUN):
        return f"flow:{run}"
    return next(filter(None, (os.environ.get(name, "").strip() for name in USERS)), "somebody")


def note_deed(
    store: Store, who: str, what: str, about: str, now: datetime | None = None, detail: str = ""
) -> None:
    """Add a line to the log in a transaction of its own; ``what`` is one of ``DEEDS``.

    ``now`` is the store's own clock where nobody says another moment. Nothing secret and no text
    about a customer belongs here: a line stays for good.
    """
    with store.writing(SUBJECT) as connection:
        note_on(connection, who, what, about, now, detail)


def note_on(
    connection: Connection,
    who: str,
    what: str,
    about: str,
    now: datetime | None = None,
    detail: str = "",
) -> None:
    """Add a line within the transaction of the deed itself."""
    if what not in DEEDS:
        raise UnknownName("deed", what, DEEDS)
    row = {"who": who, "what": what, "about": about, "detail": detail}
    connection.execute(insert(audit_log).values(at=now or store_time(connection), **row))


def deeds(
    store: Store,
    *,
    what: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    last: int | None = None,
) -> tuple[Deed, ...]:
    """Return the lines that fit, oldest first; of those, ``last`` keeps only the newest."""
    table = audit_log.c
    asked = select(audit_log).order_by(table.id.desc()).limit(last)
    if what is not None:
        asked = asked.where(table.what == what)
    if since is not None:
        asked = asked.where(table.at >= since)
    if until is not None:
        asked = asked.where(table.at < until)
    with store.reading() as connection:
        return tuple(_deed(row) for row in connection.execute(asked))[::-1]


def newest_deed(store: Store, what: str) -> Deed | None:
    """Return the newest line that tells of ``what``."""
    return next(iter(deeds(store, what=what, last=1)), None)


def _deed(row: Row[Any]) -> Deed:
    return Deed(**row._mapping)  # noqa: SLF001 - the public name of a row as a mapping
