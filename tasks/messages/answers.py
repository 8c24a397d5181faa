"""How does a reader answer an alert: with buttons where somebody listens, else with commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.messages.view import Button, Command

if TYPE_CHECKING:
    from tasks.messages.inputs import AlertInputs

BUTTONS = (
    ("Acknowledge", "alert_ack"),
    ("Mute until…", "alert_mute"),
    ("Not useful", "alert_not_useful"),
    ("Add note", "alert_note"),
    ("Log an action", "alert_action"),
)
MUTED_FOR = timedelta(days=14)


def buttons(inputs: AlertInputs) -> tuple[Button, ...]:
    """Return the buttons below an alert; none while nobody listens to them."""
    if not inputs.buttons or not inputs.episode:
        return ()
    return tuple(Button(text, action_id, inputs.episode) for text, action_id in BUTTONS)


def commands(inputs: AlertInputs) -> tuple[Command, ...]:
    """Return what to type to answer an alert; nothing for one without a number."""
    if not inputs.number:
        return ()
    until = inputs.period.end_day + MUTED_FOR
    return (
        Command("Acknowledge", f"keepwell alerts ack {inputs.number}"),
        Command("Mute", f"keepwell alerts mute {inputs.number} --until {until}"),
    )
