"""What Alembic runs for every migration: our connection, our version table."""

from __future__ import annotations

from alembic import context

from tasks.store.tables import metadata
from tasks.store.upgrade import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite can change a table only by copying it
)
with context.begin_transaction():
    context.run_migrations()
