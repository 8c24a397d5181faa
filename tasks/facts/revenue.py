"""What customers agreed to pay, what they paid, what it cost, and at which exchange rate."""

from __future__ import annotations

from tasks.facts.columns import (
    count,
    currency,
    customer,
    day,
    fact,
    flag,
    identifier,
    instant,
    month,
    no_end_before_start,
    number,
    rate,
    text,
)

STATUSES = (
    "active",
    "past_due",
    "trialing",
    "unpaid",
    "canceled",
    "paused",
    "incomplete",
    "incomplete_expired",
)
INTERVALS = ("day", "week", "month", "year", "usage", "one_off")

subscription_versions = fact(
    "subscription_versions",
    "What a subscription was from when to when; a price or status change starts a new version.",
    identifier("version_id"),
    text("subscription_id", filled=True),
    customer(),
    text("product"),
    text("status", filled=True, values=STATUSES),
    instant("valid_from", filled=True),
    instant("valid_to", happened=False),
    number("unit_amount", filled=True),
    number("quantity", filled=True, low=0),
    currency(),
    text("interval", filled=True, values=INTERVALS),
    count("interval_count", filled=True, low=1),
    number("discount_pct", low=0, high=100),
    text("change_kind"),
    instant("cancel_at", happened=False),
    instant("cancel_requested_at", required=False),
    text("cancel_reason", required=False),
    key=("version_id",),
    versions_of="subscription_id",
    refusals=(no_end_before_start("valid_from", "valid_to"),),
)

contracts = fact(
    "contracts",
    "Contracts that come due, and what was decided.",
    identifier("contract_id"),
    customer(),
    instant("due_at", filled=True, happened=False),
    number("acv", filled=True),
    text("outcome", values=("renewed", "lost", "pending")),
    instant("decided_at"),
    number("renewed_acv"),
    day("starts_on", required=False, happened=False),
    count("term_months", required=False),
    day("notice_by", required=False, happened=False),
    flag("auto_renews", required=False),
    currency(required=False, filled=False),
    key=("contract_id",),
)

payments = fact(
    "payments",
    "What was due, and when it was paid or failed.",
    identifier("payment_id"),
    customer(),
    day("due_on", filled=True, happened=False),
    instant("paid_at"),
    instant("failed_at", required=False),
    number("amount", filled=True),
    currency(),
    key=("payment_id",),
    time="due_on",
)

revenue_lines = fact(
    "revenue_lines",
    "Revenue as recognised, line by line.",
    identifier("line_id"),
    customer(),
    day("recognized_on", filled=True),
    number("amount", filled=True),
    currency(),
    text(
        "kind",
        filled=True,
        values=("subscription", "usage", "one_off", "tax", "refund", "credit"),
    ),
    key=("line_id",),
    time="recognized_on",
)

costs = fact(
    "costs",
    "What acquiring and keeping customers cost, by month and kind.",
    month("period"),
    text("kind", filled=True),
    number("amount", filled=True),
    currency(required=False, filled=False),
    key=("period", "kind", "currency"),
)

fx_rates = fact(
    "fx_rates",
    "What one unit of a currency is worth in the company's currency from a date on.",
    currency(),
    day("rate_date", filled=True, happened=False),
    rate("rate_to_usd"),
    text("kind", filled=True, values=("locked", "spot")),
    key=("currency", "rate_date", "kind"),
)

licenses = fact(
    "licenses",
    "How many seats a customer has from a date on.",
    customer(),
    day("valid_from", filled=True),
    count("seats", filled=True),
    key=("customer_id", "valid_from"),
)
