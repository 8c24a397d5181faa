"""Questions to a vendor, and everything that can come instead of an answer (complaints 13, 14, 33)."""

from __future__ import annotations

import logging
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from tasks.connectors.auth import basic, bearer
from tasks.connectors.http import Patience, Refusal, Rejected
from tasks.errors import KeepwellError, SourceRejected, SourceUnavailable
from tests.connectors.layer.asking import NOW, SECRET, Shop, Slept, session
from tests.doubles.faults import (
    DROP,
    HALF,
    HANG,
    RESET,
    TRICKLE,
    cut_json,
    garbled_gzip,
    half_a_gzip,
    instead,
    saying,
    web_page,
)

EXPECTS = {"results": list}


def things(asking):
    return asking.get("/things", expects=EXPECTS).data["results"]


def problem(asking):
    with pytest.raises(KeepwellError) as raised:
        things(asking.of("tickets"))
    return raised.value


def test_an_answer_has_its_data_and_its_name():
    with Shop() as web, session(web) as asking:
        answer = asking.get("/things", {"limit": "5"}, expects=EXPECTS)
        assert answer.data["asked"] == {"limit": "5"}
        assert web.requests[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_a_search_is_asked_with_json():
    with Shop() as web, session(web) as asking:
        assert asking.post("/search", {"after": 3}).data == {"results": [{"after": 3}]}


@pytest.mark.parametrize(
    "fault",
    [
        *(instead(status) for status in (408, 409, 425, 429, 500, 502, 503, 504, 520, 524)),
        *(DROP, RESET, HALF, half_a_gzip, garbled_gzip, cut_json, web_page),
        *(saying({"results": {"not": "rows"}}), saying([1, 2]), saying({"results": ["no object"]})),
    ],
)
def test_what_goes_wrong_once_or_twice_is_asked_again(fault):
    with Shop() as web, session(web) as asking:
        web.order("things", fault, times=2)
        assert things(asking)[0]["id"] == "1"
        assert len(web.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 302, 501])
def test_a_plain_no_is_not_asked_again(status):
    with Shop() as web, session(web) as asking:
        web.order("things", instead(status, {"message": "not yours"}), times=9)
        error = problem(asking)
        assert isinstance(error, SourceRejected)
        assert error.status == status
        assert len(web.requests) == 1
        assert error.what == (f"crm: tickets could not be read: it answered {status} (not yours).")
        assert f"GET /things, status {status}" in error.where


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (instead(503, X_Request_Id="r-17"), SourceUnavailable, "it answered 503"),
        (RESET, SourceUnavailable, "the connection broke off"),
        (half_a_gzip, SourceUnavailable, "the packed answer was cut off"),
        (cut_json, SourceUnavailable, "the answer was cut off or is no JSON"),
        (web_page, SourceRejected, "a web page instead of data"),
        (saying({"result": []}), SourceRejected, "no list of objects under 'results'"),
    ],
)
def test_what_stays_wrong_ends_as_one_clear_error(fault, kind, said):
    with Shop() as web, session(web) as asking:
        web.order("things", fault, times=99)
        error = problem(asking)
        assert isinstance(error, kind)
        assert said in error.what
        assert "tickets" in error.what
        assert error.todo
        assert 3 <= len(web.requests) <= 6


def test_the_error_names_the_vendors_request():
    with Shop() as web, session(web) as asking:
        web.order("things", instead(503, X_Request_Id="r-17"), times=99)
        assert problem(asking).where == "(GET /things, status 503, request r-17)"


@pytest.mark.parametrize("fault", [HANG, TRICKLE])
def test_a_vendor_that_stalls_is_left_in_bounded_time(fault):
    with Shop() as web, session(web, request_s=0.15, patience=Patience(tries=2)) as asking:
        asking._shared.wire.world = type(asking.world)()  # the answer takes real time
        web.order("things", fault, times=9)
        assert isinstance(problem(asking), SourceUnavailable)
        assert len(web.requests) == 2


@pytest.mark.parametrize(
    ("headers", "pauses"),
    [
        ({"Retry_After": "7"}, [7.0]),
        ({"Retry_After": "1.5"}, [1.5]),
        ({"Retry_After": format_datetime(NOW.replace(second=30), usegmt=True)}, [30.0]),
        ({"Retry_After": format_datetime(NOW.replace(year=2020), usegmt=True)}, [0.5]),
        ({"Retry_After": "0"}, [0.5]),
        ({"Retry_After": "soon"}, [0.5]),
        ({}, [0.5]),
    ],
)
def test_the_vendor_says_how_long_to_wait(headers, pauses):
    slept = Slept()
    with Shop() as web, session(web, slept) as asking:
        web.order("things", instead(429, **headers))
        things(asking)
        assert slept.pauses == pauses


def test_without_a_hint_the_pauses_grow_and_are_drawn():
    slept = Slept()
    with Shop() as web, session(web, slept) as asking:
        web.order("things", instead(500), times=4)
        things(asking)
    assert slept.pauses == [0.5, 1.0, 2.0, 4.0]


def test_the_whole_time_has_an_end_whatever_the_vendor_hints():
    slept = Slept()
    with Shop() as web, session(web, slept, patience=Patience(total_s=60, tries=99)) as asking:
        web.order("things", instead(429, Retry_After="3600"))
        error = problem(asking)
        assert (slept.pauses, error.after_s) == ([], 3600.0)
        assert "used up for another 3,600 seconds" in problem(asking).what
        assert len(web.requests) == 1

        slept.at += 3600
        web.order("things", instead(503), times=999)
        problem(asking)
        assert 30 < sum(slept.pauses) <= 60


def test_a_daily_limit_ends_it_for_every_stream():
    def daily(answer):
        over = answer.status == 429 and answer.data.get("policyName") == "DAILY"
        return Refusal("its limit for today is used up", stop=True) if over else None

    with Shop() as web, session(web, refusal=daily) as asking:
        web.order("things", saying({"policyName": "DAILY"}, 429), times=9)
        first = problem(asking)
        with pytest.raises(SourceUnavailable):
            things(asking.of("companies"))
        assert "used up" in first.what
        assert len(web.requests) == 1


def test_an_error_inside_200_is_an_error():
    def inside(answer):
        bad = isinstance(answer.data, dict) and answer.data.get("result") is False
        return Refusal("it answered: no") if bad else None

    with Shop() as web, session(web, refusal=inside) as asking:
        web.order("things", saying({"result": False}))
        assert isinstance(problem(asking), Rejected)


def test_no_error_and_no_log_shows_the_secret(caplog):
    caplog.set_level(logging.DEBUG)
    echo = saying({"message": f"unknown token {SECRET}"}, 401)
    with Shop() as web, session(web) as asking:
        web.order("things", echo)
        error = problem(asking)
        assert "unknown token ***" in error.what
        assert SECRET not in f"{error!r} {asking.api!r} {caplog.text}"


def test_a_basic_password_is_hidden_packed_or_not():
    secret = SecretStr("hunter22")
    with Shop() as web, session(web, auth=basic("ana@example.com/token", secret)) as asking:
        packed = asking.api.auth.headers()["Authorization"]
        web.order("things", saying({"error": f"{packed} hunter22"}, 403))
        assert problem(asking).what.endswith("(***  ***).".replace("  ", " "))


def test_a_credential_with_a_line_break_is_told_not_shown():
    with Shop() as web, session(web, auth=bearer(SecretStr("secret-part\nother"))) as asking:
        error = problem(asking)
        assert "letters that none can have" in error.what
        assert "secret-part" not in repr(error)
        assert web.requests == []


def test_nobody_there_is_said_so():
    with Shop() as web:
        asking = session(web)
    error = problem(asking)
    assert isinstance(error, SourceUnavailable)
    assert "cannot be reached" in error.what


def test_the_credential_goes_to_one_host_only():
    with Shop() as web, session(web) as asking, pytest.raises(ValueError, match="for one host"):
        asking.get("https://elsewhere.example.com/things")
