"""Typeform in the suite: an account with a survey of two pages and more, and a small one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tasks.connectors.typeform.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.typeform import TOKEN, Typeform, nps, opinion, text
from tests.doubles.web import Asked

PAGE = 4
ASKED, SMALL = "aSurvey", "bSurvey"
ONE = {"token": "t1", "response_id": "t1"}
TWO = {"token": "t2", "response_id": "t2", "submitted_at": "2026-01-01T09:00:01Z"}


def opened() -> Typeform:
    """Two forms; everything in them was answered days ago."""
    typeform = Typeform(page=PAGE)
    typeform.add_form("Recommend us?", nps("q1"), text("q2"), known_as=ASKED)
    typeform.add_form("Was it easy?", opinion("q3", 7, start_at_one=True), known_as=SMALL)
    for number in range(9):
        said = {"q1": number, "q2": f"Because {number}"}
        typeform.answer(ASKED, said, customer_id=f"C0{number % 3 + 1}", contact_id=f"p{number}")
        typeform.pass_time(seconds=1)
    typeform.answer(SMALL, {"q3": 5}, customer_id="C01", contact_id="p1")
    typeform.pass_time(days=2)
    return typeform


def counts(typeform: Any) -> dict[str, int]:
    """The rows of each stream."""
    return {"forms": len(typeform.definitions), "responses": sum(map(len, typeform.given.values()))}


def add(typeform: Any) -> str:
    return f"{typeform.answer(ASKED, {'q1': 10}, customer_id='C02')}:id_q1"


def late(typeform: Any) -> Check:
    """Answers never change; but one among those that were read may be shown late."""
    at = typeform.now - timedelta(minutes=20)
    key = typeform.answer(ASKED, {"q1": 3}, at=at, customer_id="C02")

    def check(tables: Any) -> None:
        assert named(tables, "survey_responses", f"{key}:id_q1")["score"] == 3

    return check


def _vanished(typeform: Any) -> Check:
    key = typeform.given[ASKED][4]["token"]
    typeform.delete_response(ASKED, key)

    def check(tables: Any) -> None:
        assert named(tables, "survey_responses", f"{key}:id_q1") is None
        assert len(tables["survey_responses"]) == 9

    return check


def _form_deleted(typeform: Any) -> Check:
    key = typeform.given[SMALL][0]["token"]
    typeform.delete_form(SMALL)

    def check(tables: Any) -> None:
        assert named(tables, "survey_responses", f"{key}:id_q3")["score"] == 5

    return check


def _is_page(asked: Asked) -> bool:
    return asked.route == "responses" and asked.query.get("page_size") != "1"


def _circle(_proper: Reply) -> Reply:
    first = {**ONE, "submitted_at": "2026-01-01T09:00:00Z", "answers": []}
    return Reply({"total_items": 99, "page_count": 25, "items": [first, {**TWO, "answers": []}]})


def _settings(base_url: str, token: str) -> dict[str, Any]:
    surveys = {"q3": {"kind": "ces"}}
    return {"base_url": base_url, "token": token, "calls_per_s": 1_000_000, "surveys": surveys}


def _now(typeform: Any) -> datetime:
    return typeform.now  # type: ignore[no-any-return]


def _token(typeform: Any, token: str) -> None:
    typeform.token = token


TYPEFORM = Case(
    key="typeform",
    main="responses",
    table="survey_responses",
    other="",
    route="responses",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _typeform: TOKEN,
    now=_now,
    wait=lambda typeform, minutes: typeform.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=add,
    change=late,
    circle=_circle,
    inside=saying({"code": "INTERNAL", "description": "internal"}),
    expire=lambda typeform: _token(typeform, "another"),
    renew=lambda typeform: _token(typeform, TOKEN),
    gate=lambda _typeform: None,
    gated="",
    absent=(),
    vanish=_vanished,
    reconciled="responses",
    private="metadata",
    events=(Event("form deleted", _form_deleted),),
)
