"""Surveys: do those who are asked answer, and do their answers fit the scale."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func

from tasks.facts.panel import events, monthly
from tasks.facts.voice import refused_answers, survey_responses, survey_sends
from tasks.kpis import voice
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, total
from tasks.kpis.share import share
from tasks.model import Direction, Family

_sends = monthly("nps_sends", survey_sends)
NPS_RESPONSE_RATE = kpi(
    "nps_response_rate",
    "NPS response rate",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Voice",
    value=share(
        voice.NPS_ANSWERS, amount(_sends, _sends.c.sent, func.lower(_sends.c.survey) == "nps")
    ),
    definition="Respondents whose NPS answer counts, over the NPS surveys sent in the same months.",
    bad="Few answer, or fewer than before: the score then speaks for a few.",
    action="Ask sooner after something happened, with a single question, and say what changed.",
    counted="answers",
    of="surveys sent",
    alarm="Fewer customers answer the NPS",
)

# Refused answers are there as soon as answers are: that there is none means that all were sound.
_refused = replace(
    events("answers_refused", refused_answers, at=refused_answers.c.responded_at),
    tables=frozenset({survey_responses.name}),
    dated_by=(survey_responses.name, survey_responses.c.responded_at.name),
)
_survey = func.lower(_refused.c.survey)
SURVEY_INVALID_RESPONSES = kpi(
    "survey_invalid_responses",
    "Invalid survey answers",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Voice",
    variants={
        "nps": total(count(_refused, _survey == "nps")),
        "csat": total(count(_refused, _survey == "csat")),
        "ces": total(count(_refused, _survey.startswith("ces"))),
    },
    definition="Answers of the period that were refused, as their score lies outside their scale "
    "or the scale itself cannot be right; no other KPI counts them.",
    bad="Any at all: a form or an export lets scores through that cannot be.",
    action="Correct the form or the export that lets such scores through.",
    counted="refused answers",
    alarm="More answers cannot be right",
)
