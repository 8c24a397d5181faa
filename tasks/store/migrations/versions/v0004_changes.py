"""Changes: which days of the facts are others, from one state of them to the next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "changes",
        sa.Column("before", sa.String, nullable=False),
        sa.Column("after", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("load_id", sa.String, nullable=False),
        sa.Column("stretches", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("before", "after", name="pk_changes"),
        sa.ForeignKeyConstraint(
            ["source", "load_id"], ["loads.source", "loads.id"], name="fk_changes_loads"
        ),
    )
    op.create_index("ix_changes_after", "changes", ["after"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("changes")
