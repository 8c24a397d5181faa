"""Compute: from the facts in the lake to observations, and to the customers behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from prefect import task

from tasks.engine.basis import Basis
from tasks.engine.current import Facts
from tasks.engine.measure import Lake, Measured, Request, measure
from tasks.engine.members import Question, members
from tasks.engine.opinion.own import with_own
from tasks.engine.topics import Topic, topics
from tasks.model import Member

if TYPE_CHECKING:
    from tasks.engine.opinion.opine import Opinion


@task
def compute(facts: Facts, basis: Basis, request: Request) -> Measured:
    """Return the observations of ``request``."""
    with facts.open() as session:
        lake = Lake(facts.tables, facts.watermarks, facts.begins, facts.exact)
        measured = measure(session, basis, lake, request)
    return with_own(measured, facts, basis, request)


@task
def opine(facts: Facts, basis: Basis, request: Request) -> Opinion | None:
    """Return what a second, independent calculation comes to; None for too many accounts."""
    from tasks.engine.opinion.opine import opine as again  # noqa: PLC0415 - pandas is slow to import

    return again(facts, basis, request)


@task
def behind(
    facts: Facts, basis: Basis, questions: Sequence[Question], now: datetime
) -> tuple[tuple[Member, ...], ...]:
    """Return for each question the customers counted, largest first."""
    with facts.open() as session:
        return members(session, basis, questions, now=now)


@task
def about(
    facts: Facts, basis: Basis, questions: Sequence[Question], now: datetime
) -> tuple[tuple[Topic, ...], ...]:
    """Return for each question what the tickets counted were about, most first."""
    with facts.open() as session:
        return topics(session, basis, questions, now=now)
