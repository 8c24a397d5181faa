"""A statement as text, values in place: the PostgreSQL dialect, which DuckDB runs as well."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

POSTGRESQL: Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy's own


def written(statement: str | Select[Any], dialect: Dialect = POSTGRESQL) -> str:
    """Return a statement as text; what is text already stays as it is."""
    if isinstance(statement, str):
        return statement
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def columns_of(table: Table, dialect: Dialect = POSTGRESQL) -> str:
    """Return the columns of a table with their types, as CREATE TABLE wants them."""
    return ", ".join(f'"{column.name}" {column.type.compile(dialect)}' for column in table.columns)
