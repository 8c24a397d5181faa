"""What a world says of a period as a whole: every variant asked for, in one go."""

from __future__ import annotations

from fractions import Fraction

from tasks.model import ALL, Observation


def told(one: Observation) -> Fraction | str | None:
    """Return what an observation says, exactly, or the reason why it says nothing."""
    if one.null_reason is not None or one.numerator is None:
        return one.null_reason
    return Fraction(one.numerator) / Fraction(one.denominator or 1)


def overall(world, *kpis, period="2026-02", **request):
    """Return the values by KPI and variant, or by variant alone where only one KPI is asked."""
    found = world.measured(period, kpis=kpis, **request).observations
    lone = len(kpis) == 1
    return {
        one.variant if lone else (one.kpi, one.variant): told(one)
        for one in found
        if one.segment_dimension == ALL
    }


def by_customer(world, kpi, variant, period="2026-02"):
    """Return the values of a variant that speaks of one customer each, by customer."""
    found = world.measured(period, kpis=(kpi,)).observations
    return {
        one.segment: told(one)
        for one in found
        if one.variant == variant and one.segment_dimension == "customer"
    }
