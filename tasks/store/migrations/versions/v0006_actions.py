"""Actions people take, advice they were given, and their answers from Slack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"


def upgrade() -> None:
    """Create the tables."""
    _actions()
    op.create_table(
        "advice",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "subject_key", "period")),
        sa.Column("kpi", sa.String, nullable=False),
        sa.Column("segment_dimension", sa.String, nullable=False),
        sa.Column("segment", sa.String, nullable=False),
        sa.Column("said", sa.String, nullable=False),
        sa.Column("customers", sa.JSON, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_advice"),
        sa.UniqueConstraint(
            *("kind", "subject_key", "period", "kpi", "segment_dimension", "segment"),
            name="uq_advice",
        ),
    )
    op.create_table(
        "listeners",
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_listeners"),
    )
    op.create_table(
        "clicks",
        *(sa.Column(name, sa.String, nullable=False) for name in ("key", "who", "what", "subject")),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_clicks"),
    )


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kpi", sa.String, nullable=False),
        sa.Column("segment_dimension", sa.String, nullable=False),
        sa.Column("segment", sa.String, nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.UniqueConstraint(
            "name", "kpi", "segment_dimension", "segment", "begins", name="uq_actions"
        ),
    )
    op.create_table(
        "action_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("action_id", sa.Integer, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_action_events"),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_events_actions"),
    )
    op.create_index("ix_action_events_action_id", "action_events", ["action_id"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("clicks", "listeners", "advice", "action_events", "actions"):
        op.drop_table(name)
