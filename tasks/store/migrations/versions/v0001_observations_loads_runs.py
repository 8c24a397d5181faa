"""The first store: observations, the manifest of the lake, the run ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.store.columns import Exact, Instant

revision = "v0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _create_observations()
    _create_loads()
    _create_what_a_load_leaves()
    _create_runs()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("runs", "data_notes", "table_totals", "quarantine", "lake_files", "loads"):
        op.drop_table(table)
    op.drop_table("observations")
    op.drop_table("cells")


def _create_observations() -> None:
    op.create_table(
        "cells",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kpi", sa.String, nullable=False),
        sa.Column("variant", sa.String, nullable=False),
        sa.Column("grain", sa.String, nullable=False),
        sa.Column("segment_dimension", sa.String, nullable=False),
        sa.Column("segment", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cells"),
        sa.UniqueConstraint(
            "kpi", "grain", "variant", "segment_dimension", "segment", name="uq_cells"
        ),
    )
    op.create_table(
        "observations",
        sa.Column("cell_id", sa.Integer, nullable=False),
        sa.Column("period", sa.String, nullable=False),
        sa.Column("definition_version", sa.Integer, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("numerator", Exact),
        sa.Column("denominator", Exact),
        sa.Column("n", sa.BigInteger),
        sa.Column("sum_of_squares", Exact),
        sa.Column("null_reason", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint(
            "cell_id", "period", "definition_version", "as_of", "revision", name="pk_observations"
        ),
        sa.ForeignKeyConstraint(["cell_id"], ["cells.id"], name="fk_observations_cells"),
        sqlite_with_rowid=False,
    )


def _create_loads() -> None:
    op.create_table(
        "loads",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("loaded_at", Instant, nullable=False),
        sa.Column("watermark", Instant),
        sa.Column("speaks_until", Instant),
        sa.Column("retired_at", Instant),
        sa.PrimaryKeyConstraint("source", "id", name="pk_loads"),
    )
    op.create_table(
        "lake_files",
        sa.Column("path", sa.String, nullable=False),
        *_of_a_load("lake_files"),
        sa.Column("table_name", sa.String, nullable=False),
        sa.Column("ym", sa.String, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("retired_at", Instant),
        sa.PrimaryKeyConstraint("path", name="pk_lake_files"),
    )
    op.create_index("ix_lake_files_source_table_name", "lake_files", ["source", "table_name"])


def _create_what_a_load_leaves() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, nullable=False),
        *_of_a_load("quarantine"),
        sa.Column("table_name", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("column_name", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_source_table_name", "quarantine", ["source", "table_name"])
    op.create_table(
        "table_totals",
        sa.Column("id", sa.Integer, nullable=False),
        *_of_a_load("table_totals"),
        sa.Column("table_name", sa.String, nullable=False),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("loaded", sa.BigInteger, nullable=False),
        sa.Column("quarantined", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_table_totals"),
    )
    op.create_table(
        "data_notes",
        sa.Column("id", sa.Integer, nullable=False),
        *_of_a_load("data_notes"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("count", sa.BigInteger),
        sa.Column("table_name", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_data_notes"),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("outcome", sa.String),
        sa.Column("summary", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )


def _of_a_load(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("source", sa.String, nullable=False),
        sa.Column("load_id", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "load_id"], ["loads.source", "loads.id"], name=f"fk_{table}_loads"
        ),
    )
