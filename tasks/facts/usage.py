"""What customers do with the product, and what they get out of it."""

from __future__ import annotations

from tasks.facts.columns import customer, day, fact, identifier, instant, number, text

usage_events = fact(
    "usage_events",
    "One row per use of a feature.",
    identifier("event_id"),
    customer(),
    text("user_id"),
    instant("event_at", filled=True),
    text("feature"),
    number("duration_s", required=False, low=0),
    key=("event_id",),
    time="event_at",
)

value_events = fact(
    "value_events",
    "When a customer first got what they bought the product for.",
    customer(),
    instant("first_value_at", filled=True),
    key=("customer_id",),
)

objectives = fact(
    "objectives",
    "What a customer wanted to reach by when, and when they did.",
    identifier("objective_id"),
    customer(),
    day("due_on", filled=True, happened=False),
    day("achieved_on"),
    key=("objective_id",),
)
