"""Lifetime: how long customers stay, and what they are worth while they do.

Kaplan and Meier: the share who get past a month of tenure is, of those who are seen in that month,
the share who do not leave in it; multiplied up, it is the share who are still there. Customers who
have not left yet count for as long as they have been seen, and are not taken to leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import and_

from tasks.facts.stays import tenures
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.formulas import derived
from tasks.kpis.measures import count, ratio, total
from tasks.kpis.value import Parameter, Total, Value
from tasks.model import Base, Direction, Family, NullReason

HORIZON = 12
LONGEST = 120  # months; no setting asks for more
_t = tenures().c
_customers = count(tenures())


@cache
def _month(number: int) -> tuple[Total, Total]:
    """Return how many were seen in a month of their tenure, and how many left in it."""
    seen = and_(_t.entered <= number, _t.months >= number)
    left = and_(_t.entered <= number, _t.months == number, _t.left)
    return total(count(tenures(), seen)), total(count(tenures(), left))


def _months(number: int) -> tuple[Total, ...]:
    return tuple(one for month in range(number) for one in _month(month))


def survival(counted: Sequence[Fraction]) -> Iterator[Fraction]:
    """Yield the share still there after each month; ends where nobody has been seen that long.

    ``counted`` are seen and left by turns. Once all have left, nobody is there in later months.
    """
    share = Fraction(1)
    for seen, left in zip(counted[::2], counted[1::2], strict=True):
        if not seen and share:
            return
        share *= 1 - left / seen if seen else 0
        yield share


def _over(months: int, of: Callable[[Sequence[Fraction]], Fraction]) -> Value:
    """Return what ``of`` makes of the shares still there after each of the first ``months``."""

    def value(*counted: Fraction) -> Fraction | NullReason:
        shares = tuple(survival(counted))
        return of(shares) if len(shares) == months else NullReason.INSUFFICIENT_INPUTS

    return derived(*_months(months), of=value, n_of=_customers)


def _still_there(months: int) -> Value:
    return _over(months + 1, lambda shares: shares[-1])


def _lifetime(months: int) -> Value:
    return _over(months, lambda shares: sum(shares, Fraction(0)))


def _worth(months: int) -> Value:
    return derived(
        _lifetime(months),
        ratio(book.mrr_closing, book.customers_closing),
        of=lambda lifetime, a_month: lifetime * a_month,
        n_of=book.customers_closing,
    )


def _length(text: str) -> int:
    """Return the months that a variant's name tells; a name that tells none has the usual ones."""
    months = text.partition("_")[0]
    return min(max(int(months), 1), LONGEST) if months.isdecimal() else HORIZON


def _horizons(ending: str) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    """Return what tells the horizon that is set, where it is not the usual one."""

    def values(settings: Mapping[str, Any]) -> tuple[str, ...]:
        months = settings.get("survival", {}).get("horizon_months", HORIZON)
        return () if months == HORIZON else (f"{months}{ending}",)

    return values


SURVIVAL_PROBABILITY = kpi(
    "survival_probability",
    "Chance to stay",
    unit="ratio",
    good=Direction.UP,
    family=Family.SURVIVAL,
    section="Value",
    value=_still_there(6),
    default="tenure_6m",
    definition="The chance that a customer is still one after the month of tenure named "
    "(Kaplan-Meier): customers who have not left count for as long as they were seen.",
    bad="More customers than before leave in their first months.",
    action="Find the month of tenure in which most leave, and call customers before it.",
    alarm="Customers leave earlier",
    base=Base.LEVEL,
)
LIFETIME_MONTHS_KM = kpi(
    "lifetime_months_km",
    "Customer lifetime",
    unit="months",
    good=Direction.UP,
    family=Family.SURVIVAL,
    section="Value",
    value=_lifetime(HORIZON),
    default=f"h{HORIZON}",
    parameters=(
        Parameter(
            "h", lambda text: _lifetime(_length(text)), _horizons(""), shape=r"\d+", is_shown=True
        ),
    ),
    definition="The months that a customer stays on average within the horizon named: the chances "
    "to be still there, added up month by month (Kaplan-Meier).",
    bad="Customers stay for fewer months than before.",
    action="Find the month of tenure in which most leave, and call customers before it.",
    alarm="Customers leave earlier",
    base=Base.LEVEL,
)
CLV_SURVIVAL = kpi(
    "clv_survival",
    "Customer lifetime value",
    unit="money",
    good=Direction.UP,
    family=Family.SURVIVAL,
    section="Value",
    value=_worth(HORIZON),
    default=f"h{HORIZON}_undiscounted",
    parameters=(
        Parameter(
            "h",
            lambda text: _worth(_length(text)),
            _horizons("_undiscounted"),
            shape=r"\d+_undiscounted",
            is_shown=True,
        ),
    ),
    definition="MRR per customer at the close times the months that a customer stays on average "
    "within the horizon named; revenue, neither discounted nor less any cost.",
    bad="A customer is worth less than before, or less than three times what they cost to win.",
    action="Keep customers past the month of tenure in which most leave, and raise what they pay.",
    alarm="Customers are worth less",
    base=Base.LEVEL,
)
