"""Who is behind a number: the customers in a KPI's numerator, largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, cast, func, null, select
from sqlalchemy import String as Text

from tasks.engine.asked import asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.compile import attribute, literally
from tasks.facts.attributes import with_attributes
from tasks.facts.customers import customers
from tasks.facts.functions import both
from tasks.facts.panel import Panel
from tasks.kpis.base import kpi_named
from tasks.kpis.value import Mean, Measure, Quantile, Ratio, Total, Value
from tasks.model import ALL, Member, Period


@dataclass(frozen=True, slots=True)
class Question:
    """Who is behind a KPI of a period, for everybody or for one segment ("plan/region")?"""

    kpi: str
    period: Period
    dimension: str = ALL
    segment: str = ALL
    as_of: datetime | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """The attribute values that make up the segment."""
        if self.dimension == ALL:
            return {}
        return dict(zip(self.dimension.split("/"), self.segment.split("/"), strict=True))


def members(
    session: Session, basis: Basis, questions: Sequence[Question], *, now: datetime
) -> tuple[tuple[Member, ...], ...]:
    """Return, for each question, the customers counted in the KPI's numerator, largest first.

    The amount is MRR in the company's currency where the KPI is about customers or money, else
    how many rows (tickets, answers) are theirs; the note is the reason they gave for leaving.
    """
    cut = basis.calendar.midnight(basis.calendar.local_day(now))
    answers = []
    for question in questions:
        wanted = asked((question.period,), as_of=question.as_of, cut=cut)
        if wanted:
            prepare(session, basis, wanted)
        answers.append(_answer(session, basis, question) if wanted else ())
    return tuple(answers)


def _answer(session: Session, basis: Basis, question: Question) -> tuple[Member, ...]:
    measure = numerator(basis, question.kpi)
    statement = _statement(measure, question).params(basis.parameters)
    currency = basis.currency if _is_money(measure.panel) else None
    return tuple(
        Member(customer_id, name or customer_id, _exact(amount), currency, note)
        for customer_id, name, amount, note in session.rows(literally(statement))
    )


def _is_money(panel: Panel) -> bool:
    return "opening" in panel.c


def _exact(amount: Any) -> Decimal | None:  # noqa: ANN401 - whatever the driver gives
    return None if amount is None else Decimal(str(amount)).normalize() + 0


def numerator(basis: Basis, key: str) -> Measure:
    """Return the first measure in the numerator of the KPI's chosen variant."""
    kpi = kpi_named(key)
    variant = basis.variants.get(key, kpi.default_variant)
    return _numerator(kpi.all_variants(basis.settings)[variant])


def narrowed(panel: Panel, question: Question) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Return the panel's rows with their attributes, and the conditions of the segment asked for.

    An attribute customers do not have is a column of the panel itself.
    """
    return with_attributes(panel.rows), [
        attribute(panel, name).element == value for name, value in question.attributes.items()
    ]


def _numerator(value: Value) -> Measure:
    if isinstance(value, Ratio):
        return value.numerator.terms[0][1]
    if isinstance(value, Total):
        return value.of.terms[0][1]
    if isinstance(value, (Mean, Quantile)):
        return value.of
    return value.measures[0]


def _statement(measure: Measure, question: Question) -> Select[Any]:
    panel = measure.panel
    rows, where = narrowed(panel, question)
    amount = _amount(panel, measure)
    named = rows.outerjoin(customers, customers.c.customer_id == panel.c.customer_id)
    return (
        select(
            panel.c.customer_id,
            func.max(customers.c.name).label("name"),
            amount.label("amount"),
            _note(panel).label("note"),
        )
        .select_from(named)
        .where(panel.c.customer_id.is_not(None), both(measure.where), *where)
        .group_by(panel.c.customer_id)
        .order_by(amount.desc(), panel.c.customer_id)
    )


def _amount(panel: Panel, measure: Measure) -> ColumnElement[Any]:
    if _is_money(panel):
        return func.max(func.greatest(panel.c.opening, panel.c.closing))
    return func.count() if measure.amount is None else func.sum(measure.amount)


def _note(panel: Panel) -> ColumnElement[Any]:
    return func.max(panel.c.reason) if "reason" in panel.c else cast(null(), Text)
