"""What do subject line and preheader say, before anybody has opened the message?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.messages.lead import (
    goals_in_brief,
    has_figures,
    headline,
    loud,
    missed_besides,
    missed_goals,
    quiet_moves,
)
from tasks.messages.notes import late_words, withheld
from tasks.messages.outside import NAME_LIMIT, clean, sentence
from tasks.messages.rows import kpi_of
from tasks.messages.unusual import in_brief, unusual
from tasks.messages.wording import (
    MISSED,
    REACHED,
    alert_news,
    as_sentence,
    counted,
    period_title,
    segment_name,
    told,
)
from tasks.model import GoalStatus

if TYPE_CHECKING:
    from tasks.messages.inputs import DigestInputs
    from tasks.rules.base import GoalStanding

SUBJECT_LIMIT = 110
PREHEADER_LIMIT = 170
WHOSE_LIMIT = 40  # the news have to fit behind it
_CLAUSE_ENDS = re.compile(r"[;.](?= )|\.$| \(chance")


def subject(inputs: DigestInputs) -> str:
    """Return the subject line: the period, the news, and how the rest is doing."""
    news = "; ".join(_news(inputs))
    return clean(f"{title(inputs, WHOSE_LIMIT)} · {news[:1].upper()}{news[1:]}", SUBJECT_LIMIT)


def title(inputs: DigestInputs, limit: int = NAME_LIMIT) -> str:
    """Return ``Week 47``, and whose customers it is about where that is not all of them."""
    when = period_title(inputs.period.key)
    return f"{when} · {clean(inputs.whose, limit)}" if inputs.whose else when


def _news(inputs: DigestInputs) -> tuple[str, ...]:
    if not has_figures(inputs):
        return (f"no figures: no data for this {inputs.period.grain}",)
    held = ("some figures are withheld",) if withheld(inputs) else ()
    bad = (*held, *_alerts(inputs), *_goals(inputs))
    return (*bad, *_rest(inputs)) if bad else (_quiet(inputs),)


def _alerts(inputs: DigestInputs) -> tuple[str, ...]:
    alerts = loud(inputs)
    if not alerts:
        return ()
    first = alert_news(kpi_of(inputs, alerts[0].kpi), alerts[0].lead)
    return (first, counted(len(alerts) - 1, "more alert")) if len(alerts) > 1 else (first,)


def _goals(inputs: DigestInputs) -> tuple[str, ...]:
    missed = missed_besides(inputs)
    if len(missed) == 1:
        return (_missed(inputs, missed[0]),)
    return (f"{len(missed)} goals missed or off pace",) if missed else ()


def _missed(inputs: DigestInputs, standing: GoalStanding) -> str:
    segment = segment_name(standing.cell.segment)
    verb = "misses" if standing.status is GoalStatus.MISSED else "is off pace for"
    name = clean(kpi_of(inputs, standing.cell.kpi).name)
    return f"{name}{' in ' + segment if segment else ''} {verb} its goal"


def _rest(inputs: DigestInputs) -> tuple[str, ...]:
    if len(loud(inputs)) + len(missed_besides(inputs)) > 1 or quiet_moves(inputs):
        return ()
    if unusual(inputs):
        return ("other goals on pace",) if _other_goals_reached(inputs) else ()
    return (f"everything else {'on pace' if inputs.assessment.standings else 'as usual'}",)


def _other_goals_reached(inputs: DigestInputs) -> bool:
    others = [one.status for one in inputs.assessment.standings if one.status not in MISSED]
    return bool(others) and all(status in REACHED for status in others)


def _quiet(inputs: DigestInputs) -> str:
    goals, outside = goals_in_brief(inputs), unusual(inputs)
    said = ["no alerts" if outside else f"a quiet {inputs.period.grain}", goals, in_brief(outside)]
    return ", ".join(part for part in said if part)


def preheader(inputs: DigestInputs) -> str:
    """Return the line a mail program shows beside the subject: what happened, in three clauses."""
    late = [late_words(source) for source in inputs.freshness if source.is_late]
    clauses = (_first(inputs), headline(inputs).rstrip("."), *late[:1])
    return clean(as_sentence("; ".join(clause for clause in clauses if clause)), PREHEADER_LIMIT)


def _first(inputs: DigestInputs) -> str:
    alerts, missed = loud(inputs), missed_goals(inputs)
    if alerts:
        return first_clause(told(alerts[0].lead))
    if missed:
        return first_clause(missed[0].text)
    return goals_in_brief(inputs)


def first_clause(text: str) -> str:
    """Return a sentence up to its first semicolon, full stop or remark on chance."""
    return _CLAUSE_ENDS.split(sentence(text), maxsplit=1)[0]
