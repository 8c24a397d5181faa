"""What is in an Intercom workspace, and what happens there; everything at ``now``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
MOST_PARTS = 500
AGENT = 901


class Workspace:
    """Companies, contacts, conversations; ``zone_h`` is how far its days are from UTC's.

    ``office`` are its office hours, in its own zone: what its statistics count; without, all hours.
    """

    def __init__(self, zone_h: int = 0) -> None:
        self.now = START
        self.zone = timedelta(hours=zone_h)
        self.office: tuple[ZoneInfo, int, int] | None = None
        self.companies: dict[str, Row] = {}
        self.contacts: dict[str, Row] = {}
        self.conversations: dict[str, Row] = {}
        self.parts: dict[str, list[Row]] = {}
        self._ids = count(1)

    @property
    def second(self) -> int:
        return int(self.now.timestamp())

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- who is there ----------------------------------------------------------------------------
    def add_company(self, known_as: str, name: str, **more: Any) -> str:
        row = {
            "type": "company",
            "id": f"ic{known_as}",
            "company_id": known_as,
            "name": name,
            "remote_created_at": self.second,
            "created_at": self.second,
            "updated_at": self.second,
            "monthly_spend": 0,
            "session_count": 0,
            "user_count": 0,
            "tags": {"type": "tag.list", "tags": []},
            "segments": {"type": "segment.list", "segments": []},
            "plan": {},
            "custom_attributes": {},
            **more,
        }
        self.companies[row["id"]] = row
        return str(row["id"])

    def add_contact(self, name: str, *companies: str, **more: Any) -> str:
        known_as = more.pop("id", None) or f"{next(self._ids):024x}"
        self.contacts[known_as] = {
            "type": "contact",
            "id": known_as,
            "external_id": None,
            "role": "user",
            "email": f"{known_as}@example.com",
            "name": name,
            "created_at": self.second,
            "updated_at": self.second,
            "last_seen_at": None,
            "custom_attributes": {},
            "companies": _list([{"type": "company", "id": one} for one in companies]),
            **more,
        }
        return known_as

    def change_contact(self, known_as: str, **values: Any) -> None:
        self.contacts[known_as] |= {**values, "updated_at": self.second}

    def merge(self, gone: str, into: str) -> None:
        """The one is no more; what it said stays under its old name until it is touched."""
        del self.contacts[gone]
        self.change_contact(into)

    # --- what is said ----------------------------------------------------------------------------
    def converse(self, contact: str, body: str = "<p>Help!</p>", **more: Any) -> str:
        known_as = str(more.pop("id", None) or next(self._ids))
        source = {
            "type": "conversation",
            "id": f"s{known_as}",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": body,
            "author": {"type": "user", "id": contact},
            **more.pop("source", {}),
        }
        is_theirs = source["delivered_as"] == "customer_initiated"
        self.conversations[known_as] = {
            "type": "conversation",
            "id": known_as,
            "title": None,
            "created_at": self.second,
            "updated_at": self.second,
            "state": "open",
            "open": True,
            "priority": "not_priority",
            "admin_assignee_id": AGENT,
            "team_assignee_id": None,
            "source": source,
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": contact}]},
            "first_contact_reply": {"created_at": self.second} if is_theirs else None,
            "tags": {"type": "tag.list", "tags": []},
            "statistics": None,
            "conversation_rating": None,
            "ai_agent": None,
            "ai_agent_participated": False,
            **more,
        }
        self.parts[known_as] = []
        return known_as

    def change(self, known_as: str, **values: Any) -> None:
        self.conversations[known_as] |= {**values, "updated_at": self.second}

    def tag(self, known_as: str, *names: str) -> None:
        self.change(known_as, tags={"type": "tag.list", "tags": [{"name": one} for one in names]})

    def part(self, known_as: str, kind: str, author: str, body: str | None = None) -> None:
        talk = self.conversations[known_as]
        self.parts[known_as].append(
            {
                "type": "conversation_part",
                "id": str(next(self._ids)),
                "part_type": kind,
                "body": body,
                "created_at": self.second,
                "updated_at": self.second,
                "state": talk["state"],
                "author": {"type": author, "id": "1", "name": "Somebody", "email": "s@example.com"},
            }
        )
        told = talk["statistics"] or {"type": "conversation_statistics", "count_reopens": 0}
        counted = {"count_conversation_parts": len(self.parts[known_as])}
        self.change(known_as, statistics={**told, **counted})

    def _note(self, known_as: str, **values: Any) -> None:
        self.conversations[known_as]["statistics"] |= values

    def reply(self, known_as: str, body: str = "<p>Try this.</p>") -> None:
        """A person of ours says something."""
        self.part(known_as, "comment", "admin", body)
        talk = self.conversations[known_as]
        asked = (talk["first_contact_reply"] or {}).get("created_at")
        if asked is not None and "first_admin_reply_at" not in talk["statistics"]:
            took = self._office_seconds(asked, self.second)
            self._note(known_as, first_admin_reply_at=self.second, time_to_admin_reply=took)

    def _office_seconds(self, begins: int, ends: int) -> int:
        """The seconds between two moments that somebody is there, Monday to Friday."""
        if self.office is None:
            return ends - begins
        zone, opens, closes = self.office
        minutes = (datetime.fromtimestamp(at, zone) for at in range(begins, ends, 60))
        return 60 * sum(one.weekday() < 5 and opens <= one.hour < closes for one in minutes)

    def close(self, known_as: str) -> None:
        self.change(known_as, state="closed", open=False)
        self.part(known_as, "close", "admin")
        told = self.conversations[known_as]["statistics"]
        first = told.get("first_close_at") or self.second
        self._note(known_as, first_close_at=first, last_close_at=self.second)

    def answer(self, known_as: str, body: str = "<p>Still broken.</p>") -> None:
        """The contact says something; what was closed is open again."""
        talk = self.conversations[known_as]
        was_closed = talk["state"] == "closed"
        self.change(known_as, state="open", open=True)
        self.part(known_as, "comment", "user", body)
        talk["first_contact_reply"] = talk["first_contact_reply"] or {"created_at": self.second}
        if was_closed:
            again = talk["statistics"]["count_reopens"] + 1
            self._note(known_as, count_reopens=again)

    def ask_for_rating(self, known_as: str) -> None:
        asked = {"rating": None, "remark": None, "created_at": self.second}
        self.change(known_as, conversation_rating={**asked, "updated_at": self.second})

    def rate(self, known_as: str, score: int, remark: str | None = None) -> None:
        talk = self.conversations[known_as]
        if talk["conversation_rating"] is None:
            self.ask_for_rating(known_as)
        said = {"rating": score, "remark": remark, "updated_at": self.second}
        self.change(known_as, conversation_rating={**talk["conversation_rating"], **said})

    def involve_the_machine(self, known_as: str, resolution: str | None, **more: Any) -> None:
        agent = {"source_type": "workflow", "resolution_state": resolution, "rating": None, **more}
        self.change(known_as, ai_agent_participated=True, ai_agent=agent)

    def delete(self, known_as: str) -> None:
        del self.conversations[known_as], self.parts[known_as]

    # --- what is told of it ----------------------------------------------------------------------
    def whole(self, known_as: str) -> Row:
        """A conversation with its parts, the newest 500 of them."""
        shown = self.parts[known_as][-MOST_PARTS:]
        parts = {"type": "conversation_part.list", "conversation_parts": shown}
        told = {**parts, "total_count": len(shown)}
        return {**self.conversations[known_as], "conversation_parts": told}

    def later(self, rows: dict[str, Row], field: str, value: int, *, by_day: bool) -> list[Row]:
        """What a search finds that asks for more than ``value``: seconds, or the days after."""
        begins = value + 1
        if by_day:
            local = datetime.fromtimestamp(value, UTC) + self.zone
            midnight = local.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            begins = int((midnight - self.zone).timestamp())
        return [one for one in rows.values() if one[field] >= begins]


def _list(found: list[Row]) -> Row:
    return {"type": "list", "data": found[:10], "total_count": len(found), "has_more": False}
