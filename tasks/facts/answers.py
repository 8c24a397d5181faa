"""Answers: whose answers to a survey count in a period, and which of them is somebody's last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, func

from tasks.facts.context import people
from tasks.facts.panel import Panel, events
from tasks.facts.voice import survey_responses

_r = survey_responses.c
_EXACT = Numeric(18, 12)  # of 100 at most, so that a mean of a million answers is exact to 6 places

_PAYER = func.coalesce(people.c.billing_id, _r.customer_id, "")  # duplicates are one (G8)
RESPONDENT = func.coalesce(_r.respondent_id, _r.customer_id, _r.response_id)


def asked(survey: str) -> ColumnElement[bool]:
    """Return whether an answer is to ``survey``, however its name is written."""
    return func.lower(_r.survey) == survey


def asked_like(survey: str) -> ColumnElement[bool]:
    """Return whether an answer is to a survey whose name begins so."""
    return func.lower(_r.survey).startswith(survey)


def answers(
    name: str, survey: ColumnElement[bool], *per: ColumnElement[Any], tenure: bool = False
) -> Panel:
    """Return the answers to a survey, with ``newest`` and ``oldest`` of each ``per`` and customer.

    What was sent back empty, or lies outside its own scale, is no answer.
    """
    answered = and_(survey, _r.score.between(_r.scale_min, _r.scale_max))
    key = (_PAYER, *per)  # ids of people may be theirs only
    return events(
        name, survey_responses, at=_r.responded_at, where=answered, per=key, tenure=tenure
    )


def on_scale(c: Any, low: int, high: int, high_is: str) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of a panel
    """Return whether an answer was asked for on this scale, in this direction."""
    return and_(c.scale_min == low, c.scale_max == high, c.high_is == high_is)


def upright(c: Any) -> ColumnElement[Any]:  # noqa: ANN401 - the columns of a panel
    """Return an answer so that high is good, whichever way its own scale goes."""
    return case((c.high_is == "bad", c.scale_min + c.scale_max - c.score), else_=c.score)


def normalised(c: Any) -> ColumnElement[Any]:  # noqa: ANN401 - the columns of a panel
    """Return an answer as 0 to 100 of its own scale, 100 being good."""
    return hundredths(upright(c) - c.scale_min, c.scale_max - c.scale_min)


def hundredths(part: ColumnElement[Any], whole: ColumnElement[Any] | int) -> ColumnElement[Any]:
    """Return ``part`` of ``whole`` as 0 to 100."""
    return cast(100 * part / whole, _EXACT)
