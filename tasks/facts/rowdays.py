"""On which local days do the rows of a table say that something was? As SQL for DuckDB."""

# ruff: noqa: S608 - the names are those of our own tables and columns

from __future__ import annotations

from tasks.facts import FACTS
from tasks.facts.columns import facts_of
from tasks.facts.duck import named
from tasks.facts.reach import REACH

NEVER_COMPARED = "updated_at"  # it is another whenever anything is, and no KPI reads it


def dated(table: str) -> list[str]:
    """Return the SQL of the local day of each column that has one."""
    skipped = (NEVER_COMPARED, *REACH[table].passed_over)
    return [
        local(table, column.name)
        for column in FACTS[table].columns
        if facts_of(column).kind in ("day", "instant") and column.name not in skipped
    ]


def local(table: str, column: str) -> str:
    """Return the SQL of the local day of a column."""
    if facts_of(FACTS[table].c[column]).kind == "day":
        return named(column)
    return f"local_day(timezone('UTC', {named(column)}))"


def first_days(whose: str) -> str:
    """Return the SELECT of the first days of the rows of customers, in all tables and states."""
    return " UNION ALL ".join(
        f"SELECT min(least({', '.join([*dated(table), 'NULL'])})) "
        f"FROM {schema}.{named(table)} WHERE customer_id IN ({whose})"
        for table in FACTS
        if "customer_id" in FACTS[table].c and dated(table)
        for schema in ("was", "now")
    )
