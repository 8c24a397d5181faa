"""The tables of alerts: their episodes, what happened to each, and what is muted."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from tasks.store.columns import Instant
from tasks.store.tables import metadata

IDENTITY = ("rule", "kpi", "variant", "segment_dimension", "segment", "direction")

# One incident. `life` is what the law of episodes remembers of its signs; `version` grows with
# every change, so that two processes that saw the same version can't both go on from it.
alert_episodes = Table(
    "alert_episodes",
    metadata,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in IDENTITY),
    Column("number", Integer, nullable=False),
    Column("phase", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("chance", Float),
    Column("is_escalated", Boolean, nullable=False),
    Column("ending", String),
    Column("rebased_on", Date),
    Column("acknowledged_by", String, nullable=False),
    Column("told", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("is_silent", Boolean, nullable=False),
    Column("opened_at", Instant),
    Column("ended_at", Instant),
    Column("life", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint(*IDENTITY, "number"),
    Index(None, "phase"),
)

# What happened, in which period, who said it, and to whom it was told. It only grows.
alert_events = Table(
    "alert_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("episode_id", ForeignKey("alert_episodes.id")),
    Column("about", String, nullable=False),
    Column("what", String, nullable=False),
    Column("period", String),
    Column("severity", String),
    Column("chance", Float),
    Column("who", String, nullable=False),
    Column("note", String, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "episode_id"),
)

# What is silent until a day; of one episode, or of a KPI or one of its segments.
alert_mutes = Table(
    "alert_mutes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("episode_id", ForeignKey("alert_episodes.id")),
    Column("kpi", String, nullable=False),
    Column("segment_dimension", String),
    Column("segment", String),
    Column("until", Date, nullable=False),
    Column("who", String, nullable=False),
    Column("note", String, nullable=False),
    Column("muted_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
