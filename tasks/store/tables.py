"""The tables of the store: what was read, measured and loaded, what ran, what goes out."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from tasks.store.columns import Exact, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

cells = Table(
    "cells",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kpi", String, nullable=False),
    Column("variant", String, nullable=False),
    Column("grain", String, nullable=False),
    Column("segment_dimension", String, nullable=False),
    Column("segment", String, nullable=False),
    UniqueConstraint("kpi", "grain", "variant", "segment_dimension", "segment"),
)

# Together with its cell this is the whole identity of an observation: kpi, variant, grain,
# segment_dimension, segment, period, definition_version, as_of, revision. Naming a cell by a
# number makes the store half as big and a history a third faster to read. On SQLite the table
# is its own key, so a cell's history lies together, oldest first.
observations = Table(
    "observations",
    metadata,
    Column("cell_id", ForeignKey("cells.id"), primary_key=True),
    Column("period", String, primary_key=True),
    Column("definition_version", Integer, primary_key=True),
    Column("as_of", Instant, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("unit", String, nullable=False),
    Column("numerator", Exact),
    Column("denominator", Exact),
    Column("n", BigInteger),
    Column("sum_of_squares", Exact),
    Column("null_reason", String),
    Column("status", String, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

# A load stays here after a newer one has taken its place; `retired_at` says since when.
loads = Table(
    "loads",
    metadata,
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("loaded_at", Instant, nullable=False),
    Column("watermark", Instant),
    Column("speaks_until", Instant),
    Column("retired_at", Instant),
)


def _of_a_load() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["source", "load_id"], ["loads.source", "loads.id"])


lake_files = Table(
    "lake_files",
    metadata,
    Column("path", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("load_id", String, nullable=False),
    Column("table_name", String, nullable=False),
    Column("ym", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("retired_at", Instant),
    _of_a_load(),
    Index(None, "source", "table_name"),
)

# One step from a state of the facts to the next: which days of which tables it made others.
changes = Table(
    "changes",
    metadata,
    Column("before", String, primary_key=True),
    Column("after", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("load_id", String, nullable=False),
    Column("stretches", JSON, nullable=False),
    _of_a_load(),
    Index(None, "after"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("load_id", String, nullable=False),
    Column("table_name", String, nullable=False),
    Column("file", String, nullable=False),
    Column("line", BigInteger),
    Column("key", String, nullable=False),
    Column("column_name", String, nullable=False),
    Column("value", String, nullable=False),
    Column("reason", String, nullable=False),
    _of_a_load(),
    Index(None, "source", "table_name"),
)

table_totals = Table(
    "table_totals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("load_id", String, nullable=False),
    Column("table_name", String, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    _of_a_load(),
)

data_notes = Table(
    "data_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("load_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("count", BigInteger),
    Column("table_name", String),
    _of_a_load(),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String),
    Column("summary", JSON(none_as_null=True)),
)

# A message as it was rendered, once, for everybody who gets it. It is never rendered again:
# a correction is a new content version.
outbox_messages = Table(
    "outbox_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject_key", String, nullable=False),
    Column("period", String, nullable=False),
    Column("content_version", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("written_at", Instant, nullable=False),
    UniqueConstraint("kind", "subject_key", "period", "content_version"),
)

# One message to one recipient. `fence` grows with every claim, so that whoever lost a lease can
# no longer write here; `parts` is what is known of each part that was handed over.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("outbox_messages.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("key", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("not_before", Instant),
    Column("lease_owner", String),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False),
    Column("problem", JSON(none_as_null=True)),
    Column("told_at", Instant),
    Column("receipt_id", String),
    Column("settled_at", Instant),
    UniqueConstraint("message_id", "channel", "recipient"),
    Index(None, "state"),
)

# How far a stream of a source has been read. `version` grows with every page, `fence` with every
# reader; `round` is the listing that is going on, `complete_round` the last one that was whole.
streams = Table(
    "streams",
    metadata,
    Column("source", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("config_hash", String, nullable=False),
    Column("cursor", String),
    Column("version", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("complete_round", Integer),
    Column("watermark", Instant),
    Column("fence", Integer, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", Instant),
)


def _of_a_stream() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["source", "stream"], ["streams.source", "streams.name"])


landed_pages = Table(
    "landed_pages",
    metadata,
    Column("source", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("path", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("cursor_in", String),
    Column("cursor_out", String),
    Column("fetched_at", Instant, nullable=False),
    Column("request_id", String, nullable=False),
    _of_a_stream(),
)

stream_runs = Table(
    "stream_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("deleted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("cursor_in", String),
    Column("cursor_out", String),
    Column("complete", Boolean, nullable=False),
    Column("watermark", Instant),
    Column("skipped", String, nullable=False),
    Column("problem", String, nullable=False),
    _of_a_stream(),
    Index(None, "source", "stream"),
)
