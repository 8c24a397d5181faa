"""Does somebody listen to what people press in Slack? Whoever does says so every half minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, insert, select, update

from tasks.store.clock import store_time
from tasks.store.deeds import clicks, listeners
from tasks.store.owners import is_dead, this_process

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.store.database import Store

SUBJECT = "listeners"
BEAT_S = 30
SILENCE = timedelta(seconds=3 * BEAT_S)  # who was silent for so long is taken for dead


def beat(store: Store, owner: str | None = None) -> None:
    """Note that this process listens, by the store's clock."""
    owner = owner or this_process()
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        mine = update(listeners).where(listeners.c.owner == owner).values(seen_at=now)
        if not connection.execute(mine).rowcount:
            row = {"owner": owner, "since": now, "seen_at": now}
            connection.execute(insert(listeners).values(row))
        gone = listeners.c.seen_at < now - timedelta(days=1)
        connection.execute(delete(listeners).where(gone))


def fall_silent(store: Store, owner: str | None = None) -> None:
    """Note that this process no longer listens."""
    mine = listeners.c.owner == (owner or this_process())
    with store.writing(SUBJECT) as connection:
        connection.execute(delete(listeners).where(mine))


def is_listened(store: Store, now: datetime | None = None) -> bool:
    """Return whether somebody listens at ``now``; None is the present moment of the store's clock.

    A process that is dead on this very host is not believed, however lately it spoke.
    """
    with store.reading() as connection:
        moment = now or store_time(connection)
        heard = select(listeners.c.owner).where(listeners.c.seen_at > moment - SILENCE)
        return any(not is_dead(owner) for owner in connection.scalars(heard))


def claim_click(store: Store, key: str, *, who: str, what: str, subject: str) -> bool:
    """Return whether ``key`` is new; from now on it is known, and never answered again."""
    with store.writing("clicks") as connection:
        if connection.scalar(select(exists().where(clicks.c.key == key))):
            return False
        at = store_time(connection)
        row = {"key": key, "who": who, "what": what, "subject": subject, "at": at}
        connection.execute(insert(clicks).values(row))
        return True


def release_click(store: Store, key: str) -> None:
    """Forget ``key``: what was asked could not be done, and may be asked again."""
    with store.writing("clicks") as connection:
        connection.execute(delete(clicks).where(clicks.c.key == key))
