"""A statement as text, values in place: the PostgreSQL dialect, which DuckDB runs as well."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.sqltypes import NULLTYPE

NOTHING: Mapping[str, Any] = MappingProxyType({})


class FilledIn(PGCompiler):
    """PostgreSQL's words, with what is ``given`` by name in the place of parameters.

    ``Select.params`` would copy the whole statement for each set of values, which takes longer
    than writing it and than running it on a small company.
    """

    def render_literal_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        """Return a parameter's value as it is written in a statement."""
        given = options.pop("given", NOTHING)
        if bindparam.key in given:
            if given[bindparam.key] is None:
                return str(self.process(NULLTYPE, **options))
            options["render_literal_value"] = given[bindparam.key]
        return str(super().render_literal_bindparam(bindparam, *args, **options))  # type: ignore[no-untyped-call]  # SQLAlchemy's own


class _PostgreSQL(PGDialect):
    statement_compiler = FilledIn
    supports_statement_cache = True


POSTGRESQL: Dialect = _PostgreSQL(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy's own


def written(
    statement: str | Select[Any],
    dialect: Dialect = POSTGRESQL,
    *,
    given: Mapping[str, Any] = NOTHING,
) -> str:
    """Return a statement as text; what is text already stays as it is."""
    if isinstance(statement, str):
        return statement
    options = {"literal_binds": True, "given": given}
    return str(statement.compile(dialect=dialect, compile_kwargs=options))


def columns_of(table: Table, dialect: Dialect = POSTGRESQL) -> str:
    """Return the columns of a table with their types, as CREATE TABLE wants them."""
    return ", ".join(f'"{column.name}" {column.type.compile(dialect)}' for column in table.columns)
