"""A Zoom of our own over real HTTP: call history by slices, tokens that run out, no headers.

    with Zoom() as zoom:
        zoom.add_call(call_result="answered")
        ... point a client at zoom.base_url, with zoom.secret ...

Routes: token, call_history, engagements. Everything happens at ``now``, which only ``pass_time``
moves. Whoever asks for more than a month gets its last month, and is not told.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from tests.doubles.faults import Reply
from tests.doubles.web import Asked, Web, route

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
ACCOUNT, CLIENT, SECRET = "acc-1", "cli-1", "z00m-S3cret"
MONTH = timedelta(days=30)
REACH = timedelta(days=183)


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Zoom(Web):
    """The account with its door. ``page`` is how many rows it gives at most."""

    def __init__(self, page: int = 300) -> None:
        super().__init__()
        self.page = page
        self.now = START
        self.secret = SECRET
        self.access: list[str] = []  # tokens that are good
        self.asked_for_access = 0
        self.calls: dict[str, Row] = {}
        self.made: dict[str, Row] = {}
        self.shown_from: dict[str, datetime] = {}  # calls that are listed late
        self.old_array = False  # under its older name only
        self.both_arrays = False
        self.dates_only = False  # how the echo of from and to is written
        self.clips = MONTH
        self.no_center = False
        self.good_for = timedelta(minutes=15)  # the token of a next page
        self._pages: dict[str, tuple[datetime, int]] = {}
        self._ids = count(1)

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- what happens there ----------------------------------------------------------------------
    def add_call(
        self,
        *,
        at: datetime | None = None,
        wait_s: int = 5,
        talk_s: int | None = 60,
        late: timedelta | None = None,
        **fields: Any,
    ) -> str:
        """A call; without ``talk_s`` nobody answers. ``late`` is for how long it is not listed."""
        known_as, begins = f"call-{next(self._ids):05}", at or self.now
        picked = begins + timedelta(seconds=wait_s)
        ends = picked + timedelta(seconds=talk_s or 0)
        self.calls[known_as] = {
            "call_history_uuid": known_as,
            "call_id": f"7{next(self._ids):06}",
            "direction": "inbound",
            "connect_type": "external",
            "call_type": "general",
            "call_result": "answered" if talk_s is not None else "no_answer",
            "start_time": iso(begins),
            **({"answer_time": iso(picked)} if talk_s is not None else {}),
            "end_time": iso(ends),
            "duration": int((ends - begins).total_seconds()),
            "caller_name": "Ada Customer",
            "caller_did_number": "+12025550101",
            **fields,
        }
        if late is not None:
            self.shown_from[known_as] = self.now + late
        return known_as

    def add_engagement(self, **fields: Any) -> str:
        known_as = f"eng-{next(self._ids)}"
        self.made[known_as] = {
            "engagement_id": known_as,
            "direction": "inbound",
            "channel_types": ["voice"],
            "start_time": iso(self.now),
            "end_time": iso(self.now + timedelta(minutes=3)),
            "waiting_duration": 12,
            "handling_duration": 150,
            "wrap_up_duration": 30,
            "agents": [{"user_id": "u1"}],
            "transfer_count": 0,
            **fields,
        }
        return known_as

    # --- the door --------------------------------------------------------------------------------
    def expire(self) -> None:
        self.access.clear()

    def refuses(self, asked: Asked) -> Reply | None:
        if asked.route == "token":
            return None
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access:
            return Reply({"code": 124, "message": "Invalid access token."}, 401)
        if asked.route == "engagements" and self.no_center:
            return Reply({"code": 403, "message": "No Contact Center here."}, 403)
        return None

    @route("POST", "/oauth/token")
    def token(self, asked: Asked) -> Any:
        said = {name: value[0] for name, value in parse_qs(asked.body.decode()).items()}
        how, _, secret = asked.headers.get("Authorization", "").partition(" ")
        known = how == "Basic" and b64decode(secret).decode() == f"{CLIENT}:{self.secret}"
        if not known or said != {"grant_type": "account_credentials", "account_id": ACCOUNT}:
            return Reply({"reason": "Invalid client", "error": "invalid_client"}, 400)
        self.asked_for_access += 1
        self.access.append(f"zoom-access-{self.asked_for_access}")
        return {"access_token": self.access[-1], "token_type": "bearer", "expires_in": 3599}

    @route("GET", "/phone/call_history")
    def call_history(self, asked: Asked) -> Any:
        shown = [one for one in self.calls.values() if self._is_shown(one)]
        told = self._sliced(asked, shown)
        if isinstance(told, Reply):
            return told
        rows = told.pop("rows")
        older = [{**one, "id": one["call_history_uuid"]} for one in rows]
        for one in older:
            del one["call_history_uuid"]
        if self.old_array:
            return {**told, "call_logs": older}
        return {**told, "call_history": rows, **({"call_logs": older} if self.both_arrays else {})}

    @route("GET", "/contact_center/engagements")
    def engagements(self, asked: Asked) -> Any:
        told = self._sliced(asked, list(self.made.values()))
        return told if isinstance(told, Reply) else {**told, "engagements": told.pop("rows")}

    def _is_shown(self, one: Row) -> bool:
        return self.now >= self.shown_from.get(one["call_history_uuid"], self.now)

    def _sliced(self, asked: Asked, rows: list[Row]) -> Any:
        begins, ends = at(asked.query["from"]), at(asked.query["to"])
        begins = max(begins, ends - self.clips, self.now - REACH)
        found = sorted(
            (one for one in rows if begins <= at(one["start_time"]) <= ends),
            key=lambda one: one["start_time"],
        )
        place = self._place(asked.query.get("next_page_token", ""))
        if place is None:
            return Reply({"code": 300, "message": "The next page token is invalid."}, 400)
        size = min(self.page, int(asked.query.get("page_size", "30")))
        more = place + size < len(found)
        return {
            "from": iso(begins)[:10] if self.dates_only else iso(begins),
            "to": iso(ends)[:10] if self.dates_only else iso(ends),
            "page_size": size,
            "total_records": len(found),
            "next_page_token": self._token(place + size) if more else "",
            "rows": found[place : place + size],
        }

    def _token(self, place: int) -> str:
        token = f"next{next(self._ids)}"
        self._pages[token] = (self.now, place)
        return token

    def _place(self, token: str) -> int | None:
        if not token:
            return 0
        made, place = self._pages.get(token, (self.now - 2 * self.good_for, 0))
        return place if self.now - made <= self.good_for else None
