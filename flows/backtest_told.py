"""What does a backtest say? A table of alerts, how often that is, and what other rules would do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flows.backtest import Replayed
from flows.figures import defused, text_table
from tasks.alerts.rerun import Told
from tasks.alerts.wording import segment_name
from tasks.calendar import read_key
from tasks.kpis.base import kpi_named
from tasks.messages.outside import clean
from tasks.model import Finding, Grain
from tasks.rules.baseline import MEMORY
from tasks.rules.words import UNITS_OF_TIME

DATED = re.compile(r"^(\w+)(?! \d{4})\b")  # the name of a period, without a year behind it
COLUMNS = ("opened", "closed", "KPI", "segment", "severity", "why")
MONTHS = 12
LONGEST = 400  # letters of a sentence
NOTHING = "Nothing is stored to judge; run 'keepwell measure' first."
UNSENT = "Nothing was sent, nothing was stored."


def as_text(found: Sequence[Replayed]) -> str:
    """Return the alerts of each set of rules, and where two of them differ."""
    first, *others = found
    said = [_one(first)]
    for other in others:
        said += ["", f"With {other.name}:", _one(other), "", _compared(first, other)]
    return "\n".join([*said, UNSENT])


def _one(found: Replayed) -> str:
    total = how_often(found)
    return (
        f"{text_table(COLUMNS, [row(one) for one in found.alerts])}\n{total}"
        if found.alerts
        else total
    )


def row(one: Told) -> tuple[str, ...]:
    """Return one alert as a line of the table."""
    episode, lead = one.episode, one.alert.lead
    closed = str(episode.ended) if episode.ended else "open"
    where = segment_name(lead.cell.segment) or "all"
    severity = f"{one.alert.severity}, worse later" if episode.is_escalated else one.alert.severity
    name = kpi_named(one.alert.kpi).name
    why = clean(_dated(lead), LONGEST)
    return str(one.opened), closed, name, clean(where), severity, why


def _dated(lead: Finding) -> str:
    """Return what was found; a goal's period is said with its year, which stood beside it then."""
    if lead.goal_status is None or lead.cell.grain not in {Grain.MONTH, Grain.QUARTER}:
        return lead.sentence
    year = str(read_key(lead.period).year)
    return DATED.sub(rf"\1 {year}", lead.sentence, count=1)


def how_often(found: Replayed) -> str:
    """Return ``3 alerts in 53 weeks: about one every 4 months.``."""
    periods, alerts = len(found.periods), len(found.alerts)
    if not periods:
        return NOTHING
    grain = found.periods[0].grain
    stretch = f"{periods} {UNITS_OF_TIME[grain][periods != 1]}"
    if not alerts:
        return f"No alert in {stretch}."
    counted = f"{alerts} alert{'' if alerts == 1 else 's'} in {stretch}"
    return f"{counted}: {_pace(alerts, periods, grain)}."


def _pace(alerts: int, periods: int, grain: Grain) -> str:
    months = periods / MEMORY[grain].per_year * MONTHS
    between = months / alerts
    if between >= 1.5:  # noqa: PLR2004 - months: from here on they are counted
        return f"about one every {round(between)} months"
    a_month = round(alerts / months)
    return "about one a month" if a_month <= 1 else f"about {a_month} a month"


def _compared(one: Replayed, other: Replayed) -> str:
    counts = f"{one.name}: {len(one.alerts)}, {other.name}: {len(other.alerts)}"
    parts = [counts]
    for first, second in ((other, one), (one, other)):
        only = only_in(first, second)
        listed = ", ".join(f"{_short(each)}" for each in only) or "nothing"
        parts.append(f"only in {first.name}: {listed}")
    return "; ".join(parts) + "."


def _short(one: Told) -> str:
    where = segment_name(one.alert.lead.cell.segment)
    return f"{one.opened} {kpi_named(one.alert.kpi).name}{f' ({clean(where)})' if where else ''}"


def only_in(one: Replayed, other: Replayed) -> tuple[Told, ...]:
    """Return the alerts of ``one`` whose incident ``other`` never told of.

    The same incident may open a period earlier or later under other rules.
    """
    return tuple(
        each for each in one.alerts if not any(_overlap(each, its) for its in other.alerts)
    )


def _overlap(one: Told, other: Told) -> bool:
    if one.episode.key != other.episode.key:
        return False
    return (
        one.opened.first_day < other.episode.covers_until
        and other.opened.first_day < one.episode.covers_until
    )


def as_facts(found: Sequence[Replayed]) -> dict[str, Any]:
    """Return the same for JSON."""
    first, *others = found
    facts: dict[str, Any] = {
        "from": str(first.periods[0]) if first.periods else None,
        "to": str(first.periods[-1]) if first.periods else None,
        "periods": len(first.periods),
        "rules": [
            {"name": one.name, "alerts": [_facts(each) for each in one.alerts]} for one in found
        ],
    }
    for other in others:
        facts["only"] = {
            first.name: [_facts(each) for each in only_in(first, other)],
            other.name: [_facts(each) for each in only_in(other, first)],
        }
    return facts


def _facts(one: Told) -> Mapping[str, Any]:
    episode, lead = one.episode, one.alert.lead
    return {
        "opened": str(one.opened),
        "closed": str(episode.ended) if episode.ended else None,
        "ending": str(episode.ending) if episode.ending else None,
        "escalated": episode.is_escalated,
        "rule": lead.rule,
        "kpi": one.alert.kpi,
        "variant": lead.cell.variant,
        "segment_dimension": lead.cell.segment_dimension,
        "segment": lead.cell.segment,
        "direction": lead.direction,
        "severity": str(one.alert.severity),
        "chance": lead.chance,
        "why": defused(lead.sentence),
    }
