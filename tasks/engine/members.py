"""Who is behind a number: the customers in a KPI's numerator, largest first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, null, select
from sqlalchemy import String as Text

from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.compile import literally
from tasks.facts.attributes import NONE, attributes, with_attributes
from tasks.facts.customers import customers
from tasks.facts.functions import both
from tasks.facts.panel import Panel
from tasks.kpis.base import kpi_named
from tasks.kpis.value import Mean, Measure, Quantile, Ratio, Total, Value
from tasks.model import Member


def customers_behind(
    session: Session,
    basis: Basis,
    kpi: str,
    number: int,
    segment: Mapping[str, str] | None = None,
) -> tuple[Member, ...]:
    """Return the customers counted in the numerator of ``kpi`` in the asked period ``number``.

    The session must have been prepared with that period. ``segment`` narrows it to attribute
    values ({"plan": "Starter", "region": "EMEA"}). The amount is MRR where the KPI is about
    customers or money, else how many rows are theirs (tickets).
    """
    definition = kpi_named(kpi)
    variant = basis.variants.get(kpi, definition.default_variant)
    measure = _numerator(definition.all_variants(basis.settings)[variant])
    statement = _statement(measure, number, segment or {}).params(basis.parameters)
    is_money = "opening" in measure.panel.c
    currency = basis.currency if is_money else None
    return tuple(
        Member(customer_id, name or customer_id, _exact(amount), currency, note)
        for customer_id, name, amount, note in session.rows(literally(statement))
    )


def _exact(amount: Any) -> Decimal | None:  # noqa: ANN401 - whatever the driver gives
    return None if amount is None else Decimal(str(amount)).normalize() + 0


def _numerator(value: Value) -> Measure:
    if isinstance(value, Ratio):
        return value.numerator.terms[0][1]
    if isinstance(value, Total):
        return value.of.terms[0][1]
    if isinstance(value, (Mean, Quantile)):
        return value.of
    return value.measures[0]


def _statement(measure: Measure, number: int, segment: Mapping[str, str]) -> Select[Any]:
    panel = measure.panel
    a = attributes().c
    wanted = [
        func.coalesce(func.nullif(a[name], ""), NONE) == value for name, value in segment.items()
    ]
    name = func.max(customers.c.name).label("name")
    amount = _amount(panel, measure).label("amount")
    return (
        select(panel.c.customer_id, name, amount, _note(panel).label("note"))
        .select_from(
            with_attributes(panel.rows).outerjoin(
                customers, customers.c.customer_id == panel.c.customer_id
            )
        )
        .where(panel.c.period_id == number, both(measure.where), *wanted)
        .where(panel.c.customer_id.is_not(None))
        .group_by(panel.c.customer_id)
        .order_by(amount.desc(), panel.c.customer_id)
    )


def _amount(panel: Panel, measure: Measure) -> ColumnElement[Any]:
    if "opening" in panel.c:
        return func.max(func.greatest(panel.c.opening, panel.c.closing))
    return func.count() if measure.amount is None else func.sum(measure.amount)


def _note(panel: Panel) -> ColumnElement[Any]:
    return func.max(panel.c.reason) if "reason" in panel.c else cast(null(), Text)
