"""What Spark spells differently from PostgreSQL: types, quotes, dates and grouping masks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql.base import PGDialect, PGTypeCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.functions import Function

from tasks.engine.written import FilledIn
from tasks.facts.functions import local_date, plus_days, seconds_between


class SparkTypes(PGTypeCompiler):
    """Names of types: text has no length, and an instant of the lake no zone."""

    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:  # noqa: ANN401, ARG002, N802 - SQLAlchemy's
        """Return what text is called."""
        return "STRING"

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:  # noqa: ANN401, ARG002, N802 - SQLAlchemy's
        """Return what an instant without a zone is called."""
        return "TIMESTAMP_NTZ"

    def visit_DOUBLE_PRECISION(self, type_: Any, **kw: Any) -> str:  # noqa: ANN401, ARG002, N802 - SQLAlchemy's
        """Return what a floating number of 8 bytes is called."""
        return "DOUBLE"


class SparkCompiler(FilledIn):
    """Statements, where Spark has another word for the same."""

    def visit_grouping_func(self, fn: Function[Any], **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        """Return the bit mask of what is rolled up; Spark's own GROUPING takes one column."""
        columns = ", ".join(self.process(clause, **kw) for clause in fn.clauses)
        return f"grouping_id({columns})"

    def render_literal_value(self, value: Any, type_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        """Return a value in a statement; an instant says what it is, else it is taken for text."""
        if isinstance(value, datetime):
            return f"TIMESTAMP_NTZ '{value:%Y-%m-%d %H:%M:%S.%f}'"
        return str(super().render_literal_value(value, type_))  # type: ignore[no-untyped-call]  # SQLAlchemy's

    def visit_is_not_distinct_from_binary(
        self,
        binary: BinaryExpression[Any],
        operator: Any,  # noqa: ANN401, ARG002 - SQLAlchemy's
        **kw: Any,  # noqa: ANN401 - SQLAlchemy's
    ) -> str:
        """Return whether two values are equal, or both missing."""
        left, right = (self.process(side, **kw) for side in (binary.left, binary.right))
        return f"{left} <=> {right}"


class SparkDialect(PGDialect):
    """PostgreSQL's dialect, as far as Spark understands it."""

    name = "spark"
    statement_compiler = SparkCompiler
    type_compiler_cls = SparkTypes
    supports_statement_cache = True


@compiles(local_date, "spark")
def _local_date(element: local_date, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    at, zone = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(convert_timezone('UTC', {zone}, {at}) AS DATE)"


@compiles(plus_days, "spark")
def _plus_days(element: plus_days, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    at, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({at} + CAST({days} AS INT) * INTERVAL '1' DAY)"


@compiles(seconds_between, "spark")
def _seconds(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    since, until = (f"unix_micros(CAST({at} AS TIMESTAMP))" for at in (start, end))
    return f"(({until} - {since}) / 1000000.0D)"


SPARK = SparkDialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
