"""Where customers asked for help, and what happened then."""

from __future__ import annotations

from tasks.facts.columns import count, customer, fact, flag, identifier, instant, number, text

tickets = fact(
    "tickets",
    "One row per ticket as it is now.",
    identifier("ticket_id"),
    customer(filled=False),
    text("requester_id"),
    instant("created_at", filled=True),
    text("created_by", values=("customer", "agent", "system")),
    text("channel"),
    instant("first_agent_reply_at"),
    instant("first_solved_at"),
    instant("reopened_at"),
    instant("last_solved_at"),
    count("replies_before_first_solve"),
    text("merged_into", references="tickets.ticket_id"),
    flag("is_spam"),
    text("subject", required=False),
    text("body", required=False),
    text("tags", required=False),
    text("priority", required=False),
    flag("escalated", required=False),
    text("agent_id", required=False),
    text("business_schedule", required=False),
    key=("ticket_id",),
    time="created_at",
)

calls = fact(
    "calls",
    "Telephone calls, offered and made.",
    identifier("call_id"),
    text("direction", filled=True, values=("inbound", "outbound", "internal")),
    instant("offered_at", filled=True),
    number("wait_s", low=0),
    text("outcome", values=("answered", "abandoned", "missed", "voicemail")),
    number("talk_s", low=0),
    number("hold_s", low=0),
    number("wrap_s", low=0),
    flag("transferred"),
    key=("call_id",),
    time="offered_at",
)

kb_sessions = fact(
    "kb_sessions",
    "Visits to the help centre.",
    identifier("session_id"),
    text("user_id"),
    instant("started_at", filled=True),
    key=("session_id",),
    time="started_at",
)
