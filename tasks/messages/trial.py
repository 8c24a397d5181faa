"""How do operators learn that alerts are on trial, and how to switch them on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from tasks.messages.outside import clean
from tasks.messages.view import Command
from tasks.messages.wording import ENGLISH

if TYPE_CHECKING:
    from tasks.messages.ongoing import Trial

SWITCH_ON = "alerts: {mode: live}"


def on_trial(trial: Trial | None) -> tuple[Command, ...]:
    """Return who would have got a message, and what switches alerts on; nothing when they are."""
    if trial is None:
        return ()
    to = ", ".join(map(clean, trial.to))
    until = f" until {format_date(trial.until, 'd MMMM', ENGLISH)}" if trial.until else ""
    would = f" Nobody but you gets this; it would have gone to {to}." if to else ""
    words = f"Alerts are on trial{until}.{would} To switch them on"
    return (Command(words, SWITCH_ON),)
