"""A Typeform of our own over real HTTP: forms with rated questions, and what people answer.

    with Typeform() as typeform:
        form = typeform.add_form("Satisfaction", nps("q1"), text("q2"))
        typeform.answer(form, {"q1": 9, "q2": "Quick!"}, customer_id="C01")
        ... point a client at typeform.base_url with typeform.token ...

Routes: forms, form, responses. Everything happens at ``now``, which only ``pass_time`` moves.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.limits import Limit
from tests.doubles.web import Asked, Web, route

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
TOKEN = "tfp_S3cretT0ken"


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def question(kind: str, ref: str, **properties: Any) -> Row:
    return {"id": f"id_{ref}", "ref": ref, "title": ref, "type": kind, "properties": properties}


def nps(ref: str) -> Row:
    return question("nps", ref, steps=11, start_at_one=False)


def opinion(ref: str, steps: int, *, start_at_one: bool = False) -> Row:
    return question("opinion_scale", ref, steps=steps, start_at_one=start_at_one)


def rating(ref: str, steps: int) -> Row:
    return question("rating", ref, steps=steps, shape="star")


def text(ref: str) -> Row:
    return question("long_text", ref)


def group(ref: str, *fields: Row) -> Row:
    return question("group", ref, fields=list(fields))


class Typeform(Web):
    """The account with its door. ``page`` is how many responses it gives at most."""

    def __init__(self, page: int = 1000) -> None:
        super().__init__()
        self.page, self.forms_page = page, 200
        self.now = START
        self.token = TOKEN
        self.definitions: dict[str, Row] = {}
        self.given: dict[str, list[Row]] = {}  # by form, in the order they were processed
        self.hidden_until: dict[str, datetime] = {}  # responses that are shown late
        self.forbidden: set[str] = set()  # routes the token has no scope for
        self._ids = count(1)

    def limit(self, calls: int = 2, seconds: float = 1) -> None:
        """Refuse what comes too fast, without saying how long to wait."""
        refusal = Reply({"code": "TOO_MANY_REQUESTS", "description": "Too many requests"}, 429)
        self.limits.append(Limit(calls, seconds, refusal=lambda _resets: refusal))

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- what happens there ----------------------------------------------------------------------
    def add_form(self, title: str, *fields: Row, known_as: str = "") -> str:
        known_as = known_as or f"form{next(self._ids)}"
        self.definitions[known_as] = {
            "id": known_as,
            "type": "quiz",
            "title": title,
            "fields": list(fields),
            "created_at": iso(self.now),
            "last_updated_at": iso(self.now),
        }
        self.given[known_as] = []
        return known_as

    def edit(self, form: str, *fields: Row) -> None:
        self.definitions[form] |= {"fields": list(fields), "last_updated_at": iso(self.now)}

    def answer(
        self,
        form: str,
        answers: Row,
        *,
        at: datetime | None = None,
        late: timedelta | None = None,
        **hidden: Any,
    ) -> str:
        """Somebody submits the form; ``late`` is for how long nobody is told."""
        known_as = f"token{next(self._ids):06}"
        moment = at or self.now
        self.given[form].append(
            {
                "landing_id": known_as,
                "token": known_as,
                "response_id": known_as,
                "response_type": "completed",
                "landed_at": iso(moment - timedelta(minutes=1)),
                "submitted_at": iso(moment),
                "metadata": {"user_agent": "Mozilla", "platform": "other", "network_id": "n1"},
                "hidden": hidden,
                "calculated": {"score": 0},
                "answers": [self._answered(form, ref, value) for ref, value in answers.items()],
            }
        )
        if late is not None:
            self.hidden_until[known_as] = self.now + late
        return known_as

    def _answered(self, form: str, ref: str, value: Any) -> Row:
        known = next(one for one in _flat(self.definitions[form]["fields"]) if one["ref"] == ref)
        field = {name: known[name] for name in ("id", "ref", "type")}
        kind = {bool: "boolean", int: "number"}.get(type(value), "text")
        return {"field": field, "type": kind, kind: value}

    def delete_response(self, form: str, known_as: str) -> None:
        self.given[form] = [one for one in self.given[form] if one["token"] != known_as]

    def delete_form(self, form: str) -> None:
        del self.definitions[form], self.given[form]

    # --- the door --------------------------------------------------------------------------------
    def refuses(self, asked: Asked) -> Reply | None:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            said = {"code": "AUTHENTICATION_FAILED", "description": "Authentication failed"}
            return Reply(said, 401)
        if asked.route in self.forbidden:
            return Reply({"code": "FORBIDDEN", "description": "No scope for this"}, 403)
        return None

    @route("GET", "/forms")
    def forms(self, asked: Asked) -> Any:
        number, there = int(asked.query.get("page", "1")), list(self.definitions.values())
        size = min(self.forms_page, int(asked.query.get("page_size", "10")))
        shown = there[(number - 1) * size : number * size]
        known = ("id", "title", "type", "created_at", "last_updated_at")
        items = [{name: one[name] for name in known} for one in shown]
        return {"total_items": len(there), "page_count": -(-len(there) // size), "items": items}

    @route("GET", "/forms/{form}")
    def form(self, asked: Asked) -> Any:
        return self.definitions.get(asked.part["form"]) or _not_found()

    @route("GET", "/forms/{form}/responses")
    def responses(self, asked: Asked) -> Any:
        query, form = asked.query, asked.part["form"]
        if form not in self.given:
            return _not_found()
        if "sort" in query and {"after", "before"} & query.keys():
            return _bad("sort cannot be used together with after or before")
        rows = [one for one in self.given[form] if self._is_shown(one)]
        found = [one for one in rows if _is_within(one, query)]
        if query.get("sort") == "submitted_at,asc":
            found.sort(key=lambda one: one["submitted_at"])
        elif "after" in query:
            tokens = [one["token"] for one in found]
            found = found[tokens.index(query["after"]) + 1 :]
        else:
            found.sort(key=lambda one: one["submitted_at"], reverse=True)
        size = min(self.page, int(query.get("page_size", "25")))
        pages = -(-len(found) // size)
        return {"total_items": len(found), "page_count": pages, "items": found[:size]}

    def _is_shown(self, one: Row) -> bool:
        return self.now >= self.hidden_until.get(one["token"], self.now)


def _is_within(one: Row, query: Any) -> bool:
    at = one["submitted_at"]
    return query.get("since", at) <= at <= query.get("until", at)


def _flat(fields: list[Row]) -> list[Row]:
    return [each for one in fields for each in (one, *_flat(one["properties"].get("fields", [])))]


def _not_found() -> Reply:
    return Reply({"code": "FORM_NOT_FOUND", "description": "Form not found"}, 404)


def _bad(what: str) -> Reply:
    return Reply({"code": "VALIDATION_ERROR", "description": what}, 400)
