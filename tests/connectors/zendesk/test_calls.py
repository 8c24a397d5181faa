"""A Talk call becomes one row; words nobody knows leave the outcome open."""

from __future__ import annotations

import pytest

from tasks.connectors.zendesk.calls import call_row
from tests.connectors.zendesk.small import AT

CALL = {
    "id": 5,
    "direction": "inbound",
    "completion_status": "completed",
    "created_at": AT,
    "updated_at": AT,
    "time_to_answer": 9,
    "wait_time": 8,
    "talk_time": 200,
    "hold_time": 20,
    "wrap_up_time": 30,
}


def test_an_answered_call():
    assert call_row(CALL) == {
        "call_id": "5",
        "direction": "inbound",
        "offered_at": AT,
        "wait_s": "9",
        "outcome": "answered",
        "talk_s": "200",
        "hold_s": "20",
        "wrap_s": "30",
        "transferred": None,
        "updated_at": AT,
    }


@pytest.mark.parametrize(
    ("status", "changed", "outcome"),
    [
        ("abandoned_in_queue", {}, "abandoned"),
        ("abandoned_in_ivr", {}, "abandoned"),
        ("abandoned_on_hold", {"talk_time": 12}, "answered"),
        ("abandoned_on_hold", {"talk_time": 0}, "abandoned"),
        ("abandoned_in_voicemail", {}, "abandoned"),
        ("pending_voicemail", {}, "voicemail"),
        ("completed", {"voicemail": True}, "voicemail"),
        ("not_answered", {}, "missed"),
        ("teleported", {}, None),
        (None, {}, None),
    ],
)
def test_how_a_call_ended(status, changed, outcome):
    assert call_row({**CALL, "completion_status": status, **changed})["outcome"] == outcome


def test_an_abandoned_call_waited_in_the_queue():
    lost = {**CALL, "completion_status": "abandoned_in_queue", "time_to_answer": None}
    assert (call_row(lost)["wait_s"], call_row({**lost, "wait_time": 0})["wait_s"]) == ("8", "0")
