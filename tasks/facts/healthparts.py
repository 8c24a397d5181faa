"""The parts of health: what do use, answers and questions each say about a customer at a close?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Double,
    Numeric,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from tasks.facts.activity import windows
from tasks.facts.context import people, periods, setting
from tasks.facts.counted import is_counted
from tasks.facts.functions import local_day, plus_days
from tasks.facts.seats import SCORE, usage_scores
from tasks.facts.support import tickets
from tasks.facts.usage import usage_events
from tasks.facts.voice import survey_responses

WEIGHT = Numeric(12, 6)
_FULL = 100
_ANSWER = ("responded_at", "score", "scale_min", "scale_max", "high_is")
_VALID_DAYS = setting("health_score_nps_valid_days", 90)
_PER_TICKET = setting("health_score_points_per_ticket", Decimal(25))


@dataclass(frozen=True, eq=False)
class Part:
    """One part of health: its name, its weight, and a row per period and customer it speaks of.

    ``rows`` has period_id, customer_id, score (0 to 100) and newest_at, its newest input. Whoever
    has no row is ``without``; None says that nothing is known. Before the first ``told_at`` of its
    source nothing is known of anybody, nor of a period of which it tells of nobody at all: a
    helpdesk that fell silent makes nobody content.
    """

    name: str
    weight: ColumnElement[Any]
    rows: CTE
    told_at: Column[Any]
    without: int | None = None

    @property
    def score(self) -> ColumnElement[Any]:
        """What it comes to for the customer it is joined to, NULL where nothing is known."""
        first = select(func.min(self.told_at)).scalar_subquery()
        return case((first < periods.c.end_at, func.coalesce(self.rows.c.score, self._nobody)))

    @property
    def _nobody(self) -> ColumnElement[Any]:
        if self.without is None:
            return cast(null(), SCORE)
        tells = periods.c.period_id.in_(select(self.rows.c.period_id))
        return case((tells, cast(literal(self.without), SCORE)))


@cache
def parts() -> tuple[Part, ...]:
    """Return the three parts, with the weights of the settings."""
    answered_at, asked_at = survey_responses.c.responded_at, tickets.c.created_at
    return (
        Part("usage", _weight("usage", "0.5"), _usage(), usage_events.c.event_at),
        Part("nps", _weight("nps", "0.3"), _nps(), answered_at),
        Part("support", _weight("support", "0.2"), _support(), asked_at, without=_FULL),
    )


def _weight(part: str, usual: str) -> ColumnElement[Any]:
    return cast(setting(f"health_score_weights_{part}", Decimal(usual)), WEIGHT)


@cache
def _usage() -> CTE:
    """Return the usage scores: those without a licence have no such part."""
    u = usage_scores().c
    return select(u.period_id, u.customer_id, u.score, u.last_at.label("newest_at")).cte(
        "health_usage"
    )


@cache
def _nps() -> CTE:
    """Return the mean of the newest answers of each person at a customer, while they are valid."""
    answers = _answers()
    a = answers.c
    upright = case((a.high_is == "bad", a.scale_min + a.scale_max - a.score), else_=a.score)
    share = cast(upright - a.scale_min, Double) / cast(a.scale_max - a.scale_min, Double)
    return (
        select(
            a.period_id,
            a.customer_id,
            cast(_FULL * func.avg(share), SCORE).label("score"),
            func.max(a.responded_at).label("newest_at"),
        )
        .where(a.turn == 1)
        .group_by(a.period_id, a.customer_id)
        .cte("health_nps")
    )


def _answers() -> Subquery:
    """Return the valid NPS answers before each close, each person's numbered from the latest."""
    r = survey_responses.c
    person = func.coalesce(r.respondent_id, r.customer_id)
    customer = func.coalesce(people.c.billing_id, r.customer_id)
    turn = func.row_number().over(
        partition_by=(periods.c.period_id, customer, person),
        order_by=(r.responded_at.desc(), r.response_id.desc()),
    )
    valid = and_(
        r.responded_at < periods.c.end_at,
        r.responded_at >= plus_days(periods.c.end_at, -_VALID_DAYS),
    )
    return (
        select(
            periods.c.period_id,
            customer.label("customer_id"),
            *(r[name] for name in _ANSWER),
            turn.label("turn"),
        )
        .join_from(survey_responses, periods, valid)
        .outerjoin(people, people.c.customer_id == r.customer_id)
        .where(func.lower(r.survey) == "nps", r.score.is_not(None), r.customer_id.is_not(None))
        .subquery()
    )


@cache
def _support() -> CTE:
    """Return what the tickets of the month before the close leave of full marks."""
    asked, days = _asked(), windows().c
    inside = and_(asked.c.day >= days.from_day, asked.c.day < days.end_day)
    left = _FULL - cast(_PER_TICKET, WEIGHT) * func.count()
    return (
        select(
            days.period_id,
            asked.c.customer_id,
            cast(func.greatest(left, literal(0)), SCORE).label("score"),
            func.max(asked.c.created_at).label("newest_at"),
        )
        .join_from(windows(), asked, inside)
        .group_by(days.period_id, asked.c.customer_id)
        .cte("health_support")
    )


def _asked() -> Subquery:
    """Return the tickets that count, by who pays, with the local day on which they were opened."""
    t = tickets.c
    rows: Select[Any] = (
        select(
            func.coalesce(people.c.billing_id, t.customer_id).label("customer_id"),
            local_day(t.created_at).label("day"),
            t.created_at,
        )
        .join_from(tickets, people, people.c.customer_id == t.customer_id, isouter=True)
        .where(is_counted(t), t.customer_id.is_not(None))
    )
    return rows.subquery()
