"""What was done for customers: jobs, projects, deliveries, production."""

from __future__ import annotations

from tasks.facts.columns import (
    Refusal,
    customer,
    day,
    fact,
    flag,
    identifier,
    instant,
    no_end_before_start,
    number,
    text,
)

jobs = fact(
    "jobs",
    "Jobs that providers took on, and how they ended.",
    identifier("job_id"),
    text("provider_id"),
    instant("accepted_at", filled=True),
    instant("ended_at"),
    text(
        "outcome",
        filled=True,
        values=(
            "completed",
            "cancelled_by_provider",
            "cancelled_by_customer",
            "no_show",
            "in_progress",
        ),
    ),
    flag("had_issue"),
    key=("job_id",),
    time="accepted_at",
    refusals=(no_end_before_start("accepted_at", "ended_at"),),
)

projects = fact(
    "projects",
    "Projects for customers, and whether they kept scope and date.",
    identifier("project_id"),
    customer(),
    day("due_on", filled=True, happened=False),
    day("closed_on"),
    text("outcome", filled=True, values=("delivered", "cancelled", "open")),
    flag("in_scope"),
    key=("project_id",),
)

deliveries = fact(
    "deliveries",
    "What was promised for when, and what arrived when.",
    identifier("delivery_id"),
    customer(),
    day("original_promise_on", filled=True, happened=False),
    day("latest_promise_on", happened=False),
    instant("delivered_at"),
    number("qty_ordered", filled=True, low=0),
    number("qty_delivered", low=0),
    key=("delivery_id",),
)

production = fact(
    "production",
    "Lots produced, and how many of them were defective.",
    identifier("lot_id"),
    day("produced_on", filled=True),
    number("units_produced", filled=True, low=0),
    number("units_defective", filled=True, low=0),
    key=("lot_id",),
    refusals=(
        Refusal("units_defective", "units_defective > units_produced", "more than units_produced"),
    ),
)
