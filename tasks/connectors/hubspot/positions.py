"""How far has a kind of record been read? A position says it, and is written down as a cursor.

The first run lists everything from the oldest id to the newest. After that the search is asked for
what has changed, window by window, and within a window from the oldest change to the newest:

- Never by offset: it is refused past 10,000 rows, and a row that changes meanwhile leaves the
  window, so that all behind it move up and one is skipped. The next question begins at the change
  that the last page ended with; what shares its millisecond comes twice, which does no harm.
- Where more rows share a millisecond than a page holds, they are read by their ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tasks.errors import SourceUnavailable


@dataclass(frozen=True, slots=True)
class Listing:
    """In the list of everything, ``after`` this record; it was begun at this millisecond."""

    began: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that was changed before this millisecond has been read."""

    since: int


@dataclass(frozen=True, slots=True)
class Window:
    """Reading what was changed from ``low`` to before ``high``.

    ``tied`` is set while more rows share ``low`` than a page holds: the id that was read last.
    """

    low: int
    high: int
    tied: int | None = None

    def filters(self, changed: str) -> list[dict[str, str]]:
        """Return what the search is asked for; ``changed`` is the property with the last change."""
        until = self.high if self.tied is None else self.low + 1
        asked = [(changed, "GTE", self.low), (changed, "LT", until)]
        asked += [] if self.tied is None else [("hs_object_id", "GT", self.tied)]
        return [
            {"propertyName": name, "operator": operator, "value": str(value)}
            for name, operator, value in asked
        ]

    def after(self, last_change: int, last_id: int, *, is_last: bool) -> Window | None:
        """Return where the next page begins; None where the window has been read.

        Raises SourceUnavailable where the answer leads nowhere: it would never end.
        """
        if is_last:
            done = self.tied is None or self.low + 1 >= self.high
            return None if done else Window(self.low + 1, self.high)
        if self.tied is not None:
            following = Window(self.low, self.high, last_id)
        elif last_change > self.low:
            following = Window(last_change, self.high)
        else:
            following = Window(self.low, self.high, tied=0)
        if following._rank() <= self._rank() or following.low >= self.high:
            raise endless("search")
        return following

    def _rank(self) -> tuple[int, int]:
        return self.low, -1 if self.tied is None else self.tied


def endless(what: str) -> SourceUnavailable:
    """Return the error for an answer that leads back to where we have been."""
    return SourceUnavailable(
        f"HubSpot's {what} leads back to a page that was read already, and would never end.",
        todo="Nothing is lost: the next sync goes on from here. If it stays, tell HubSpot.",
    )


Position = Listing | Waiting | Window
_KINDS: dict[str, type[Position]] = {"list": Listing, "wait": Waiting, "window": Window}


def written(position: Position) -> str:
    """Return a position as a cursor."""
    name = next(name for name, kind in _KINDS.items() if isinstance(position, kind))
    fields = {key: getattr(position, key) for key in type(position).__slots__}
    return json.dumps({"at": name, **fields}, separators=(",", ":"))


def read(cursor: str) -> Position:
    """Return the position that a cursor says."""
    fields = json.loads(cursor)
    return _KINDS[fields.pop("at")](**fields)
