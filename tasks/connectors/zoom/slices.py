"""How is a history read of which Zoom gives a month at most? In slices, and none may come short.

A longer time is cut to its last month without a word: so an answer must say that it covers what
was asked for. The token of a next page is good for 15 minutes; later its slice is read again. What
is listed late is found by reading the last two days again each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tasks.connectors.paging import Slice, by_slices
from tasks.connectors.streams import Page, Row
from tasks.connectors.values import inside, instant, plain, whole

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

LONGEST = timedelta(days=30)
AGAIN = timedelta(days=2)
DAY = timedelta(days=1)
A_DATE = len("2026-01-01")
NOTHING_SINCE = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class History:
    """A list that is asked for by ``from`` and ``to``; its rows stand under one of ``keys``.

    With ``ids`` only these fields of the rows are kept, and each listing begins anew.
    """

    path: str
    keys: tuple[str, ...]
    back: timedelta
    size: int
    also: dict[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    read: tuple[datetime, datetime] | None = None  # from when until when, by the last run

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        self.read = (now - self.back, now)

        def ask(lo: datetime, hi: datetime, token: str | None) -> Slice:
            return self._slice(session, (lo, hi), token, now)

        pages = by_slices(ask, cursor, start=now - self.back, end=now, longest=LONGEST, again=AGAIN)
        for page in pages:
            ends = self.ids and page.cursor_out is not None and '"upto"' in page.cursor_out
            yield Page(page.rows, page.cursor_in, None if ends else page.cursor_out)

    def total(self, session: Session) -> int:
        """Return how many rows Zoom counts for the time that was read last."""
        lo, end = self.read or (NOTHING_SINCE, NOTHING_SINCE)
        count = 0
        while lo < end:
            hi = min(end, lo + LONGEST)
            count += whole(self._asked(session, (lo, hi), None, 1).data["total_records"]) or 0
            lo = hi
        return count

    def _slice(
        self, session: Session, time: tuple[datetime, datetime], token: str | None, now: datetime
    ) -> Slice:
        answer = self._asked(session, time, token, self.size)
        return Slice(
            self._kept(self._rows(answer.data)),
            plain(answer.data.get("next_page_token")),
            _covers(answer.data, time[1], now),
            answer.request_id,
        )

    def _asked(
        self, session: Session, time: tuple[datetime, datetime], token: str | None, size: int
    ) -> Answer:
        asked = {"from": written(time[0]), "to": written(time[1]), "page_size": str(size)}
        more = {"next_page_token": token} if token else {}
        return session.get(self.path, {**asked, **self.also, **more}, expects={"": dict})

    def _rows(self, said: dict[str, Any]) -> list[Row]:
        """Return the rows: those of the newer array, where an answer has both."""
        lists = [said[key] for key in self.keys if isinstance(said.get(key), list)]
        if not lists:
            raise KeyError(self.keys[0])
        return next((rows for rows in lists if rows), [])

    def _kept(self, rows: list[Row]) -> tuple[Row, ...]:
        if not self.ids:
            return tuple(rows)
        return tuple({name: row.get(name) for name in self.ids} for row in rows)


def _covers(said: Any, hi: datetime, now: datetime) -> tuple[datetime, datetime] | None:  # noqa: ANN401 - JSON
    """Return the time that an answer says it covers; a date as its end is the whole day.

    The last slice ends now by our clock, which may be ahead of Zoom's.
    """
    begins, ends = instant(inside(said, "from")), instant(inside(said, "to"))
    if begins is None or ends is None:
        return None
    if len(str(said["to"])) == A_DATE:
        ends += DAY
    return begins, max(ends, hi) if hi >= now else ends


def written(moment: datetime) -> str:
    """Return an instant the way Zoom takes it, which is UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
