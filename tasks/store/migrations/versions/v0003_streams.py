"""Streams: how far each has been read, the pages that were landed, and what each run did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.store.columns import Instant

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    """Create the tables."""
    _create_streams()
    _create_pages()
    _create_runs()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("stream_runs")
    op.drop_table("landed_pages")
    op.drop_table("streams")


def _create_streams() -> None:
    op.create_table(
        "streams",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("config_hash", sa.String, nullable=False),
        sa.Column("cursor", sa.String),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("complete_round", sa.Integer),
        sa.Column("watermark", Instant),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease_owner", sa.String),
        sa.Column("lease_until", Instant),
        sa.PrimaryKeyConstraint("source", "name", name="pk_streams"),
    )


def _create_pages() -> None:
    op.create_table(
        "landed_pages",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("cursor_in", sa.String),
        sa.Column("cursor_out", sa.String),
        sa.Column("fetched_at", Instant, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", "generation", "seq", name="pk_landed_pages"),
        sa.ForeignKeyConstraint(
            ["source", "stream"],
            ["streams.source", "streams.name"],
            name="fk_landed_pages_streams",
        ),
    )


def _create_runs() -> None:
    op.create_table(
        "stream_runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("finished_at", Instant, nullable=False),
        sa.Column("pages", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("new", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
        sa.Column("cursor_in", sa.String),
        sa.Column("cursor_out", sa.String),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("watermark", Instant),
        sa.Column("skipped", sa.String, nullable=False),
        sa.Column("problem", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stream_runs"),
        sa.ForeignKeyConstraint(
            ["source", "stream"], ["streams.source", "streams.name"], name="fk_stream_runs_streams"
        ),
    )
    op.create_index("ix_stream_runs_source_stream", "stream_runs", ["source", "stream"])
