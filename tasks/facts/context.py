"""What a statement must know besides the facts: the periods asked for, rates, people, hours.

The engine fills these small tables from the calendar and the settings before it runs anything, so
that no statement does date arithmetic and none knows a time zone rule.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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
WORDS, DAYS_A_WORD = 12, 62  # two years of days, each a bit of one of twelve whole numbers

periods = Table(
    "asked_periods",
    context,
    Column("period_id", Integer, primary_key=True),
    Column("start_at", DateTime, nullable=False),
    Column("end_at", DateTime, nullable=False, doc="the close: the period's end, or as_of before"),
    Column("known_at", DateTime, nullable=False, doc="what was decided later is not known yet"),
    Column("year_ago", DateTime, nullable=False, doc="midnight a year before the close's day"),
    Column("series", Integer, nullable=False, doc="all periods of a grain are a series, in order"),
    Column("place", Integer, nullable=False, doc="which of its series it is, from 0"),
    Column("before_at", DateTime, doc="when the one before it in its series began"),
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

linked = Table(
    "linked",
    context,
    Column(
        "customer_id", String, primary_key=True, doc="whoever is merged, has a parent or is one"
    ),
    Column("billing_id", String, nullable=False),
    Column("is_test", Boolean, nullable=False),
)

day_bits = Table(
    "day_bits",
    context,
    Column("day", Date, nullable=False),
    Column("word", Integer, nullable=False, doc="in which of the words it is"),
    Column("bit", BigInteger, nullable=False),
)

period_bits = Table(
    "period_bits",
    context,
    Column("period_id", Integer, nullable=False),
    *(Column(f"word_{number}", BigInteger, nullable=False) for number in range(WORDS)),
)

business_days = Table(
    "business_days",
    context,
    Column("day", Date, primary_key=True),
    Column("opens_at", DateTime, nullable=False),
    Column("closes_at", DateTime, nullable=False),
    Column("minutes_before", Numeric(18, 6), nullable=False),
)

TABLES = (
    periods,
    bridge,
    months,
    rates,
    people,
    linked,
    day_bits,
    period_bits,
    business_days,
)


def setting(name: str, default: Any) -> BindParameter[Any]:  # noqa: ANN401 - any literal
    """Return a value that the configuration may set; the engine puts it in when it compiles."""
    return bindparam(name, default, unique=False)


TIMEZONE = setting("company_timezone", "UTC")
# what lies outside is in no period asked for: files and parts of files need not be read for it
ASKED_SINCE = setting("asked_since", datetime(1900, 1, 1))  # noqa: DTZ001 - the lake's have no zone
ASKED_UNTIL = setting("asked_until", datetime(9999, 1, 1))  # noqa: DTZ001
