"""What does a look at a scratch copy need of the own store? What people did and were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tasks.store.alarms import alert_episodes, alert_events, alert_mutes
from tasks.store.deeds import action_events, actions, advice

if TYPE_CHECKING:
    from tasks.store.database import Store

CARRIED = (actions, action_events, advice, alert_episodes, alert_events, alert_mutes)


def carry_over(own: Store, scratch: Store) -> None:
    """Copy actions, advice and alerts from ``own``, which is only read, into an empty store."""
    with own.reading() as there, scratch.writing("carrying") as here:
        for table in CARRIED:
            rows = [dict(line) for line in there.execute(select(table)).mappings()]
            if rows:
                here.execute(insert(table), rows)
