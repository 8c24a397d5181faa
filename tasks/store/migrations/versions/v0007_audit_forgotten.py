"""The audit log, and whom we were asked to forget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("who", "what", "about")),
        sa.Column("detail", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_table(
        "forgettings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("known", sa.JSON),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_forgettings"),
        sa.UniqueConstraint("pseudonym", name="uq_forgettings"),
    )
    op.create_table(
        "forgotten",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("forgetting_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_forgotten"),
        sa.ForeignKeyConstraint(
            ["forgetting_id"], ["forgettings.id"], name="fk_forgotten_forgettings"
        ),
    )
    op.create_index("ix_forgotten_forgetting_id", "forgotten", ["forgetting_id"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("forgotten", "forgettings", "audit_log"):
        op.drop_table(name)
