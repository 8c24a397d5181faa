"""What tickets were about: how many carry which tag, most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.compile import attribute
from tasks.engine.members import Question, batches, narrowed, numbered, numerator
from tasks.facts.functions import both


@dataclass(frozen=True, slots=True)
class Topic:
    """One tag, and how many of the rows behind a number carry it first."""

    tag: str
    count: int


def topics(
    session: Session, basis: Basis, questions: Sequence[Question], *, now: datetime
) -> tuple[tuple[Topic, ...], ...]:
    """Return, for each question, what the rows in the KPI's numerator were about, most first.

    A KPI whose rows carry no tags is about nothing.
    """
    answers: dict[Question, tuple[Topic, ...]] = {}
    for some in batches(questions):
        numbers = numbered(session, basis, some, now)
        answers |= {one: _answer(session, basis, one, number) for one, number in numbers.items()}
    return tuple(answers.get(question, ()) for question in questions)


def _answer(session: Session, basis: Basis, question: Question, number: int) -> tuple[Topic, ...]:
    measure = numerator(basis, question.kpi)
    if measure is None or "tags" not in measure.panel.c:
        return ()
    tag = attribute(measure.panel, "tag")
    rows, where = narrowed(measure.panel, question, number)
    count = func.count()
    statement = (
        select(tag, count)
        .select_from(rows)
        .where(both(measure.where), *where)
        .group_by(tag.element)
        .order_by(count.desc(), tag.element)
    )
    return tuple(Topic(name, number) for name, number in session.rows(statement, basis.parameters))
