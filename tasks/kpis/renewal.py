"""Renewal: of the contracts that came due, how many were extended, and at what value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_

from tasks.facts.context import setting
from tasks.facts.functions import priced
from tasks.facts.panel import events
from tasks.facts.revenue import contracts
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, ratio, total
from tasks.kpis.value import Parameter, Ratio, Value
from tasks.model import Base, Direction, Family, NullReason, Period

_A_YEAR = 12
_AS_OF = "count_as_of_"
_currency = func.coalesce(contracts.c.currency, setting("company_currency", "USD"))
_due = events(
    "contracts_due",
    contracts,
    at=contracts.c.due_at,
    where=func.coalesce(contracts.c.term_months, _A_YEAR) > 1,  # month to month never comes due
    priced_in=_currency,
)
_c = _due.c
_contracts_due = count(_due)


def _renewed_by(cut: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(_c.outcome == "renewed", _c.decided_at < func.least(cut, _c.known_at))


def _count_as_of(cut: ColumnElement[Any]) -> Ratio:
    return ratio(count(_due, _renewed_by(cut)), _contracts_due)


def _value_as_of(cut: ColumnElement[Any], renewed: ColumnElement[Any]) -> Ratio:
    unpriced = _c.rate.is_(None)
    return ratio(
        amount(
            _due,
            priced(renewed, _c.rate),
            _renewed_by(cut),
            or_(unpriced, _c.renewed_acv.is_(None)),
            NullReason.INSUFFICIENT_INPUTS,
        ),
        amount(_due, priced(_c.acv, _c.rate), None, unpriced),
        n_of=_contracts_due,
    )


def _dates(settings: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(day) for day in settings.get("renewal_rate", {}).get("as_of_dates", ()))


def _count_on(day: str) -> Value:
    return _count_as_of(local_midnight(day))


def _window(variant: str, settings: Mapping[str, Any], period: Period) -> timedelta:
    """Return how long after the close decisions count: until the date a variant names."""
    cut: datetime = settings.get(f"midnight_{variant.removeprefix(_AS_OF)}", period.end_at)
    return max(cut - period.end_at, timedelta(0))


def local_midnight(day: str) -> ColumnElement[Any]:
    """Return the instant at which the local day ``day`` (ISO) begins, as the engine knows it."""
    return setting(f"midnight_{day}", datetime.fromisoformat(day))


_close = _c.period_end
RENEWAL_RATE = kpi(
    "renewal_rate",
    "Renewal rate",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Retention",
    variants={
        "count_as_of_close": _count_as_of(_close),
        "gross_value_as_of_close": _value_as_of(_close, func.least(_c.renewed_acv, _c.acv)),
        "net_value_as_of_close": _value_as_of(_close, _c.renewed_acv),
    },
    parameters=(Parameter(_AS_OF, _count_on, _dates, shape=r"\d{4}-\d\d-\d\d"),),
    definition="Contracts renewed, of the contracts that came due in the period; a contract "
    "nobody has decided on yet counts as not renewed.",
    bad="Contracts end that were not meant to, or more of them than before.",
    action="Decide the late ones this week: name an owner and a date for each.",
    counted="renewals",
    of="contracts due",
    needs=("contracts.decided_at",),
    alarm="Contracts are not renewed",
    window=_window,
    base=Base.RISING,  # what nobody has decided on yet counts as not renewed
)
_undecided = or_(
    _c.outcome.is_(None),
    _c.outcome == "pending",
    func.coalesce(_c.decided_at >= func.least(_close, _c.known_at), false()),
)
RENEWALS_PENDING = kpi(
    "renewals_pending",
    "Renewals pending",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Retention",
    value=total(count(_due, _undecided)),
    definition="Contracts that came due in the period and that nobody had decided on when it "
    "closed; month to month never comes due.",
    bad="Contracts came due and nobody knows whether they go on.",
    action="Give each of them an owner and a date this week.",
    counted="contracts undecided",
    needs=("contracts.decided_at",),
    alarm="Renewals are left undecided",
    base=Base.LEVEL,
)
