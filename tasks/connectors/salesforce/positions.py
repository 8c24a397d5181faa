"""How far has an object been read? A position says it, and is written down as a cursor."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.connectors.salesforce.asking import Asked

LAG = timedelta(minutes=2)  # what is younger may still be on its way into the index
OVERLAP = timedelta(minutes=10)  # read again, for what was on its way for longer


@dataclass(frozen=True, slots=True)
class Position:
    """Reading what was changed from ``low`` to before ``high``, or done with it.

    ``next`` is the path of the next page, and ``at`` the last change that was read: from there a
    page that is lost is read again. ``bulk``: there are so many rows that the Bulk API gives them
    all, ``job`` is what is known of the order. ``asked`` stands for the fields, ``anew`` is when
    everything was last read from its beginning.
    """

    high: str
    asked: str
    anew: str
    low: str | None = None
    next: str | None = None
    job: str | None = None
    at: str | None = None
    bulk: bool = False
    done: bool = False

    def written(self) -> str:
        """Return it as a cursor."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read(cursor: str) -> Position:
    """Return the position that a cursor says."""
    return Position(**json.loads(cursor))


def beginning(
    cursor: str | None, asked: Asked, now: datetime, first: datetime | None, refresh: timedelta
) -> Position | None:
    """Return where to go on; None where nothing is due yet.

    ``first`` is the oldest change that counts. Other fields than the last time begin anew, and so
    do formulas after ``refresh``: what a formula gives may change, and the row does not tell.
    """
    high = min(now, asked.clock) - LAG
    before = read(cursor) if cursor else None
    if before is not None and before.asked == asked.digest:
        if not before.done:
            return before
        until = datetime.fromisoformat(before.high)
        if high <= until:
            return None
        if not (asked.has_formulas and high - datetime.fromisoformat(before.anew) >= refresh):
            low = (until - OVERLAP).isoformat()
            return Position(high.isoformat(), asked.digest, before.anew, low)
    oldest = first.isoformat() if first else None
    return Position(high.isoformat(), asked.digest, high.isoformat(), oldest)
