"""How are records read? Listed once, then searched for changes, each with what it is tied to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.hubspot.places import Places
from tasks.connectors.hubspot.positions import (
    Listing,
    Position,
    Waiting,
    Window,
    endless,
    read,
    written,
)
from tasks.connectors.hubspot.records import rank
from tasks.connectors.hubspot.ties import with_history, with_ties
from tasks.connectors.properties import EPOCH, parsed
from tasks.connectors.streams import Body, Page, as_it_came

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tasks.connectors.http import Answer, Session

LISTED, LISTED_WITH_HISTORY, SEARCHED = 100, 50, 200  # rows a page may have
SEARCH = "search"  # the limit that searches count for
LAG = timedelta(minutes=5)  # the index is that late at the most
OVERLAP = timedelta(minutes=15)  # read again, for what came into the index later than that
MILLISECOND = timedelta(milliseconds=1)
ROWS: dict[str, type] = {"results": list}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: what is asked of it, and how far back.

    ``changed`` is the property with its last change. ``months``: only what was changed in these
    last months, by search alone; None is everything there is, by list.
    """

    name: str
    properties: tuple[str, ...]
    histories: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    changed: str = "hs_lastmodifieddate"
    months: int | None = None

    def without(self, names: tuple[str, ...]) -> Kind:
        """Return the same kind, which is not asked for these properties."""
        left_out = set(names)
        return replace(
            self,
            properties=tuple(name for name in self.properties if name not in left_out),
            histories=tuple(name for name in self.histories if name not in left_out),
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """All properties that are asked for."""
        merged = ("hs_merged_object_ids",)
        return tuple(dict.fromkeys((*self.properties, self.changed, *merged)))


def changes(
    kind: Kind, places: Places, session: Session, cursor: str | None, now: datetime
) -> Iterator[Page]:
    """Yield everything, or what was changed since ``cursor``, up to five minutes before ``now``."""
    position = read(cursor) if cursor else _beginning(kind, now)
    while True:
        at = _window(position, now) if isinstance(position, Waiting) else position
        if isinstance(at, Waiting):
            return
        rows, position, answer = _read(kind, places, session, at)
        body = as_it_came(answer, "results", rows)
        yield Page(rows, cursor, written(position), answer.request_id, body)
        cursor = written(position)
        if isinstance(position, Waiting) and isinstance(at, Window):
            return


def listed(
    path: str,
    session: Session,
    cursor: str | None,
    _now: datetime,
    *,
    archived: bool,
    properties: str = "",
) -> Iterator[Page]:
    """Yield all that stands at ``path``, the deleted or the others; the end has no cursor."""
    seen = {cursor} - {None}
    while True:
        asked = {"limit": str(LISTED), "archived": "true" if archived else "false"}
        asked |= {"properties": properties} if properties else {}
        answer = session.get(path, asked | ({"after": cursor} if cursor else {}), expects=ROWS)
        following = next_after(answer.data)
        if following in seen:
            raise endless("list")
        seen.add(following)
        yield _page(answer, cursor, following)
        if following is None:
            return
        cursor = following


def archived(path: str, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
    """Yield all deleted records that HubSpot still knows."""
    return listed(path, session, cursor, now, archived=True)


def identities(path: str, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
    """Yield all records that are not deleted, with little more than their ids."""
    return listed(path, session, cursor, now, archived=False, properties="hs_object_id")


def count(path: str, session: Session) -> int:
    """Return how many records the search at ``path`` counts."""
    asked = {"properties": ["hs_object_id"], "limit": 1, "after": 0}
    body = {"filterGroups": [], "sorts": [], **asked}
    answer = session.post(path, body, limit=SEARCH, expects={"total": int})
    return int(answer.data["total"])


def at_once(path: str, session: Session, _cursor: str | None, _now: datetime) -> Iterator[Page]:
    """Yield all that stands at ``path``, which HubSpot always gives in one answer."""
    yield _page(session.get(path, {"archived": "false"}, expects=ROWS), None, None)


def once(path: str, session: Session, _cursor: str | None, _now: datetime) -> Iterator[Page]:
    """Yield the one thing that stands at ``path``."""
    answer = session.get(path, expects={"portalId": int})
    yield Page((answer.data,), None, None, answer.request_id, Body(answer.body, ""))


def _page(answer: Answer, cursor: str | None, following: str | None) -> Page:
    body = Body(answer.body, "results")
    return Page(tuple(answer.data["results"]), cursor, following, answer.request_id, body)


def next_after(data: Mapping[str, Any]) -> str | None:
    """Return the cursor of the next page, None on the last one."""
    following = ((data.get("paging") or {}).get("next") or {}).get("after")
    return str(following) if following is not None else None


def _beginning(kind: Kind, now: datetime) -> Position:
    if kind.months is None:
        return Listing(_ms(now))
    return Waiting(_ms(now - timedelta(days=31 * kind.months)))


def _window(position: Waiting, now: datetime) -> Window | Waiting:
    """Return what is to be searched now; ``position`` itself where nothing is due yet."""
    low, high = position.since - OVERLAP // MILLISECOND, _ms(now - LAG)
    return Window(low, high) if high > position.since else position


def _read(
    kind: Kind, places: Places, session: Session, at: Listing | Window
) -> tuple[tuple[Any, ...], Position, Answer]:
    """Return the rows of one page, where the next one begins, and the answer they came in."""
    if isinstance(at, Window):
        return _searched(kind, places, session, at)
    return _listed(kind, places, session, at)


def _listed(
    kind: Kind, places: Places, session: Session, position: Listing
) -> tuple[tuple[Any, ...], Position, Answer]:
    asked = {
        "limit": str(LISTED_WITH_HISTORY if kind.histories else LISTED),
        "properties": ",".join(kind.asked),
    }
    if kind.histories:
        asked["propertiesWithHistory"] = ",".join(kind.histories)
    if position.after:
        asked["after"] = position.after
    answer = session.get(places.objects(kind.name), asked, expects=ROWS)
    began = position.began if position.after else min(position.began, clock(answer))
    after = next_after(answer.data)
    if after is not None and after == position.after:
        raise endless("list")
    rows = with_ties(kind.name, kind.ties, places, session, answer.data["results"])
    following: Position = Listing(began, after) if after else Waiting(began - LAG // MILLISECOND)
    return rows, following, answer


def _searched(
    kind: Kind, places: Places, session: Session, window: Window
) -> tuple[tuple[Any, ...], Position, Answer]:
    body = {
        "filterGroups": [{"filters": window.filters(kind.changed)}],
        "sorts": [kind.changed if window.tied is None else "hs_object_id"],
        "properties": list(kind.asked),
        "limit": SEARCHED,
        "after": 0,
    }
    answer = session.post(
        places.search(kind.name), body, limit=SEARCH, expects={"results": list, "total": int}
    )
    found = answer.data["results"]
    is_last = len(found) >= answer.data["total"] or not found
    following = window.after(*_last(kind, window, found), is_last=is_last)
    rows = with_history(kind.name, kind.asked, kind.histories, places, session, found)
    rows = with_ties(kind.name, kind.ties, places, session, rows)
    # Should our clock be ahead of theirs, then only theirs says what has been read.
    end = Waiting(min(window.high, clock(answer) - LAG // MILLISECOND))
    return rows, following or end, answer


def _last(kind: Kind, window: Window, found: list[dict[str, Any]]) -> tuple[int, int]:
    if not found:
        return window.low, window.tied or 0
    row = found[-1]
    changed = parsed(str((row.get("properties") or {}).get(kind.changed) or row["updatedAt"]))
    return (window.low if changed is None else _ms(changed)), rank(row["id"])[0]


def clock(answer: Answer) -> int:
    """Return the millisecond at which the vendor's own clock stood; the future without one."""
    written_there = answer.headers.get("date", "")
    try:
        return _ms(parsedate_to_datetime(written_there).astimezone(UTC))
    except ValueError:
        return _ms(datetime.max.replace(tzinfo=UTC))


def _ms(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND
