"""How do scorecard, alerts and digest read in the Prefect UI? Narrow tables, whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from flows.freshness import Held, local
from flows.history import variant_of
from flows.speaking import incidents
from tasks.config import Settings, scorecard
from tasks.episode import Episode
from tasks.kpis.base import kpi_named
from tasks.messages.figures import Figures
from tasks.messages.outside import SENTENCE_LIMIT, clean, markdown_text
from tasks.model import ALL, Cell, Grain, Message, Observation

Past = Mapping[Cell, Sequence[Observation]]
MOST_ALERTS = 100


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
        "Data": f"{newest.period} {newest.status}",
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
    if one.denominator is None or one.unit != "ratio":
        return "" if one.n is None else figures.number(Decimal(one.n), 0)
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


def alerts_page(
    episodes: Sequence[Episode], happened: Mapping[str, str], ended: Sequence[str], foot: str
) -> str:
    """Return every open alert with its sentence, what ``happened`` to it before it, as Markdown.

    What only says the same as another one stands below it. ``ended`` are the sentences about those
    that are over.
    """
    told = incidents(episodes)
    parts = [f"# {_how_many(len(told), len(episodes))}", ""]
    for one, others in tuple(told.items())[:MOST_ALERTS]:
        parts.append(_line(one, happened.get(str(one), "")))
        parts += [f"  * also: {', '.join(map(_title, others))}"] if others else []
    more = len(told) - MOST_ALERTS
    parts += [f"* and {more} more: `keepwell alerts list`"] if more > 0 else []
    parts += ["", "## Over", "", *(f"* {_safe(one)}" for one in ended)] if ended else []
    return "\n".join([*parts, "", foot]) + "\n"


def _how_many(told: int, alerts: int) -> str:
    """Return ``13 open alerts``, and how many incidents they are about where those are fewer."""
    counted = "1 open alert" if alerts == 1 else f"{alerts} open alerts"
    about = "1 incident" if told == 1 else f"{told} incidents"
    return counted if told == alerts else f"{counted}, {about}"


def _line(one: Episode, happened: str) -> str:
    number = f"No. {one.id}, " if one.id else ""
    said = f"**{happened}: {_title(one)}**" if happened else f"**{_title(one)}**"
    return f"* {said} ({number}{one.severity}): {_safe(one.sentence)}"


def _title(one: Episode) -> str:
    place = _where(one)
    return _safe(kpi_named(one.key.kpi).name + (f" in {place}" if place else ""))


def _where(one: Episode) -> str:
    return "" if one.key.segment == ALL else clean(one.key.segment)


def digest_page(message: Message, charts: Iterable[tuple[str, str]], foot: str) -> str:
    """Return the digest exactly as it was sent, then its charts (what they show, address)."""
    pictures = [f"![{_safe(alt)}]({url})" for alt, url in charts]
    return "\n\n".join([message.markdown.rstrip(), *pictures, "---", foot]) + "\n"


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
