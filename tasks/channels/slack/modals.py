"""What is asked in Slack before an answer can be written: until when, which note, which action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.blockkit import Block, shortened
from tasks.channels.slack.interaction import LONGEST_TEXT, Press, Wish

View = Mapping[str, Any]

FOR, UNTIL, TEXT, NAME, BEGINS, OWNER = "for", "until", "text", "name", "begins", "owner"
DAY, WEEK, MONTH, DATE = "1", "7", "28", "date"
DURATIONS = {DAY: "1 day", WEEK: "1 week", MONTH: "4 weeks", DATE: "until the date below"}
TITLES = {Wish.MUTE: "Mute this alert", Wish.NOTE: "Add a note", Wish.ACTION: "Log an action"}
BUTTON = {Wish.MUTE: "Mute", Wish.NOTE: "Add", Wish.ACTION: "Log"}
TITLE_LIMIT = 150


def modal(press: Press, title: str, today: date) -> View:
    """Return the modal that asks for what ``press`` wants; ``title`` is what the alert says."""
    about = {
        "episode": press.episode,
        "channel": press.place.channel,
        "thread": press.place.thread,
    }
    fields = {Wish.MUTE: _mute, Wish.NOTE: _note, Wish.ACTION: _action}[press.wish](today)
    return {
        "type": "modal",
        "callback_id": f"alert_{press.wish.value}",
        "private_metadata": json.dumps(about),
        "title": _plain(TITLES[press.wish]),
        "submit": _plain(BUTTON[press.wish]),
        "close": _plain("Cancel"),
        "blocks": [_words(title), *fields],
    }


def _mute(today: date) -> list[Block]:
    options = [{"text": _plain(words), "value": value} for value, words in DURATIONS.items()]
    choice = {
        "type": "static_select",
        "action_id": FOR,
        "options": options,
        "initial_option": options[1],
    }
    day = {"type": "datepicker", "action_id": UNTIL}
    return [
        _input(FOR, "How long?", choice),
        _input(UNTIL, f"Until which day? (today is {today})", day, is_optional=True),
        _input(TEXT, "Why?", _text(is_long=True), is_optional=True),
    ]


def _note(_today: date) -> list[Block]:
    return [_input(TEXT, "What should everybody know?", _text(is_long=True))]


def _action(today: date) -> list[Block]:
    day = {"type": "datepicker", "action_id": BEGINS, "initial_date": today.isoformat()}
    return [
        _input(NAME, "What do you do about it?", _text()),
        _input(BEGINS, "From which day on?", day),
        _input(OWNER, "Who does it?", _text(), is_optional=True),
        _input(TEXT, "Anything else?", _text(is_long=True), is_optional=True),
    ]


def _input(name: str, label: str, element: Block, *, is_optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": element,
        "optional": is_optional,
    }


def _text(*, is_long: bool = False) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": TEXT,
        "multiline": is_long,
        "max_length": LONGEST_TEXT,
    }


def _words(title: str) -> Block:
    return {"type": "section", "text": _plain(shortened(title, TITLE_LIMIT) or "This alert")}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
