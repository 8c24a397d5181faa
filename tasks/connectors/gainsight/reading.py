"""How is an object of Gainsight read? What changed since the last run, page by page behind a Gsid.

An offset into rows that change meanwhile would lose some: so a page begins behind the last row of
the one before. What changes while it is read is in the next run, which begins an hour earlier than
this one did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tasks.connectors.gainsight.settings import PLACE
from tasks.connectors.streams import NoWayOn, Page, Row
from tasks.connectors.values import plain

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

AGAIN = timedelta(hours=1)
GSID, MODIFIED, CREATED = "Gsid", "ModifiedDate", "CreatedDate"


@dataclass(frozen=True, slots=True)
class Object:
    """An object and the fields that are asked for; with ``whole`` it is listed anew each time."""

    path: str
    name: str
    fields: tuple[str, ...]
    size: int
    whole: bool = False

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        place = json.loads(cursor) if cursor else {}
        since: str | None = place.get("since")
        last: str | None = place.get("last")
        began: str = place.get("began") or written(now)
        while True:
            rows, answer = self._asked(session, since, last)
            ids = [str(plain(row[GSID])) for row in rows]
            if ids != sorted(ids) or (last is not None and ids and ids[0] <= last):
                raise NoWayOn("gives rows that are not behind those it gave before")
            more = bool(rows)  # a page may be shorter than was asked for
            following = self._cursor(since, ids[-1], began) if more else self._end(began)
            yield Page(tuple(rows), cursor, following, answer.request_id)
            if not more:
                return
            cursor, last = following, ids[-1]

    def _asked(
        self, session: Session, since: str | None, last: str | None
    ) -> tuple[list[Row], Answer]:
        body = {
            "select": list(dict.fromkeys(self.fields)),
            **_where(since, last),
            "orderBy": {GSID: "asc"},
            "limit": self.size,
            "offset": 0,
        }
        path = self.path.replace(PLACE, self.name)
        answer = session.post(path, body, expects={"result": bool, "data": dict})
        records = answer.data["data"]["records"]
        if not isinstance(records, list):
            raise TypeError
        return records, answer

    def _cursor(self, since: str | None, last: str, began: str) -> str:
        return json.dumps({"since": since, "last": last, "began": began}, sort_keys=True)

    def _end(self, began: str) -> str | None:
        """Return what the next run begins with: the time when this one began, less an hour."""
        if self.whole:
            return None
        return json.dumps({"since": written(datetime.fromisoformat(began) - AGAIN)})


def _where(since: str | None, last: str | None) -> dict[str, Any]:
    asked = [(MODIFIED, "GTE", since), (GSID, "GT", last)]
    conditions = [
        {"name": name, "alias": alias, "operator": operator, "value": [value]}
        for alias, (name, operator, value) in zip("AB", asked, strict=True)
        if value is not None
    ]
    expression = " AND ".join(str(one["alias"]) for one in conditions)
    return {"where": {"conditions": conditions, "expression": expression}} if conditions else {}


def written(moment: datetime) -> str:
    """Return an instant in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
