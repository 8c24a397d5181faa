"""Alerts: the episodes of incidents, what happened to each, and what is muted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.store.columns import Instant

revision = "v0005"
down_revision = "v0004"

IDENTITY = ("rule", "kpi", "variant", "segment_dimension", "segment", "direction")


def upgrade() -> None:
    """Create the tables."""
    _create_episodes()
    _create_events()
    _create_mutes()


def downgrade() -> None:
    """Drop the tables."""
    for name in ("alert_mutes", "alert_events", "alert_episodes"):
        op.drop_table(name)


def _create_episodes() -> None:
    op.create_table(
        "alert_episodes",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in IDENTITY),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("chance", sa.Float),
        sa.Column("is_escalated", sa.Boolean, nullable=False),
        sa.Column("ending", sa.String),
        sa.Column("rebased_on", sa.Date),
        sa.Column("acknowledged_by", sa.String, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("is_silent", sa.Boolean, nullable=False),
        sa.Column("opened_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("life", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_episodes"),
        sa.UniqueConstraint(*IDENTITY, "number", name="uq_alert_episodes"),
    )
    op.create_index("ix_alert_episodes_phase", "alert_episodes", ["phase"])


def _create_events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("episode_id", sa.Integer),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("period", sa.String),
        sa.Column("severity", sa.String),
        sa.Column("chance", sa.Float),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_events"),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["alert_episodes.id"], name="fk_alert_events_alert_episodes"
        ),
    )
    op.create_index("ix_alert_events_episode_id", "alert_events", ["episode_id"])


def _create_mutes() -> None:
    op.create_table(
        "alert_mutes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("episode_id", sa.Integer),
        sa.Column("kpi", sa.String, nullable=False),
        sa.Column("segment_dimension", sa.String),
        sa.Column("segment", sa.String),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("muted_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_alert_mutes"),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["alert_episodes.id"], name="fk_alert_mutes_alert_episodes"
        ),
    )
