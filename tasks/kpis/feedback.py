"""Feedback: how much customers tell us, what it is about, and how much of it is bad."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from tasks.facts.context import people
from tasks.facts.panel import events
from tasks.facts.themes import BUILT_IN, DIVIDED_BY
from tasks.facts.voice import feedback
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio, total
from tasks.kpis.value import Parameter, Ratio
from tasks.model import Direction, Family, NullReason

_feedback = events("feedback_received", feedback, at=feedback.c.received_at)
_f = _feedback.c
_MOST = 9  # themes of one remark that are looked up in the data

FEEDBACK_VOLUME = kpi(
    "feedback_volume",
    "Feedback",
    unit="count",
    good=Direction.NEUTRAL,
    family=Family.COUNT,
    section="Voice",
    value=total(count(_feedback)),
    definition="Remarks received in the period, from wherever they came.",
    bad="Silence: few say anything at all; or a sudden rise, which has a reason.",
    action="Ask for feedback where customers are silent, and show what came of it.",
    counted="remarks",
)


def _divided(themes: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return themes divided by bars; a database that is read in place may divide otherwise."""
    return func.replace(func.replace(func.lower(themes), ";", DIVIDED_BY), ",", DIVIDED_BY)


def _is_about(theme: str) -> ColumnElement[bool]:
    themes = literal(DIVIDED_BY).concat(_divided(_f.themes)).concat(DIVIDED_BY)
    return themes.contains(f"{DIVIDED_BY}{theme}{DIVIDED_BY}", autoescape=True)


def _share_of(theme: str) -> Ratio:
    about = count(_feedback, _is_about(theme))
    return ratio(about, count(_feedback), empty=NullReason.NO_RESPONSES)


def _themes() -> Select[Any]:
    """Return the themes that the data have beside the built-in ones, those most used first."""
    f = feedback.c
    real = func.coalesce(people.c.is_test, False).is_(False)
    rows = feedback.outerjoin(people, people.c.customer_id == f.customer_id)
    names = [func.split_part(_divided(f.themes), DIVIDED_BY, at + 1) for at in range(_MOST)]
    said = union_all(*(select(one.label("theme")).select_from(rows).where(real) for one in names))
    c = said.subquery().c
    return (
        select(c.theme)
        .where(c.theme != "", c.theme.not_in(BUILT_IN))
        .group_by(c.theme)
        .order_by(func.count().desc(), c.theme)
    )


FEEDBACK_THEME_SHARE = kpi(
    "feedback_theme_share",
    "Theme of feedback",
    unit="ratio",
    good=Direction.NEUTRAL,
    family=Family.BINOMIAL,
    section="Voice",
    variants={theme: _share_of(theme) for theme in BUILT_IN},
    parameters=(Parameter("", _share_of, found=_themes),),
    definition="Remarks about a theme over all remarks of the period; a remark may be about "
    "several themes, so that shares may add up to more than one.",
    bad="One theme grows while the others do not.",
    action="Read the remarks of the theme that grew, and give it an owner.",
    counted="remarks about it",
    of="remarks",
    needs=("feedback.themes",),
)
FEEDBACK_NEGATIVE_SHARE = kpi(
    "feedback_negative_share",
    "Negative feedback",
    unit="ratio",
    good=Direction.DOWN,
    family=Family.BINOMIAL,
    section="Voice",
    value=ratio(
        count(_feedback, _f.sentiment == "negative"),
        count(_feedback, _f.sentiment.is_not(None)),
        empty=NullReason.NO_RESPONSES,
    ),
    definition="Negative remarks over all remarks of which the sentiment is known; mixed ones are "
    "not negative.",
    bad="More of what is said is bad, or more than before.",
    action="Answer each negative remark, and look for the theme they share.",
    counted="negative remarks",
    of="remarks",
    needs=("feedback.sentiment",),
    alarm="More of the feedback is negative",
)
