"""What a statement must know besides the facts: the periods asked for, rates, people, hours.

The engine fills these small tables from the calendar and the settings before it runs anything, so
that no statement does date arithmetic and none knows a time zone rule.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    bindparam,
)

context = MetaData()
_RATE = Numeric(20, 12)  # so exact that a million turned round is right to a millionth

periods = Table(
    "asked_periods",
    context,
    Column("period_id", Integer, primary_key=True),
    Column("start_at", DateTime, nullable=False),
    Column("end_at", DateTime, nullable=False, doc="the close: the period's end, or as_of before"),
    Column("known_at", DateTime, nullable=False, doc="what was decided later is not known yet"),
    Column("year_ago", DateTime, nullable=False, doc="midnight a year before the close's day"),
)

bridge = Table(
    "bridge",
    context,
    Column("day", Date, nullable=False),
    Column("period_id", Integer, nullable=False),
)

rates = Table(
    "rates",
    context,
    Column("period_id", Integer, nullable=False),
    Column("currency", String, nullable=False),
    Column("opening_rate", _RATE, doc="in force when the period began"),
    Column("closing_rate", _RATE, doc="in force when it closed: the period's own rate"),
    Column("opening_spot", _RATE),
    Column("closing_spot", _RATE),
)

months = Table(
    "months",
    context,
    Column("month", String, nullable=False, doc="as in 2026-02"),
    Column("period_id", Integer, nullable=False, doc="a month, quarter or year that holds it"),
)

people = Table(
    "people",
    context,
    Column("customer_id", String, primary_key=True),
    Column("billing_id", String, nullable=False, doc="after merges, then the paying parent"),
    Column("is_test", Boolean, nullable=False),
    Column("known_first", Boolean, doc="by a source of subscriptions that does not come second"),
)

business_days = Table(
    "business_days",
    context,
    Column("day", Date, primary_key=True),
    Column("opens_at", DateTime, nullable=False),
    Column("closes_at", DateTime, nullable=False),
    Column("minutes_before", Numeric(18, 6), nullable=False),
)

TABLES = (periods, bridge, months, rates, people, business_days)


def setting(name: str, default: Any) -> BindParameter[Any]:  # noqa: ANN401 - any literal
    """Return a value that the configuration may set; the engine puts it in when it compiles."""
    return bindparam(name, default, unique=False)


TIMEZONE = setting("company_timezone", "UTC")
