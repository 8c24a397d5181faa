"""Who is behind a number: the customers in a KPI's numerator, largest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, cast, func, null, select
from sqlalchemy import String as Text

from tasks.engine.asked import asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.compile import attribute
from tasks.engine.cube import make_derived
from tasks.engine.daybits import fits
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

    @property
    def attributes(self) -> dict[str, str]:
        """The attribute values that make up the segment."""
        if self.dimension == ALL:
            return {}
        names = self.dimension.split("/")
        if len(names) == 1:  # a plan may be called Pro/Annual
            return {self.dimension: self.segment}
        values = self.segment.split("/")
        if len(names) != len(values):  # nobody can tell which slash is whose: nobody is named
            return dict.fromkeys(names, self.segment)
        return dict(zip(names, values, strict=True))


def members(
    session: Session, basis: Basis, questions: Sequence[Question], *, now: datetime
) -> tuple[tuple[Member, ...], ...]:
    """Return, for each question, the customers counted in the KPI's numerator, largest first.

    The amount is MRR in the company's currency where the KPI is about customers or money, else
    how many rows (tickets, answers) are theirs; the note is the reason they gave for leaving.
    """
    answers: dict[Question, tuple[Member, ...]] = {}
    for some in batches(questions):
        numbers = numbered(session, basis, some, now)
        asked_for = (numerator(basis, question.kpi) for question in numbers)
        make_derived(session, (one.panel for one in asked_for if one), basis.parameters)
        answers |= {one: _answer(session, basis, one, number) for one, number in numbers.items()}
    return tuple(answers.get(question, ()) for question in questions)


def batches(questions: Sequence[Question]) -> Iterator[Sequence[Question]]:
    """Yield the questions in as many parts as their periods have days for, see ``daybits``."""
    some: list[Question] = []
    for one in questions:
        if some and not fits(each.period for each in (*some, one)):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def numbered(
    session: Session, basis: Basis, questions: Sequence[Question], now: datetime
) -> Mapping[Question, int]:
    """Prepare the session for all periods asked about and return the number of each question's.

    A period that has not begun has none.
    """
    wanted = asked(tuple(question.period for question in questions), as_of=None, cut=basis.cut(now))
    prepare(session, basis, wanted)
    numbers = {one.period: one.number for one in wanted}
    return {one: numbers[one.period] for one in questions if one.period in numbers}


def _answer(session: Session, basis: Basis, question: Question, number: int) -> tuple[Member, ...]:
    measure = numerator(basis, question.kpi)
    if measure is None or "customer_id" not in measure.panel.c:
        return ()  # of pandas, of stores and employees
    statement = _statement(measure, question, number)
    currency = basis.currency if _is_money(measure.panel) else None
    return tuple(
        Member(customer_id, name or customer_id, _exact(amount), currency, note)
        for customer_id, name, amount, note in session.rows(statement, basis.parameters)
    )


def _is_money(panel: Panel) -> bool:
    return "opening" in panel.c


def _exact(amount: Any) -> Decimal | None:  # noqa: ANN401 - whatever the driver gives
    return None if amount is None else Decimal(str(amount)).normalize() + 0


def numerator(basis: Basis, key: str) -> Measure | None:
    """Return the first measure in the numerator of the KPI's chosen variant.

    None for a KPI of one's own in pandas, which has no measures.
    """
    kpi = kpi_named(key)
    variant = basis.variants.get(key, kpi.default_variant)
    return first_counted(kpi.value_of(variant))


def narrowed(
    panel: Panel, question: Question, number: int
) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Return the panel's rows with their attributes, and the conditions of the question.

    An attribute customers do not have is a column of the panel itself.
    """
    segment = [
        attribute(panel, name).element == value for name, value in question.attributes.items()
    ]
    return with_attributes(panel.rows, left_limit=panel.is_balance), [
        panel.c.period_id == number,
        *segment,
    ]


def first_counted(value: Value) -> Measure | None:
    """Return the first measure in the numerator of a value; None for one of pandas."""
    if isinstance(value, Ratio):
        return value.numerator.terms[0][1]
    if isinstance(value, Total):
        return value.of.terms[0][1]
    if isinstance(value, (Mean, Quantile)):
        return value.of
    return next(iter(value.measures), None)


def _statement(measure: Measure, question: Question, number: int) -> Select[Any]:
    panel = measure.panel
    rows, where = narrowed(panel, question, number)
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
        .order_by(amount.desc().nulls_last(), panel.c.customer_id)
    )


def _amount(panel: Panel, measure: Measure) -> ColumnElement[Any]:
    if _is_money(panel):  # what has no exchange rate is unknown, not nothing
        paid = func.greatest(panel.c.opening, panel.c.closing)
        return func.max(case((~panel.c.unpriced, paid)))
    return func.count() if measure.amount is None else func.sum(measure.amount)


def _note(panel: Panel) -> ColumnElement[Any]:
    return func.max(panel.c.reason) if "reason" in panel.c else cast(null(), Text)
