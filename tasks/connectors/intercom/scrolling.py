"""How are all companies read? By a scroll, which moves on with every answer, and cannot go back.

A workspace has one scroll at a time, and an unused one ends after a minute. An answer that was
lost is a page that was lost: so nothing is asked twice, and whatever goes wrong, it begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tasks.connectors.api import Rejected
from tasks.connectors.streams import NoWayOn, Page, as_it_came
from tasks.errors import SourceUnavailable

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

COMPANIES = "/companies/scroll"
ROWS = "data"
AN_OPEN_ONE_S = 61.0  # until a scroll that nobody uses has ended
BEGUN_ANEW = 3  # times in one run
OPEN, NO_SUCH, TOO_MANY = 400, 404, 429
PASSING = frozenset({OPEN, NO_SUCH, TOO_MANY})


@dataclass(slots=True)
class _Scroll:
    """One way through all companies: which page it is at."""

    session: Session
    round: int
    number: int = 0
    token: str | None = None

    def ask(self) -> Answer:
        """Return the next page; the first one may be asked for again, no other."""
        asked = {"scroll_param": self.token} if self.token else {}
        session = self.session.once() if self.token else self.session
        answer = session.get(COMPANIES, asked, expects={ROWS: list})
        self.token = answer.data.get("scroll_param") or self.token
        self.number += 1
        return answer

    @property
    def place(self) -> str:
        """A name for where it is: Intercom has one token for all pages."""
        return f"{self.round}.{self.number}"


def scrolled(session: Session, cursor: str | None, _now: datetime) -> Iterator[Page]:
    """Yield the pages of all companies, always from the first."""
    scroll = _Scroll(session, int((cursor or "0").partition(".")[0]) + 1)
    last, left = cursor, BEGUN_ANEW
    seen: set[str] = set()
    while True:
        try:
            answer = scroll.ask()
        except (Rejected, SourceUnavailable) as error:
            if left == 0 or not _may_pass(error, scroll):
                raise
            left -= 1
            session.world.sleep(max(AN_OPEN_ONE_S, getattr(error, "after_s", None) or 0))
            scroll, seen = _Scroll(session, scroll.round + 1), set()
            continue
        rows = tuple(answer.data[ROWS])
        if not rows:
            yield Page((), last, None, answer.request_id)
            return
        fresh = {str(row.get("id")) for row in rows} - seen
        if not fresh:
            raise NoWayOn("gives the same companies again and again")
        seen |= fresh
        yield Page(rows, last, scroll.place, answer.request_id, as_it_came(answer, ROWS, rows))
        last = scroll.place


def _may_pass(error: Rejected | SourceUnavailable, scroll: _Scroll) -> bool:
    """Return whether a new scroll may get further: another one is open, or this one broke."""
    if isinstance(error, Rejected):
        is_unknown = error.status == NO_SUCH and scroll.token is None  # nothing has ended yet
        return error.status in PASSING and not is_unknown
    return scroll.token is not None
