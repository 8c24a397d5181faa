"""Who the customers are, who looks after them, and whom we talk to there."""

from __future__ import annotations

from tasks.facts.columns import customer, fact, flag, identifier, instant, no_end_before_start, text

customers = fact(
    "customers",
    "One row per customer record as it is now; duplicates point at their survivor.",
    identifier("customer_id"),
    text("name"),
    text("segment"),
    text("industry"),
    text("country"),
    text("acquired_via"),
    text("referrer_id", references="customers.customer_id"),
    flag("is_test"),
    text("merged_into", references="customers.customer_id"),
    text("parent_id", required=False, references="customers.customer_id"),
    text("owner_id", required=False, references="owners.owner_id"),
    text("plan", required=False),
    text("region", required=False),
    instant("created_at", required=False),
    text("external_ids", required=False),
    key=("customer_id",),
)

customer_versions = fact(
    "customer_versions",
    "What a customer's attributes were from when to when.",
    customer(),
    instant("valid_from", filled=True),
    instant("valid_to", happened=False),
    text("parent_id", required=False, references="customers.customer_id"),
    text("owner_id", required=False, references="owners.owner_id"),
    text("segment", required=False),
    text("plan", required=False),
    text("region", required=False),
    key=("customer_id", "valid_from"),
    versions_of="customer_id",
    refusals=(no_end_before_start("valid_from", "valid_to"),),
)

owners = fact(
    "owners",
    "The people who look after customers.",
    identifier("owner_id"),
    text("name"),
    text("email", required=False),
    text("slack_id", required=False),
    text("manager_id", required=False, references="owners.owner_id"),
    flag("active", required=False),
    key=("owner_id",),
)

contacts = fact(
    "contacts",
    "The people at a customer.",
    identifier("contact_id"),
    customer(),
    text("email", required=False),
    text("role", required=False),
    flag("active", required=False),
    instant("last_seen_at", required=False),
    key=("contact_id",),
)

touches = fact(
    "touches",
    "Human contacts with a customer: a call, a meeting, an email.",
    identifier("touch_id"),
    customer(),
    text("contact_id", required=False, references="contacts.contact_id"),
    text("owner_id", required=False, references="owners.owner_id"),
    text("kind"),
    instant("at", filled=True),
    key=("touch_id",),
    time="at",
)
