"""Voice: would they recommend us, are they satisfied, was it easy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, exists, func, or_

from tasks.facts.context import setting
from tasks.facts.panel import Panel, events, monthly
from tasks.facts.support import tickets
from tasks.facts.tenure import tenure_days
from tasks.facts.voice import survey_responses, survey_sends
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, mean, ratio
from tasks.kpis.value import Mean
from tasks.model import Direction, Family, NullReason

_r = survey_responses.c
_EXACT = Numeric(18, 8)
_LONG_TERM_DAYS = 90


def _answers(
    name: str,
    survey: ColumnElement[bool],
    per: ColumnElement[Any],
    *,
    tenure: bool = False,
) -> Panel:
    answered = and_(survey, _r.score.is_not(None))
    key = (func.coalesce(_r.customer_id, ""), per)  # ids of people may be theirs only
    return events(
        name, survey_responses, at=_r.responded_at, where=answered, per=key, tenure=tenure
    )


def _asked(survey: str) -> ColumnElement[bool]:
    return func.lower(_r.survey) == survey


def _upright(c: Any) -> ColumnElement[Any]:  # noqa: ANN401 - the columns of a panel
    """Return an answer so that high is good, whichever way its own scale goes."""
    return case((c.high_is == "bad", c.scale_min + c.scale_max - c.score), else_=c.score)


def _normalised(c: Any) -> ColumnElement[Any]:  # noqa: ANN401 - the columns of a panel
    """Return an answer as 0 to 100 of its own scale, 100 being good."""
    return cast(100 * (_upright(c) - c.scale_min) / (c.scale_max - c.scale_min), _EXACT)


# --- NPS -----------------------------------------------------------------------------------------
_respondent = func.coalesce(_r.respondent_id, _r.customer_id, _r.response_id)
_nps = _answers("nps", _asked("nps"), _respondent)
_nps_by_tenure = _answers("nps_by_tenure", _asked("nps"), _respondent, tenure=True)
_PROMOTER, _PASSIVE = 9, 7


def _nps_of(panel: Panel, *which: ColumnElement[bool]) -> Mean:
    score = panel.c.score
    points = case((score >= _PROMOTER, 100), (score >= _PASSIVE, 0), else_=-100)
    return mean(panel, points, and_(*which) if which else None)


_n, _bt = _nps.c, _nps_by_tenure.c
_tenure = tenure_days(_bt.tenure_start, _bt.attributes_at)
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
        "tenure_lt_90d": _nps_of(_nps_by_tenure, _bt.newest, _tenure < _LONG_TERM_DAYS),
        "tenure_ge_90d": _nps_of(_nps_by_tenure, _bt.newest, _tenure >= _LONG_TERM_DAYS),
    },
    definition="Share of answers of 9 and 10 less share of answers of 0 to 6, in points; the "
    "latest answer of each respondent in the period.",
    action="Ask those who scored 6 or less what they could not get done, and tell them what you "
    "will change.",
    of="answers",
    alarm="Fewer customers would recommend us",
)

# --- CSAT ----------------------------------------------------------------------------------------
_ticket = func.coalesce(_r.ticket_id, _r.response_id)
_merged = tickets.alias("merged_tickets")
_of_merged = exists().where(_merged.c.ticket_id == _r.ticket_id, _merged.c.merged_into.is_not(None))
_csat = _answers("csat", and_(_asked("csat"), ~_of_merged), _ticket)
_s = _csat.c
_FIVE, _GOOD_OR_BAD = 5, 1
_one_to_five = and_(_s.scale_min == 1, _s.scale_max == _FIVE)
_SATISFIED = 75  # of 100, on scales that are neither 1 to 5 nor good or bad
_positive = or_(
    and_(_one_to_five, _upright(_s).in_(setting("csat_positive", (4, 5)))),
    and_(_s.scale_max == _GOOD_OR_BAD, _upright(_s).in_(setting("csat_good", (1,)))),
    and_(~_one_to_five, _s.scale_max != _GOOD_OR_BAD, _normalised(_s) >= _SATISFIED),
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
        "seed_surveyed_denominator": ratio(
            _good,
            amount(_sends, _sends.c.sent, func.lower(_sends.c.survey) == "csat"),
            empty=NullReason.NO_RESPONSES,
        ),
        "mean_1to5": mean(_csat, _upright(_s), and_(_s.newest, _one_to_five)),
        "normalised_0_100": mean(_csat, _normalised(_s), _s.newest),
    },
    units={"mean_1to5": "score", "normalised_0_100": "score"},
    definition="Positive answers (4 and 5 of 5, or good) over all answers; the latest answer for "
    "each ticket, merged tickets left out.",
    action="Read the comments of the answers that were not positive, and reopen those tickets.",
    counted="positive answers",
    of="answers",
    alarm="Customers are less satisfied",
)

# --- CES -----------------------------------------------------------------------------------------
_ces = _answers("ces", func.lower(_r.survey).startswith("ces"), _r.response_id)
_e = _ces.c
CES_EASE_INDEX = kpi(
    "ces_ease_index",
    "Ease (CES)",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    value=mean(_ces, _normalised(_e)),
    definition="How easy customers found it, 0 to 100: each answer on its own scale, turned round "
    "where a high score means effort.",
    action="Look at what the hardest cases had in common.",
    of="answers",
    alarm="Customers find it harder",
)
