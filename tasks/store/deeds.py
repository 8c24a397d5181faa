"""The tables of what people do: actions they take, advice they get, and answers from Slack."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from tasks.store.columns import Instant
from tasks.store.tables import metadata

# Something people do about a KPI in a segment, from a day on. What happened to it is in
# `action_events`, which only grows.
actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("kpi", String, nullable=False),
    Column("segment_dimension", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date),
    Column("owner", String, nullable=False),
    Column("note", String, nullable=False),
    UniqueConstraint("name", "kpi", "segment_dimension", "segment", "begins"),
)

action_events = Table(
    "action_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("action_id", ForeignKey("actions.id"), nullable=False),
    Column("what", String, nullable=False),
    Column("day", Date),
    Column("who", String, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "action_id"),
)

# What a message that went into the outbox said should be tried, and with which customers.
advice = Table(
    "advice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject_key", String, nullable=False),
    Column("period", String, nullable=False),
    Column("kpi", String, nullable=False),
    Column("segment_dimension", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("said", String, nullable=False),
    Column("customers", JSON, nullable=False),
    Column("given_at", Instant, nullable=False),
    UniqueConstraint("kind", "subject_key", "period", "kpi", "segment_dimension", "segment"),
)

# A process that listens to Slack; it lives as long as it goes on saying so.
listeners = Table(
    "listeners",
    metadata,
    Column("owner", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# What somebody pressed or sent in Slack, so that the same is never answered twice.
clicks = Table(
    "clicks",
    metadata,
    Column("key", String, primary_key=True),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", Instant, nullable=False),
)
