"""What may have gone out that this store knows nothing of? All that fell due since it was a backup.

A store that was put back is older than the world: messages may have been sent that it has waiting,
or has never written. Such messages are marked: whoever can be asked is asked before anything is
posted, and where nobody can be asked the message is not sent but left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tasks.store.clock import store_time
from tasks.store.entries import Part, State, entries_on, part_row
from tasks.store.runs import Outcome
from tasks.store.tables import outbox, runs

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tasks.store.database import Store

RESTORE = "restore"  # the kind of the run that notes it
EVERY_PART = "*"  # stands for all parts of a message that nothing else is known of
MOST_UNANSWERED = 2  # how often a part may go out that nobody can be asked about
NEVER_UNSURE = frozenset({"ops"})  # operators would rather be told twice
CAUGHT_UP = timedelta(days=7)  # by then all that was due in the lost time has been looked at
DIGEST = "digest"  # told when its period is over; anything else while it runs
_DAYS = re.compile(r"\d{4}-\d\d-\d\d")
_SHAPES = {
    r"\d{4}-\d\d-\d\d": "day",
    r"\d{4}-W\d\d": "week",
    r"\d{4}-\d\d": "month",
    r"\d{4}-Q\d": "quarter",
    r"\d{4}": "year",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """The time between a backup and its restoring.

    ``over`` is by grain the last period that was over at its end, ``begun`` the last that had
    begun: what is of a later one cannot have been sent.
    """

    since: datetime
    over: Mapping[str, str]
    begun: Mapping[str, str]

    def may_have_told(self, kind: str, period: str) -> bool:
        """Return whether a message of that kind about ``period`` may have gone out meanwhile."""
        if kind in NEVER_UNSURE:
            return False
        first = _DAYS.match(period)  # some alerts speak of days from one to another
        key = first.group() if first else period
        grain = next((grain for shape, grain in _SHAPES.items() if re.fullmatch(shape, key)), "")
        last = (self.over if kind == DIGEST else self.begun).get(grain)
        return last is not None and key <= last


def note_loss(store: Store, lost: Lost) -> int:
    """Note the lost time, mark what waits as perhaps sent; return how many messages that is."""
    summary = {"over": dict(lost.over), "begun": dict(lost.begun)}
    row = {
        "kind": RESTORE,
        "subject": "ALL",
        "started_at": lost.since,
        "outcome": Outcome.DONE.value,
        "summary": summary,
    }
    with store.writing("outbox") as connection:
        connection.execute(insert(runs).values(**row, finished_at=store_time(connection)))
        open_ = [State.WAITING.value, State.SENDING.value]
        waiting = [
            one
            for one in entries_on(connection, outbox.c.state.in_(open_))
            if one.kind not in NEVER_UNSURE
        ]
        for one in waiting:
            parts = {name: part_row(part) for name, part in one.parts.items()}
            values = {"parts": {**_unsure(lost), **parts}, "state": State.WAITING.value}
            connection.execute(update(outbox).where(outbox.c.id == one.id).values(values))
    return len(waiting)


def parts_of_new(connection: Connection, kind: str, period: str, now: datetime) -> dict[str, Any]:
    """Return what is known of the parts of a message that is written only now: mostly nothing."""
    unsure = (one for one in _lost(connection, now) if one.may_have_told(kind, period))
    first = next(unsure, None)
    return {} if first is None else _unsure(first)


def _unsure(lost: Lost) -> dict[str, Any]:
    # as often as may be: it is not handed over again where nobody can be asked
    return {EVERY_PART: part_row(Part(None, MOST_UNANSWERED, lost.since, lost.since))}


def _lost(connection: Connection, now: datetime) -> list[Lost]:
    recent = (runs.c.kind == RESTORE) & (runs.c.finished_at > now - CAUGHT_UP)
    statement = select(runs).where(recent).order_by(runs.c.started_at)
    return [
        Lost(line.started_at, line.summary["over"], line.summary["begun"])
        for line in connection.execute(statement)
    ]
