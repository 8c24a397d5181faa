"""Slack's payloads become values, or nothing; a modal asks what it has to, within Slack's limits."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.channels.slack.interaction import Form, Place, Press, Wish, understood
from tasks.channels.slack.modals import modal
from tests.doubles.slack_views import mistakes

PRESSED = {
    "type": "block_actions",
    "user": {"id": "U1", "username": "ana", "name": "ana"},
    "trigger_id": "1.2",
    "container": {"message_ts": "17.000100", "channel_id": "C1"},
    "message": {"ts": "17.000100"},
    "actions": [{"action_id": "alert_mute", "value": "nrr/ALL/spike-up#1", "action_ts": "18.1"}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
PLACES = [
    ("type",), ("user",), ("user", "id"), ("trigger_id",), ("container",), ("message",),
    ("container", "message_ts"), ("actions",), ("actions", 0), ("actions", 0, "value"),
    ("actions", 0, "action_id"), ("actions", 0, "action_ts"),
]  # fmt: skip


def changed(**more):
    return {**PRESSED, **more}


def test_a_press_says_who_wants_what_about_which_alert_and_where():
    press = understood(PRESSED)
    assert isinstance(press, Press)
    assert (press.wish, press.episode) == (Wish.MUTE, "nrr/ALL/spike-up#1")
    assert (press.person.id, press.person.name) == ("U1", "ana")
    assert press.place.receipt == "C1:17.000100"


def test_a_press_below_a_reply_belongs_to_its_thread():
    replied = understood(changed(message={"ts": "17.000100", "thread_ts": "16.000000"}))
    assert replied.place == Place("C1", "16.000000")


def test_the_same_press_has_the_same_key_and_another_one_has_not():
    again = understood(changed(trigger_id="9.9"))
    later = [{**PRESSED["actions"][0], "action_ts": "18.2"}]
    assert understood(PRESSED).key == again.key
    assert understood(PRESSED).key != understood(changed(actions=later)).key


@given(st.sampled_from(PLACES), JSON)
def test_whatever_stands_in_a_payload_nothing_breaks(place, value):
    payload = json.loads(json.dumps(PRESSED))
    *way, last = place
    inner = payload
    for step in way:
        inner = inner[step]
    inner[last] = value
    assert understood(payload) is None or isinstance(understood(payload), Press | Form)


@given(st.dictionaries(st.sampled_from(["type", "view", "user", "actions"]), JSON))
def test_whatever_comes_nothing_breaks(payload):
    assert understood(payload) is None


@pytest.mark.parametrize("wish", [Wish.MUTE, Wish.NOTE, Wish.ACTION])
@pytest.mark.parametrize("title", ["5 of 61 customers left.", "", "x" * 5000])
def test_every_modal_is_one_that_slack_takes(wish, title):
    press = understood(PRESSED)
    asked = Press(wish, "n" * 400, press.person, press.place, press.trigger, press.key)
    view = modal(asked, title, date(2026, 10, 13))
    assert list(mistakes(view)) == []
    about = json.loads(view["private_metadata"])
    assert about == {"episode": "n" * 400, "channel": "C1", "thread": "17.000100"}
    assert view["callback_id"] == f"alert_{wish}"
