"""Voice: would they recommend us, are they satisfied."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_

from tasks.facts.answers import (
    RESPONDENT,
    answers,
    asked,
    hundredths,
    normalised,
    on_scale,
    upright,
)
from tasks.facts.context import setting
from tasks.facts.panel import Panel, events, monthly
from tasks.facts.support import tickets
from tasks.facts.tenure import tenure_days
from tasks.facts.voice import csi_responses, survey_responses, survey_sends
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, mean, ratio
from tasks.kpis.share import share
from tasks.kpis.value import Mean, Parameter
from tasks.model import Direction, Family, NullReason

_r = survey_responses.c

# --- NPS -----------------------------------------------------------------------------------------
_zero_to_ten = on_scale(_r, 0, 10, "good")  # other scales are refused, not rescaled
_asked_nps = and_(asked("nps"), _zero_to_ten)
_nps = answers("nps", _asked_nps, RESPONDENT)
_nps_by_tenure = answers("nps_by_tenure", _asked_nps, RESPONDENT, tenure=True)
_PROMOTER, _PASSIVE = 9, 7
_DAYS = re.compile(r"(\d{1,6})d")
NPS_ANSWERS = count(_nps, _nps.c.newest)


def _nps_of(panel: Panel, *which: ColumnElement[bool]) -> Mean:
    score = panel.c.score
    points = case((score >= _PROMOTER, 100), (score >= _PASSIVE, 0), else_=-100)
    return mean(panel, points, and_(*which) if which else None)


_n, _bt = _nps.c, _nps_by_tenure.c
_tenure = tenure_days(_bt.tenure_start, _bt.attributes_at)


def _nps_within(days: str) -> Mean:
    """Return the NPS of those who have been customers for less than so many days (``90d``)."""
    return _nps_of(_nps_by_tenure, _bt.newest, _compared(days, lambda limit: _tenure < limit))


def _nps_since(days: str) -> Mean:
    """Return the NPS of those who have been customers for so many days at least (``90d``)."""
    return _nps_of(_nps_by_tenure, _bt.newest, _compared(days, lambda limit: _tenure >= limit))


def _compared(days: str, compare: Callable[[int], ColumnElement[bool]]) -> ColumnElement[bool]:
    found = _DAYS.fullmatch(days)
    return compare(int(found[1])) if found else false()


def _days(settings: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{settings.get('nps', {}).get('tenure_days', 90)}d",)


NPS = kpi(
    "nps",
    "NPS",
    unit="points",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    value=_nps_of(_nps, _n.newest),
    variants={
        "first_response": _nps_of(_nps, _n.oldest),
        "all_responses": _nps_of(_nps),
    },
    parameters=(
        Parameter("tenure_lt_", _nps_within, values=_days, shape=r"\d+d"),
        Parameter("tenure_ge_", _nps_since, values=_days, shape=r"\d+d"),
    ),
    definition="Share of answers of 9 and 10 less share of answers of 0 to 6, in points; the "
    "latest answer of each respondent in the period.",
    bad="Below zero more would warn others off than recommend us; or it falls.",
    action="Ask those who scored 6 or less what they could not get done, and tell them what you "
    "will change.",
    of="answers",
    alarm="Fewer customers would recommend us",
)

# --- CSAT ----------------------------------------------------------------------------------------
_ticket = func.coalesce(_r.ticket_id, _r.response_id)
_merged = tickets.alias("merged_tickets")
_of_merged = exists().where(_merged.c.ticket_id == _r.ticket_id, _merged.c.merged_into.is_not(None))
_csat = answers("csat", and_(asked("csat"), ~_of_merged), _ticket)
_s = _csat.c
_FIVE, _GOOD_OR_BAD = 5, 1
_one_to_five = and_(_s.scale_min == 1, _s.scale_max == _FIVE)
_SATISFIED = 75  # of 100, on scales that are neither 1 to 5 nor good or bad
_positive = or_(
    and_(_one_to_five, upright(_s).in_(setting("csat_positive", (4, 5)))),
    and_(_s.scale_max == _GOOD_OR_BAD, upright(_s).in_(setting("csat_good", (1,)))),
    and_(~_one_to_five, _s.scale_max != _GOOD_OR_BAD, normalised(_s) >= _SATISFIED),
)
_good = count(_csat, and_(_s.newest, _positive))
_sends = monthly("survey_sends_monthly", survey_sends)
CSAT = kpi(
    "csat",
    "CSAT",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Voice",
    value=ratio(_good, count(_csat, _s.newest), empty=NullReason.NO_RESPONSES),
    variants={
        "seed_surveyed_denominator": share(
            _good,
            amount(_sends, _sends.c.sent, func.lower(_sends.c.survey) == "csat"),
            empty=NullReason.NO_RESPONSES,
        ),
        "mean_1to5": mean(_csat, upright(_s), and_(_s.newest, _one_to_five)),
        "normalised_0_100": mean(_csat, normalised(_s), _s.newest),
    },
    units={"mean_1to5": "score", "normalised_0_100": "score"},
    definition="Positive answers (4 and 5 of 5, or good) over all answers; the latest answer for "
    "each ticket, merged tickets left out.",
    bad="One answer in five or more is not a satisfied one, or the share falls.",
    action="Read the comments of the answers that were not positive, and reopen those tickets.",
    counted="positive answers",
    of="answers",
    alarm="Customers are less satisfied",
)

# --- CSI -----------------------------------------------------------------------------------------
_csi = events("csi", csi_responses, at=csi_responses.c.responded_at)
_i = _csi.c
_questions = (_i.q_overall, _i.q_expectation, _i.q_ideal)
_gained = _i.q_overall + _i.q_expectation + _i.q_ideal - 3  # NULL as soon as one is not answered
CSI = kpi(
    "csi",
    "Satisfaction index (CSI)",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    variants={"acsi_equal_weights": mean(_csi, hundredths(_gained, 27))},
    definition="Three questions from 1 to 10 (overall, against expectation, against the ideal) as "
    "0 to 100, each with the same weight; an answer without all three is left out.",
    bad="It is below what customers expected, or falls.",
    action="See which of the three questions is behind, and ask what was expected.",
    of="answers",
    alarm="Customers are less satisfied",
)
