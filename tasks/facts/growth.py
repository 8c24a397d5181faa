"""Growth by its kind: of what a customer pays more, how much was upsold, cross-sold, a price rise?

A customer's growth in a period is one net amount; what was lost in the same period is taken from
the kinds that say least. It fills, in this order, what was cross-sold, upsold, added in seats,
raised in price, resumed after a pause; the rest has no known kind. So the parts always add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Label, and_, case, func, literal
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from tasks.facts.changes import GROWTH, PAUSE
from tasks.facts.context import periods, rates
from tasks.facts.functions import priced
from tasks.facts.spans import spans

PARTS = (*GROWTH, "resume", "other_growth", "paused")
_ZERO = literal(0)


def gains() -> list[Label[Any]]:
    """Return what each kind of change came to in the period, net, per customer of the book."""
    return [_gain(kind).label(f"gained_{kind}") for kind in (*GROWTH, PAUSE)]


def _gain(kind: str) -> ColumnElement[Any]:
    s, p = spans().c, periods.c
    here = and_(s.changed_by == kind, s.since >= p.start_at, s.since < p.end_at)
    return func.coalesce(func.sum(case((here, priced(s.gained, rates.c.closing_rate)))), 0)


def split(
    held: ReadOnlyColumnCollection[str, Any],
    expansion: ColumnElement[Any],
    contraction: ColumnElement[Any],
) -> list[Label[Any]]:
    """Return the parts of expansion by kind, and how much of contraction is a pause."""
    offered = [func.greatest(held[f"gained_{kind}"], _ZERO) for kind in (*GROWTH, PAUSE)]
    reached = [func.least(expansion, _up_to(offered, n)) for n in range(len(offered) + 1)]
    parts = [*(b - a for a, b in pairwise(reached)), expansion - reached[-1]]
    paused = func.least(contraction, func.greatest(-held[f"gained_{PAUSE}"], _ZERO))
    return [part.label(name) for name, part in zip(PARTS, (*parts, paused), strict=True)]


def _up_to(offered: Sequence[ColumnElement[Any]], n: int) -> ColumnElement[Any]:
    total: ColumnElement[Any] = _ZERO
    for one in offered[:n]:
        total = total + one
    return total
