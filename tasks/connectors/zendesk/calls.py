"""A call of Zendesk Talk as a row of ``calls``."""

from __future__ import annotations

from tasks.connectors.values import Raw, Row, plain, when, whole

OUTCOMES = {
    "completed": "answered",
    "abandoned": "abandoned",
    "abandoned_in_queue": "abandoned",
    "abandoned_in_ivr": "abandoned",
    "abandoned_on_hold": "abandoned",
    "abandoned_in_voicemail": "abandoned",
    "pending_voicemail": "voicemail",
    "voicemail": "voicemail",
    "not_answered": "missed",
    "no_answer": "missed",
    "agent_missed": "missed",
    "busy": "missed",
    "failed": "missed",
}
ANSWERED = "answered"


def call_row(call: Raw) -> Row:
    """Return ``call`` as a row of ``calls``; Talk does not say whether it was transferred."""
    outcome = outcome_of(call)
    wait = _first(call, "time_to_answer", "wait_time") if outcome == ANSWERED else None
    return {
        "call_id": plain(call.get("id")),
        "direction": plain(call.get("direction")),
        "offered_at": when(call.get("created_at")),
        "wait_s": wait or _first(call, "wait_time", "queue_wait_time"),
        "outcome": outcome,
        "talk_s": _first(call, "talk_time"),
        "hold_s": _first(call, "hold_time"),
        "wrap_s": _first(call, "wrap_up_time"),
        "transferred": None,
        "updated_at": when(call.get("updated_at")),
    }


def outcome_of(call: Raw) -> str | None:
    """Return how a call ended; None for a word of Talk's that we do not know."""
    ended = OUTCOMES.get(str(call.get("completion_status")))
    if ended == ANSWERED and call.get("voicemail") is True:
        return "voicemail"
    talked = whole(call.get("talk_time")) or 0
    # Hanging up on hold comes after an agent has answered.
    return ANSWERED if call.get("completion_status") == "abandoned_on_hold" and talked else ended


def _first(call: Raw, *names: str) -> str | None:
    """Return the first of these numbers that the call has."""
    return next((text for name in names if (text := plain(call.get(name))) is not None), None)
