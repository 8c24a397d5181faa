"""A call as a row: who was answered, how long they waited, and what is not told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.catalog import CONNECTORS
from tasks.connectors.zoom import ZOOM, ZoomSettings
from tasks.connectors.zoom.calls import call_row, engagement_row, is_voice, outcome_of

CALL = {
    "call_history_uuid": "u1",
    "direction": "inbound",
    "connect_type": "external",
    "call_result": "answered",
    "start_time": "2026-02-02T09:00:00Z",
    "answer_time": "2026-02-02T09:00:12Z",
    "end_time": "2026-02-02T09:03:12Z",
}
ENGAGEMENT = {
    "engagement_id": "e1",
    "direction": "inbound",
    "channel_types": ["voice"],
    "start_time": "2026-02-02T09:00:00Z",
    "waiting_duration": 12,
    "handling_duration": 150,
    "wrap_up_duration": 30,
    "agents": [{"user_id": "u1"}],
    "transfer_count": 1,
}


def test_an_answered_call():
    assert call_row(CALL) == {
        "call_id": "u1",
        "direction": "inbound",
        "offered_at": "2026-02-02T09:00:00Z",
        "wait_s": "12",
        "outcome": "answered",
        "talk_s": "180",
        "hold_s": None,
        "wrap_s": None,
        "transferred": None,
        "updated_at": "2026-02-02T09:03:12Z",
    }


def unanswered(word):
    row = call_row({**CALL, "call_result": word, "answer_time": None})
    return row["outcome"], row["wait_s"], row["talk_s"]


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("abandoned", "abandoned"),
        ("canceled", "abandoned"),
        ("hang_up", "abandoned"),
        ("no_answer", "missed"),
        ("ring_timeout", "missed"),
        ("busy", "missed"),
        ("overflowed", "missed"),
        ("voicemail", "voicemail"),
        ("beamed_up", None),
    ],
)
def test_who_was_not_answered_waited_until_the_end(word, outcome):
    assert unanswered(word) == (outcome, "192", None)


def test_who_hung_up_after_an_answer_was_answered_and_a_voicemail_is_none():
    assert outcome_of({**CALL, "call_result": "hang_up"}) == "answered"
    assert outcome_of({**CALL, "call_result": "voicemail"}) == "voicemail"


def test_calls_between_colleagues_are_internal():
    assert call_row({**CALL, "connect_type": "internal"})["direction"] == "internal"


def test_a_clock_that_goes_backwards_gives_no_time():
    row = call_row({**CALL, "answer_time": "2026-02-02T08:59:00Z"})
    assert row["wait_s"] is None


def test_an_engagement_of_contact_center():
    row = engagement_row(ENGAGEMENT)
    assert {name: row[name] for name in ("call_id", "wait_s", "talk_s", "wrap_s", "outcome")} == {
        "call_id": "engagement:e1",
        "wait_s": "12",
        "talk_s": "120",
        "wrap_s": "30",
        "outcome": "answered",
    }
    assert row["transferred"] == "true"
    assert engagement_row({**ENGAGEMENT, "transfer_count": None})["transferred"] is None


def test_an_engagement_that_nobody_took():
    nobody = {**ENGAGEMENT, "agents": [], "handling_duration": 0}
    assert engagement_row(nobody)["outcome"] == "abandoned"
    assert engagement_row({**nobody, "direction": "outbound"})["outcome"] == "missed"


def test_a_chat_is_no_call():
    assert is_voice(ENGAGEMENT)
    assert is_voice({"channel": "voice"})
    assert not is_voice({"channel_types": ["chat"]})
    assert not is_voice({})


def test_calls_in_the_tables(here, zoom):
    zoom.add_call(talk_s=33)
    zoom.add_call(call_result="beamed_up", talk_s=None)
    zoom.add_call(call_result="system_blocked", talk_s=None)
    zoom.add_engagement()
    zoom.add_engagement(channel_types=["chat"])
    here.wait()
    folded = here.read()
    rows = folded.tables["calls"].rows.to_pylist()
    assert sorted((row["outcome"] or "", row["talk_s"] or 0) for row in rows) == [
        ("", 0),
        ("answered", 33),
        ("answered", 120),
    ]
    texts = [note.text for note in folded.notes]
    assert "source: call_result 'beamed_up' is unknown (calls: 1)." in texts
    assert "source: calls that Zoom blocked as spam are not counted: 1." in texts


def test_contact_center_is_read_only_where_it_was_said(here, zoom):
    here.company.more = {"contact_center": False}
    zoom.add_engagement()
    here.wait()
    assert here.tables()["calls"] == []
    assert zoom.asked("engagements") == []


def test_the_settings():
    said = {"name": "phone", "kind": "zoom", "account_id": "a", "client_id": "c"}
    made = ZoomSettings.model_validate({**said, "client_secret": "s3cret"})
    assert CONNECTORS.get("zoom") is ZOOM
    assert made.base_url == "https://api.zoom.us/v2"
    assert "s3cret" not in repr(made)
    with pytest.raises(ValidationError, match="it is empty"):
        ZoomSettings.model_validate({**said, "client_secret": " "})
    with pytest.raises(ValidationError, match="180"):
        ZoomSettings.model_validate({**said, "client_secret": "x", "history_days": 365})
