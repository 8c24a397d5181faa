"""The outbox: messages as they were rendered, and who gets each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.store.columns import Instant

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    """Create the tables."""
    _create_messages()
    _create_outbox()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outbox")
    op.drop_table("outbox_messages")


def _create_messages() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject_key", sa.String, nullable=False),
        sa.Column("period", sa.String, nullable=False),
        sa.Column("content_version", sa.Integer, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_messages"),
        sa.UniqueConstraint(
            "kind", "subject_key", "period", "content_version", name="uq_outbox_messages"
        ),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("not_before", Instant),
        sa.Column("lease_owner", sa.String),
        sa.Column("lease_until", Instant),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True)),
        sa.Column("told_at", Instant),
        sa.Column("receipt_id", sa.String),
        sa.Column("settled_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_messages.id"], name="fk_outbox_outbox_messages"
        ),
        sa.UniqueConstraint("message_id", "channel", "recipient", name="uq_outbox"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
