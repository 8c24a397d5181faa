"""Effort: was it easy, on whichever scale and in whichever direction that was asked."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from sqlalchemy import Integer, Select, String, and_, cast, false, func, literal, select

from tasks.facts.answers import RESPONDENT, answers, asked_like, normalised, on_scale
from tasks.facts.voice import survey_responses
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, mean, ratio
from tasks.kpis.value import Mean, Parameter
from tasks.model import Direction, Family, NullReason

_r = survey_responses.c
_asked = asked_like("ces")
_occasion = func.coalesce(_r.ticket_id, "")
# the last answer of a respondent to one survey; who had two tickets may have found one hard
_ces = answers("ces", _asked, func.lower(_r.survey), RESPONDENT, _occasion)
_e = _ces.c

CES_EASE_INDEX = kpi(
    "ces_ease_index",
    "Ease (CES)",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    value=mean(_ces, normalised(_e), _e.newest),
    definition="How easy customers found it, 0 to 100: each answer on its own scale, turned round "
    "where a high score means effort; the latest of each respondent to a survey, or of each of "
    "their tickets.",
    bad="Getting things done is hard for customers, or harder than before: they become disloyal.",
    action="Look at what the hardest cases had in common.",
    of="answers",
    alarm="Customers find it harder",
)

# --- each instrument by itself: scores of two instruments are never added up ---------------------
HIGH_IS = {"effort": "bad", "ease": "good"}
_BETTER = {"effort": "lower_better", "ease": "higher_better"}
_SCALE = re.compile(r"(-?\d{1,6})_(-?\d{1,6})_(lower|higher)_better")


def _mean_of(asks_for: str, scale: str) -> Mean:
    """Return the mean score of one instrument, such as ``effort`` and ``1_7_lower_better``."""
    found = _SCALE.fullmatch(scale)
    if found is None or not scale.endswith(_BETTER[asks_for]):
        return mean(_ces, _e.score, false())
    low, high = int(found[1]), int(found[2])
    return mean(_ces, _e.score, and_(_e.newest, on_scale(_e, low, high, HIGH_IS[asks_for])))


def _scales(asks_for: str) -> Select[Any]:
    """Return the scales on which effort, or ease, was asked for; those most used first."""
    low, high = (cast(cast(side, Integer), String) for side in (_r.scale_min, _r.scale_max))
    name = func.concat(low, "_", high, literal(f"_{_BETTER[asks_for]}"))
    whole = and_(
        _r.scale_min == cast(_r.scale_min, Integer), _r.scale_max == cast(_r.scale_max, Integer)
    )
    return (
        select(name.label("scale"))
        .where(_asked, whole, _r.high_is == HIGH_IS[asks_for])
        .group_by(_r.scale_min, _r.scale_max)
        .order_by(func.count().desc(), _r.scale_min, _r.scale_max)
    )


def _better(variant: str) -> Direction:
    """Return which way is good for an instrument: its name says so."""
    ways = {"lower_better": Direction.DOWN, "higher_better": Direction.UP}
    return next((way for end, way in ways.items() if variant.endswith(end)), Direction.NEUTRAL)


CES = kpi(
    "ces",
    "Effort (CES), raw",
    unit="score",
    good=Direction.NEUTRAL,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    variants={
        "effort_1_7_lower_better": _mean_of("effort", "1_7_lower_better"),
        "ease_1_7_higher_better": _mean_of("ease", "1_7_higher_better"),
        "ease_0_5_higher_better": _mean_of("ease", "0_5_higher_better"),
    },
    parameters=tuple(
        Parameter(f"{asks_for}_", partial(_mean_of, asks_for), found=partial(_scales, asks_for))
        for asks_for in HIGH_IS
    ),
    definition="Mean score of one instrument, named by what it asks for (effort or ease), its "
    "scale and its better end; instruments are never mixed, which is what the ease index is for.",
    bad="Where it asks for effort a high or rising mean is bad, where it asks for ease a "
    "low or falling one.",
    action="Look at what the hardest cases had in common.",
    of="answers",
    better=_better,
)

_FROM_EASY = 5
_one_to_seven = and_(_e.newest, on_scale(_e, 1, 7, "good"))
CES_PCT_EASY = kpi(
    "ces_pct_easy",
    "Found it easy (CES)",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Voice",
    variants={
        "ease_1_7_top3": ratio(
            count(_ces, and_(_one_to_seven, _e.score >= _FROM_EASY)),
            count(_ces, _one_to_seven),
            empty=NullReason.NO_RESPONSES,
        ),
    },
    definition="Answers of 5, 6 and 7 over all answers of the instrument that asks from 1 to 7 "
    "how easy it was.",
    bad="Fewer than before find it easy to get what they came for.",
    action="Look at what the hardest cases had in common.",
    counted="answers of 5 to 7",
    of="answers",
    alarm="Fewer customers found it easy",
)
