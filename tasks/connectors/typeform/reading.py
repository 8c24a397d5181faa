"""How are the responses to all forms read? Form by form, oldest first, from a time on.

``since`` includes its second, so pages overlap there. Where one second has more responses than a
page holds they are read behind each other's tokens, and counted: what is missing is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tasks.connectors.api import Rejected
from tasks.connectors.paging import Turn, by_time
from tasks.connectors.streams import NoWayOn, Page, Row
from tasks.connectors.values import inside, instant, plain

if TYPE_CHECKING:
    from tasks.connectors.http import Session

SIZE = "1000"  # responses a page gives at most
FORMS_SIZE = "200"
AGAIN = timedelta(days=1)  # shown half an hour late at most, they say
GONE = 404
SECOND = timedelta(seconds=1)
ID_FIELDS = ("response_id", "token", "submitted_at")


@dataclass(frozen=True, slots=True)
class FormIds:
    """Which forms there are: the ``only`` ones that were named, or all of the account."""

    only: tuple[str, ...] = ()

    def page(self, session: Session, number: int) -> Turn:
        """Return one page of the list of forms."""
        if self.only:
            return Turn(tuple({"id": one} for one in self.only), None, more=False)
        asked = {"page": str(number), "page_size": FORMS_SIZE}
        answer = session.get("/forms", asked, expects={"items": list, "page_count": int})
        more = number < answer.data["page_count"]
        following = str(number + 1) if more else None
        return Turn(tuple(answer.data["items"]), following, more, answer.request_id)

    def form(self, session: Session, listed: Row) -> Row | None:
        """Return a form with its questions; None for one that was deleted meanwhile."""
        try:
            answer = session.get(f"/forms/{named(listed)}", expects={"id": str, "fields": list})
        except Rejected as error:
            if error.status != GONE or self.only:
                raise
            return None
        return {"last_updated_at": listed.get("last_updated_at"), **answer.data}

    def pages(self, session: Session, number: int = 1) -> Iterator[Turn]:
        """Yield the pages of the list from one on."""
        found: set[str] = set()
        more = True
        while more:
            turn = self.page(session, number)
            ids = {named(one) for one in turn.rows}
            if turn.more and not ids - found:
                raise NoWayOn("names the same forms on every page of their list")
            yield turn
            found |= ids
            number, more = number + 1, turn.more

    def all(self, session: Session) -> list[str]:
        """Return the ids of all forms, sorted."""
        found = {plain(one["id"]) for turn in self.pages(session) for one in turn.rows}
        return sorted(filter(None, found))


def named(form: Row) -> str:
    """Return the id of a form as a part of an address."""
    return quote(str(plain(form["id"])), safe="")


def count_of(ids: FormIds) -> Callable[[Session], int]:
    """Return a way to ask how many responses there are."""

    def total(session: Session) -> int:
        return sum(_asked(session, form, {"page_size": "1"})[1] for form in ids.all(session))

    return total


@dataclass(frozen=True, slots=True)
class Responses:
    """The responses to all forms; the cursor is up to when each form has been read.

    The time is when a run began, which is no cursor of Typeform's: so every run reads a day
    again, by which clocks may differ and responses be shown late. With ``only_ids`` it is a whole
    listing that begins anew each time.
    """

    ids: FormIds
    customer: str
    only_ids: bool = False

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        place = json.loads(cursor) if cursor else {"upto": {}}
        upto: dict[str, str] = dict(place["upto"])
        forms = self.ids.all(session)
        begins = place.get("at", "")
        left = [form for form in forms if form >= begins]
        if begins and not left:  # the one that was being read is gone
            yield Page((), cursor, None if self.only_ids else _cursor(upto, None))
        for form, following in zip(left, [*left[1:], None], strict=False):  # there may be none
            since = place.get("since") if form == begins else upto.get(form)
            for number, page in enumerate(self._of(session, form, since)):
                goes_on = _cursor(upto, form, page.cursor_out, number + 1)
                yield Page(page.rows, cursor, goes_on, page.request_id)
                cursor = goes_on
            if not self.only_ids:
                upto[form] = written(now - AGAIN)
            ends = _cursor(upto, following, upto.get(following or ""))
            yield Page((), cursor, None if self.only_ids and following is None else ends)
            cursor = ends

    def _of(self, session: Session, form: str, since: str | None) -> Iterator[Page]:
        def ask(at: str | None) -> Turn:
            return self._turn(session, form, at)

        def flood(at: str) -> Iterator[tuple[Row, ...]]:
            return self._flood(session, form, at)

        try:
            yield from by_time(ask, since, _token, flood, _next_second)
        except Rejected as error:
            if error.status != GONE or self.ids.only:
                raise  # one that was deleted meanwhile has no more to tell

    def _turn(self, session: Session, form: str, at: str | None) -> Turn:
        asked = {"sort": "submitted_at,asc", **({"since": at} if at else {})}
        rows, total, request_id = _asked(session, form, {"page_size": SIZE, **asked})
        times = [written(_submitted(row)) for row in rows]
        if times != sorted(times) or (at is not None and times and times[0] < at):
            raise NoWayOn("gives responses of other times, or in another order, than asked for")
        more = bool(rows) and total > len(rows)
        return Turn(self._kept(form, rows), times[-1] if times else at, more, request_id)

    def _flood(self, session: Session, form: str, at: str) -> Iterator[tuple[Row, ...]]:
        asked = {"page_size": SIZE, "since": at, "until": at}
        rows, total, _ = _asked(session, form, {**asked, "sort": "submitted_at,asc"})
        seen: set[str] = set()
        while True:
            fresh = [row for row in rows if _token(row) not in seen]
            if len(seen) < total and not fresh:
                raise NoWayOn("has more rows of one moment than it gives")
            seen |= {_token(row) for row in fresh}
            yield self._kept(form, fresh)
            if len(seen) >= total:
                return
            rows, _, _ = _asked(session, form, {**asked, "after": _token(rows[-1])})

    def _kept(self, form: str, rows: list[Row]) -> tuple[Row, ...]:
        """Return rows that say which form they are of, and whose they are: to be forgotten by."""
        if self.only_ids:
            ids = ({name: row.get(name) for name in ID_FIELDS} for row in rows)
            return tuple({**row, "form_id": form} for row in ids)
        return tuple(
            {**row, "form_id": form, "customer_id": inside(row, "hidden", self.customer)}
            for row in rows
        )


def _asked(session: Session, form: str, how: Mapping[str, str]) -> tuple[list[Row], int, str]:
    path = f"/forms/{quote(form, safe='')}/responses"
    answer = session.get(path, how, expects={"items": list, "total_items": int})
    return answer.data["items"], answer.data["total_items"], answer.request_id


def _cursor(
    upto: Mapping[str, str], form: str | None, since: str | None = None, pages: int = 0
) -> str:
    place: dict[str, Any] = {"upto": upto}
    if form is not None:
        place |= {"at": form, "since": since, "pages": pages}
    return json.dumps(place, sort_keys=True)


def _token(row: Row) -> str:
    return str(plain(row.get("token") or row.get("response_id")))


def _submitted(row: Row) -> datetime:
    moment = instant(row["submitted_at"])
    if moment is None:
        raise ValueError("a response without its time")
    return moment


def _next_second(at: str) -> str:
    return written(datetime.fromisoformat(at) + SECOND)


def written(moment: datetime) -> str:
    """Return an instant the way Typeform takes it: UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
