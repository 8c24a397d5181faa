"""How do scorecard, alerts and digest read in the Prefect UI? Narrow tables, whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flows.freshness import Held, local
from flows.history import variant_of
from tasks.config import Settings, scorecard
from tasks.episode import Episode
from tasks.kpis.base import kpi_named
from tasks.messages.figures import Figures
from tasks.messages.outside import SENTENCE_LIMIT, clean, markdown_text
from tasks.model import ALL, Cell, Grain, Message, Observation

Past = Mapping[Cell, Sequence[Observation]]
MOST_ALERTS = 100
SIGNS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}


def by_cell(observations: Iterable[Observation]) -> Past:
    """Return the observations of each cell, in their order."""
    found: dict[Cell, list[Observation]] = {}
    for one in observations:
        found.setdefault(one.cell, []).append(one)
    return found


def scorecard_rows(settings: Settings, past: Past, grain: Grain) -> list[dict[str, str]]:
    """Return the newest overall value of each KPI on the scorecard, beside the one before."""
    figures = Figures(settings.company.locale, settings.company.currency)
    cells = (Cell(key, variant_of(settings, key), grain) for key in scorecard(settings))
    return [_score(figures, past[cell]) for cell in cells if past.get(cell)]


def _score(figures: Figures, seen: Sequence[Observation]) -> dict[str, str]:
    newest, before = seen[-1], seen[-2] if len(seen) > 1 else None
    return {
        "KPI": kpi_named(newest.kpi).name,
        "Value": _value(figures, newest),
        "Before": _value(figures, before) if before else "",
        "Change": _change(figures, newest, before),
        "Counted": _counted(figures, newest),
        "Period": newest.period,
        "Data": str(newest.status),
    }


def _value(figures: Figures, one: Observation) -> str:
    if one.value is None:
        return str(one.null_reason or "no value").replace("_", " ")
    return figures.value(one.value, one.unit)


def _change(figures: Figures, newest: Observation, before: Observation | None) -> str:
    if before is None or newest.value is None or before.value is None:
        return ""
    return figures.change(newest.value, before.value, newest.unit)


def _counted(figures: Figures, one: Observation) -> str:
    """Return the two numbers of a quotient, ``5 of 412``; else how many there were."""
    if one.numerator is None or one.value is None:
        return ""
    if one.denominator is None:
        return "" if one.n is None else figures.number(one.n + one.numerator * 0, 0)
    of = (figures.number(each, 0) for each in (one.numerator, one.denominator))
    return " of ".join(of)


def alert_rows(episodes: Sequence[Episode]) -> list[dict[str, str]]:
    """Return one narrow row per alert: what, where, how loud, since when, how it stands."""
    return [
        {
            "Alert": kpi_named(one.key.kpi).name,
            "Where": _where(one),
            "Severity": str(one.severity),
            "Since": str(one.since.first_day),
            "State": str(one.phase).replace("_", " "),
            "No.": str(one.id or ""),
        }
        for one in episodes[:MOST_ALERTS]
    ]


def alerts_page(episodes: Sequence[Episode], news: Sequence[str], home: str) -> str:
    """Return what is new and every open alert with its sentence, as Markdown."""
    parts = ["# Alerts"]
    parts += [*(f"* **{_safe(one)}**" for one in news), ""] if news else ["Nothing new.", ""]
    parts += [f"## Open: {len(episodes)}", *map(_line, episodes[:MOST_ALERTS]), ""]
    return "\n".join([*parts, f"[What this run did]({home})"])


def _line(one: Episode) -> str:
    place = _where(one)
    title = kpi_named(one.key.kpi).name + (f" in {place}" if place else "")
    sign = SIGNS.get(str(one.severity), "")
    number = f" ([{one.id}])" if one.id else ""
    return f"* {sign} **{_safe(title)}**{number}: {_safe(one.sentence)}"


def _where(one: Episode) -> str:
    return "" if one.key.segment == ALL else clean(one.key.segment)


def digest_page(message: Message, charts: Iterable[tuple[str, str]], home: str) -> str:
    """Return the digest exactly as it was sent, then its charts (what they show, address)."""
    pictures = [f"![{_safe(alt)}]({url})" for alt, url in charts]
    foot = ["---", "", f"[What this run did]({home})"]
    return "\n\n".join([message.markdown.rstrip(), *pictures, *foot]) + "\n"


def held_page(held: Held, timezone: str) -> str:
    """Return which digest waits, for what, and until when at the most."""
    since, until = (local(each, timezone) for each in (held.since, held.until))
    return "\n".join(
        [
            f"# The digest of {held.period} waits",
            "",
            *(f"* {_safe(str(one))}" for one in held.stale),
            "",
            f"It has waited since {since}. It is sent as soon as the data are there,",
            f"and without them, saying so, at {until}.",
        ]
    )


def _safe(text: str) -> str:
    return markdown_text(clean(text, SENTENCE_LIMIT))
