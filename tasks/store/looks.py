"""When did each kind of work last look whether there is anything to do? One row each, kept current.

What was done stands in the ledger; that somebody looked and found nothing would fill it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from tasks.store.runs import Outcome
from tasks.store.tables import runs as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.store.database import Store

LOOK = "look"  # the kind of these runs
SYNCS, WATCHES, DIGESTS, SENDS = "sync", "watch", "digest", "outbox"  # what is looked for


def look(store: Store, subject: str, now: datetime) -> None:
    """Note that somebody looks for work of this kind ``now``, and did not fail."""
    values = {"started_at": now, "finished_at": now, "outcome": Outcome.DONE.value}
    mine = (ledger.c.kind == LOOK) & (ledger.c.subject == subject)
    with store.writing("runs") as connection:
        if not connection.execute(update(ledger).where(mine).values(values)).rowcount:
            row = {"kind": LOOK, "subject": subject, "summary": {}, **values}
            connection.execute(insert(ledger).values(row))


def looked_at(store: Store, subject: str) -> datetime | None:
    """Return when somebody last looked for work of this kind; None before the first time."""
    mine = (ledger.c.kind == LOOK) & (ledger.c.subject == subject)
    with store.reading() as connection:
        found: datetime | None = connection.scalar(
            select(func.max(ledger.c.started_at)).where(mine)
        )
    return found
