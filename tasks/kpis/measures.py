"""Short words for measures: how many rows, how much of something, its mean, its median."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_

from tasks.facts.functions import both
from tasks.facts.panel import Panel
from tasks.kpis.value import Mean, Measure, Quantile, Ratio, Share, Terms, Total, as_terms
from tasks.model import NullReason


def count(panel: Panel, where: ColumnElement[bool] | None = None) -> Measure:
    """Return how many rows of the panel count."""
    return Measure(panel, where=where)


def amount(
    panel: Panel,
    of: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
    unknown: ColumnElement[bool] | None = None,
    reason: NullReason = NullReason.MISSING_FX,
) -> Measure:
    """Return the sum of an amount; one ``unknown`` row makes it unknown instead of too small."""
    return Measure(panel, of, where, unpriced=unknown, reason=reason)


def share(of: Measure, column: ColumnElement[Any], value: str) -> Measure:
    """Return a measure of those rows only that have one value in a column, such as one cohort.

    However many shares of it are asked for, its rows are added up once.
    """
    where = and_(column == value, both(of.where))
    return replace(of, where=where, share=Share(of, column, value))


def total(of: Measure | Terms) -> Total:
    """Return a plain sum or count."""
    return Total(as_terms(of))


def ratio(
    numerator: Measure | Terms,
    denominator: Measure | Terms,
    *,
    empty: NullReason = NullReason.ZERO_DENOMINATOR,
    n_of: Measure | None = None,
    is_headcount: bool = False,
) -> Ratio:
    """Return one total over another; ``n_of`` counts the units where the denominator is money.

    ``is_headcount``: the denominator adds up heads, units made, anything that is counted in rows
    of many; n is then the denominator, not the number of rows.
    """
    return Ratio(as_terms(numerator), as_terms(denominator), empty, n_of, is_headcount)


def mean(
    panel: Panel,
    of: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
    *,
    empty: NullReason = NullReason.NO_RESPONSES,
) -> Mean:
    """Return the mean of an amount over the rows that count; ``empty``: why there is none."""
    return Mean(Measure(panel, of, where), empty)


def quantile(
    panel: Panel,
    of: ColumnElement[Any],
    q: float,
    where: ColumnElement[bool] | None = None,
    *,
    empty: NullReason = NullReason.NO_RESPONSES,
) -> Quantile:
    """Return a percentile by linear interpolation; ``q`` 0.5 is the median."""
    return Quantile(Measure(panel, of, where, q=q), empty)
