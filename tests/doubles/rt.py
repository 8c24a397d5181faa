"""A Request Tracker 5 of our own over real HTTP: searches in a user's own time, histories, merges.

    with RequestTracker() as rt:
        ada = rt.add_user("ada@example.com", organization="Acme Ltd")
        ana = rt.add_user("ana", privileged=True)
        ticket = rt.add_ticket(ada)
        rt.correspond(ticket, ana)
        ... point a client at rt.base_url with rt.token ...

Routes: tickets, history, user. Everything happens at ``now``; searches are of ``timezone``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.doubles.faults import Reply
from tests.doubles.web import Asked, Web, route

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
TOKEN = "1-14-0123456789abcdef"
NEVER = "1970-01-01T00:00:00Z"
SYSTEM, NOBODY = 1, 6
USUAL, MOST = 20, 100
DONE = {"resolved", "rejected", "deleted"}
CLAUSES = {
    "effective": re.compile(r"EffectiveId > 0"),
    "behind": re.compile(r"(?<!\w)id > (\d+)"),
    "since": re.compile(r"LastUpdated >= '([^']*)'"),
    "queue": re.compile(r"Queue = '((?:[^'\\]|\\.)*)'"),
}


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class RequestTracker(Web):
    """The server with its door. ``page`` is how many rows it gives at most."""

    def __init__(self, page: int = MOST, timezone: str = "UTC") -> None:
        super().__init__()
        self.page, self.timezone = page, ZoneInfo(timezone)
        self.now = START
        self.token = TOKEN
        self.users: dict[int, Row] = {}
        self.there: dict[int, Row] = {}
        self.happened: list[Row] = []
        self.hidden: set[int] = set()  # which the asking user may not see
        self.counts = True  # whether it says how many tickets a search finds
        self._ids, self._users, self._steps = count(1), count(20), count(1)
        self._user(SYSTEM, "RT_System", privileged=False)
        self._user(NOBODY, "Nobody", privileged=False)

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- what happens there ----------------------------------------------------------------------
    def _user(self, known_as: int, name: str, *, privileged: bool, organization: str = "") -> int:
        self.users[known_as] = {
            "id": str(known_as),
            "Name": name,
            "EmailAddress": name if "@" in name else f"{name}@example.com",
            "Organization": organization,
            "Privileged": int(privileged),
        }
        return known_as

    def add_user(
        self, name: str, *, organization: str = "", privileged: bool = False, known_as: int = 0
    ) -> int:
        known_as = known_as or next(self._users)
        return self._user(known_as, name, privileged=privileged, organization=organization)

    def add_ticket(
        self, *requestors: int, by: int = 0, fields: Row | None = None, **more: Any
    ) -> int:
        known_as = int(more.pop("id", 0) or next(self._ids))
        own = {
            "Subject": "Help",
            "Status": "new",
            "Priority": "0",
            "Queue": "General",
            "Owner": NOBODY,
            "Created": iso(self.now),
            "Resolved": NEVER,
            "EffectiveId": str(known_as),
        }
        values = {"id": str(known_as), "Requestor": list(requestors), "fields": fields or {}}
        self.there[known_as] = {**own, **values, **more}
        by = by or (requestors[0] if requestors else SYSTEM)
        self._happens(known_as, "Create", by)
        return known_as

    def _happens(self, ticket: int, kind: str, by: int, **more: Any) -> None:
        self.there[ticket]["LastUpdated"] = iso(self.now)
        empty = {"Field": "", "OldValue": "", "NewValue": ""}
        own = {"id": str(next(self._steps)), "Type": kind, "Created": iso(self.now), "by": by}
        self.happened.append({**empty, **own, "ObjectId": str(ticket), **more})

    def change(self, ticket: int, by: int = SYSTEM, **values: Any) -> None:
        for name, value in values.items():
            before, self.there[ticket][name] = self.there[ticket].get(name), value
            self._happens(ticket, "Set", by, Field=name, OldValue=before, NewValue=value)

    def status(self, ticket: int, status: str, by: int = SYSTEM) -> None:
        before, self.there[ticket]["Status"] = self.there[ticket]["Status"], status
        if status in DONE and before not in DONE:
            self.there[ticket]["Resolved"] = iso(self.now)
        more = {"Field": "Status", "OldValue": before, "NewValue": status}
        self._happens(ticket, "Status", by, **more)

    def correspond(self, ticket: int, by: int) -> None:
        self._happens(ticket, "Correspond", by)

    def comment(self, ticket: int, by: int) -> None:
        self._happens(ticket, "Comment", by)

    def fill(self, ticket: int, name: str, *values: str) -> None:
        self.there[ticket]["fields"][name] = list(values)
        for value in values:
            self._happens(ticket, "CustomField", SYSTEM, Field=_field(name), NewValue=value)

    def merge(self, ticket: int, into: int) -> None:
        """Only the survivor is shown as updated; its history has the other's from now on."""
        self.there[ticket] |= {"EffectiveId": str(into), "Status": "resolved"}
        self._happens(into, "AddLink", SYSTEM, Field="MergedInto")

    def purge(self, ticket: int) -> None:
        """What the shredder takes leaves nothing behind."""
        del self.there[ticket]
        self.happened = [one for one in self.happened if one["ObjectId"] != str(ticket)]

    # --- the door --------------------------------------------------------------------------------
    def refuses(self, asked: Asked) -> Reply | None:
        if asked.headers.get("Authorization") != f"token {self.token}":
            return Reply({"message": "Unauthorized"}, 401)
        return None

    @route("GET", "/REST/2.0/tickets")
    def tickets(self, asked: Asked) -> Any:
        query = asked.query["query"]
        found = {name: clause.findall(query) for name, clause in CLAUSES.items()}
        if not any(found.values()):
            return Reply({"message": "Couldn't parse the query"}, 400)
        rows = [row for row in self.there.values() if self._is_found(row, found)]
        shown = sorted(rows, key=lambda row: int(row["id"]))
        page = self._page(asked, [(row, int(row["id"]) not in self.hidden) for row in shown])
        return page if self.counts else self._uncounted(page)

    def _is_found(self, row: Row, found: dict[str, list[str]]) -> bool:
        if row["Status"] == "deleted":
            return False
        is_merged = row["EffectiveId"] != row["id"]
        since = [self._moment(one) for one in found["since"]]
        queues = [re.sub(r"\\(.)", r"\1", one) for one in found["queue"]]
        return (
            (bool(found["effective"]) or not is_merged)
            and all(int(row["id"]) > int(one) for one in found["behind"])
            and all(row["LastUpdated"] >= one for one in since)
            and (not queues or row["Queue"] in queues)
        )

    def _moment(self, said: str) -> str:
        """A time in a search is one of the asking user's."""
        local = datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=self.timezone)
        return iso(local.astimezone(UTC))

    @route("GET", "/REST/2.0/ticket/{ticket}/history")
    def history(self, asked: Asked) -> Any:
        ticket = int(asked.part["ticket"])
        if ticket not in self.there:
            return Reply({"message": "Not Found"}, 404)
        survivor = self.there[ticket]["EffectiveId"]
        mine = {row["id"] for row in self.there.values() if row["EffectiveId"] == survivor}
        rows = [one for one in self.happened if one["ObjectId"] in mine]
        page = self._page(asked, [(one, True) for one in rows])
        return self._uncounted(page)

    @staticmethod
    def _uncounted(page: Row) -> Row:
        """RT does not count what it has to look at one by one, and then names no next page."""
        left = {name: page[name] for name in page if name != "next_page"}
        return {**left, "total": None, "pages": None}

    @route("GET", "/REST/2.0/user/{user}")
    def user(self, asked: Asked) -> Any:
        known_as = asked.part["user"]
        if not known_as.isdecimal() or int(known_as) not in self.users:
            return Reply({"message": "Not Found"}, 404)
        return {"Privileged": self.users[int(known_as)]["Privileged"], "_hyperlinks": []}

    def _page(self, asked: Asked, rows: list[tuple[Row, bool]]) -> Row:
        number = int(asked.query.get("page", "1"))
        size = min(int(asked.query.get("per_page", USUAL)), MOST, self.page)
        names = asked.query.get("fields", "").split(",")
        shown = [row for row, seen in rows[(number - 1) * size : number * size] if seen]
        pages = -(-len(rows) // size)
        counts = {"count": len(shown), "total": len(rows), "per_page": size, "page": number}
        following = urlencode({**asked.query, "page": number + 1})
        more = {"next_page": f"{self.base_url}{asked.path}?{following}"} if number < pages else {}
        items = [self._item(row, names, asked) for row in shown]
        return {**counts, **more, "pages": pages, "items": items}

    def _item(self, row: Row, names: list[str], asked: Asked) -> Row:
        given = {"type": "ticket", "id": row["id"], "_url": f"{self.base_url}/{row['id']}"}
        return given | {name: self._value(row, name, asked) for name in names if name}

    def _value(self, row: Row, name: str, asked: Asked) -> Any:
        if name == "Requestor":
            return [self._person(one, name, asked) for one in row["Requestor"]]
        if name in {"Owner", "Creator"}:
            return self._person(row["Owner" if name == "Owner" else "by"], name, asked)
        if name == "Queue":
            return {"type": "queue", "id": "1", "Name": row["Queue"]}
        if name == "CustomFields":
            return [
                {"type": "customfield", "id": _field(one), "name": one, "values": list(values)}
                for one, values in row["fields"].items()
            ]
        return row.get(name, "")

    def _person(self, known_as: int, name: str, asked: Asked) -> Row:
        user = self.users[known_as]
        more = asked.query.get(f"fields[{name}]", "").split(",")
        given = {"type": "user", "id": user["Name"], "_url": f"{self.base_url}/user"}
        return given | {one: user[one] for one in more if one}


def _field(name: str) -> str:
    """The number of a custom field."""
    return str(100 + len(name))
