"""A call of Zoom Phone, or of Contact Center, as a row of ``calls``.

Whoever has an answer time was answered. Phone tells neither how long a call was on hold nor of any
work after it: both stay empty.
"""

from __future__ import annotations

from datetime import datetime

from tasks.connectors.values import Raw, Row, instant, plain, when, whole

OUTCOMES = {
    "answered": "answered",
    "accepted": "answered",
    "picked_up": "answered",
    "connected": "answered",
    "succeeded": "answered",
    "voicemail": "voicemail",
    "hang_up": "abandoned",
    "canceled": "abandoned",
    "abandoned": "abandoned",
    "call_failed": "missed",
    "unconnected": "missed",
    "rejected": "missed",
    "busy": "missed",
    "ring_timeout": "missed",
    "overflowed": "missed",
    "no_answer": "missed",
    "invalid_key": "missed",
    "invalid_operation": "missed",
    "service_unavailable": "missed",
}
BLOCKED = "system_blocked"  # spam that reached nobody
ANSWERED, VOICEMAIL = "answered", "voicemail"


def is_blocked(call: Raw) -> bool:
    """Return whether Zoom kept a call from everybody."""
    return call.get("call_result") == BLOCKED


def call_row(call: Raw) -> Row:
    """Return a call of Zoom Phone as a row."""
    offered, answered = instant(call.get("start_time")), instant(call.get("answer_time"))
    ended, outcome = instant(call.get("end_time")), outcome_of(call)
    was_answered = outcome == ANSWERED
    return {
        "call_id": plain(call.get("call_history_uuid") or call.get("id")),
        "direction": direction_of(call),
        "offered_at": when(call.get("start_time")),
        "wait_s": _seconds(offered, answered if was_answered else ended),
        "outcome": outcome,
        "talk_s": _seconds(answered, ended) if was_answered else None,
        "hold_s": None,
        "wrap_s": None,
        "transferred": None,
        "updated_at": when(call.get("end_time") or call.get("start_time")),
    }


def direction_of(call: Raw) -> str | None:
    """Return the direction; calls between colleagues are of none that customers notice."""
    return "internal" if call.get("connect_type") == "internal" else plain(call.get("direction"))


def outcome_of(call: Raw) -> str | None:
    """Return how a call ended; None for a word of Zoom's that we do not know."""
    ended = OUTCOMES.get(str(call.get("call_result")))
    if ended == VOICEMAIL or ended is None:
        return ended
    return ANSWERED if instant(call.get("answer_time")) else ended


def _seconds(start: datetime | None, end: datetime | None) -> str | None:
    if start is None or end is None or end < start:
        return None
    return plain((end - start).total_seconds())


def is_voice(engagement: Raw) -> bool:
    """Return whether an engagement is a call, and no chat."""
    kinds = engagement.get("channel_types") or engagement.get("channel_type")
    kinds = engagement.get("channel") if kinds is None else kinds
    return "voice" in (kinds if isinstance(kinds, list) else [kinds])


def engagement_row(engagement: Raw) -> Row:
    """Return an engagement of Contact Center as a row. Beta: its words are those of the pages."""
    handled = whole(engagement.get("handling_duration")) or 0
    answered = bool(engagement.get("agents")) or handled > 0
    inbound = engagement.get("direction") == "inbound"
    transfers = whole(engagement.get("transfer_count"))
    wrap = whole(engagement.get("wrap_up_duration"))
    return {
        "call_id": f"engagement:{plain(engagement.get('engagement_id'))}",
        "direction": plain(engagement.get("direction")),
        "offered_at": when(engagement.get("start_time")),
        "wait_s": plain(engagement.get("waiting_duration")),
        "outcome": ANSWERED if answered else "abandoned" if inbound else "missed",
        "talk_s": plain(max(0, handled - (wrap or 0))) if answered else None,
        "hold_s": None,
        "wrap_s": plain(wrap) if answered else None,
        "transferred": None if transfers is None else plain(transfers > 0),
        "updated_at": when(engagement.get("end_time") or engagement.get("start_time")),
    }
