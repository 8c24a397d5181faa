"""Observations as a person would draw them, and back.

    period  | as_of      | value | status
    2026-02 | 2026-03-01 | 2/61  | final

``-`` is nothing; a value is a numerator, or a numerator and a denominator.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tasks.model import Grain, NullReason, Observation, Status

NOW = datetime(2026, 4, 1, 6, tzinfo=UTC)


def lines(text):
    """Return the lines of a drawn table as dicts of strings."""
    head, *rest = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(head, line, strict=True)) for line in rest]


def moment(text):
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def drawn(text):
    """Return the observations of a drawn table; what it leaves out is one customer churn rate."""
    return tuple(_observation(**line) for line in lines(text))


def _observation(
    *,
    period="2026-02",
    as_of="2026-03-01",
    value="1",
    kpi="logo_churn_rate",
    variant="default",
    grain="month",
    dimension="ALL",
    segment="ALL",
    status="final",
    null_reason="-",
    unit="ratio",
    n="-",
    version="1",
):
    numerator, _, denominator = value.partition("/")
    return Observation(
        kpi=kpi,
        variant=variant,
        grain=Grain(grain),
        period=period,
        unit=unit,
        as_of=moment(as_of),
        segment_dimension=dimension,
        segment=segment,
        numerator=None if numerator == "-" else Decimal(numerator),
        denominator=Decimal(denominator) if denominator else None,
        n=None if n == "-" else int(n),
        null_reason=None if null_reason == "-" else NullReason(null_reason),
        status=Status(status),
        definition_version=int(version),
    )


def redrawn(observations, text):
    """Return ``observations`` as lines with the columns of the drawn table ``text``."""
    columns = lines(text)[0] if lines(text) else []
    return [{column: _WORDS[column](one) for column in columns} for one in observations]


def _value(one):
    above = "-" if one.numerator is None else str(one.numerator)
    return above if one.denominator is None else f"{above}/{one.denominator}"


_WORDS = {
    "period": lambda one: one.period,
    "as_of": lambda one: one.as_of.date().isoformat(),
    "value": _value,
    "kpi": lambda one: one.kpi,
    "variant": lambda one: one.variant,
    "grain": lambda one: one.grain.value,
    "dimension": lambda one: one.segment_dimension,
    "segment": lambda one: one.segment,
    "status": lambda one: one.status.value,
    "null_reason": lambda one: one.null_reason.value if one.null_reason else "-",
    "version": lambda one: str(one.definition_version),
    "revision": lambda one: str(one.revision),
}
