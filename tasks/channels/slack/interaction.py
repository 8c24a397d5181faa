"""What did somebody press or send in Slack? Its payloads as values; all else is nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

Payload = Mapping[str, Any]

LONGEST_TEXT = 1000  # of a note; Slack takes 3,000


class Wish(StrEnum):
    """What a button, and the modal behind it, is for."""

    ACK = "ack"
    MUTE = "mute"
    NOT_USEFUL = "not_useful"
    NOTE = "note"
    ACTION = "action"


BUTTONS = {f"alert_{wish.value}": wish for wish in Wish}


@dataclass(frozen=True, slots=True)
class Person:
    """Who it was: Slack's id, and the name Slack sends along."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """The message it was pressed below: its channel, and the ``ts`` its thread hangs from."""

    channel: str
    thread: str

    @property
    def receipt(self) -> str:
        """The message as the outbox calls it, and so the recipient that is its thread."""
        return f"{self.channel}:{self.thread}"


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed; ``trigger`` opens one modal within three seconds.

    ``key`` is the same for the same press, however often Slack tells of it.
    """

    wish: Wish
    episode: str
    person: Person
    place: Place
    trigger: str
    key: str


@dataclass(frozen=True, slots=True)
class Form:
    """A modal was sent: what stands in its fields, by their names; empty fields are left out."""

    wish: Wish
    episode: str
    person: Person
    place: Place
    key: str
    values: Mapping[str, str] = field(default_factory=dict)


def understood(payload: Payload) -> Press | Form | None:
    """Return what a payload tells; None for what is not one of our buttons and modals."""
    try:
        if payload.get("type") == "block_actions":
            return _press(payload)
        if payload.get("type") == "view_submission":
            return _form(payload)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None  # a shape that Slack does not document, and that we cannot answer
    return None


def _press(payload: Payload) -> Press | None:
    pressed = payload["actions"][0]
    wish = BUTTONS.get(pressed["action_id"])
    episode = str(pressed.get("value") or "")
    if wish is None or not episode:
        return None
    container, person = payload["container"], _person(payload)
    ts, channel = str(container["message_ts"]), str(container["channel_id"])
    thread = str((payload.get("message") or {}).get("thread_ts") or ts)
    parts = (channel, ts, person.id, pressed["action_id"], episode, str(pressed["action_ts"]))
    key = sha256("\0".join(parts).encode()).hexdigest()
    return Press(wish, episode, person, Place(channel, thread), str(payload["trigger_id"]), key)


def _form(payload: Payload) -> Form | None:
    view = payload["view"]
    wish = BUTTONS.get(view["callback_id"])
    if wish is None:
        return None
    about = json.loads(view["private_metadata"])
    place = Place(str(about["channel"]), str(about["thread"]))
    key = sha256(f"view\0{view['id']}".encode()).hexdigest()
    return Form(wish, str(about["episode"]), _person(payload), place, key, _values(view))


def _person(payload: Payload) -> Person:
    user = payload["user"]
    return Person(str(user["id"]), str(user.get("name") or user.get("username") or user["id"]))


def _values(view: Payload) -> Mapping[str, str]:
    found = {}
    for block, elements in view["state"]["values"].items():
        for state in elements.values():
            if said := _said(state):
                found[str(block)] = said
    return found


def _said(state: Payload) -> str:
    chosen = state.get("selected_option") or {}
    said = state.get("value") or state.get("selected_date") or chosen.get("value") or ""
    return str(said).strip()
