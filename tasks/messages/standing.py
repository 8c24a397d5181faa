"""How do open alerts stand, and what became of last time's advice and of what people did?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from babel.dates import format_date

from tasks.messages.lead import MOST_ALERTS_TOLD, loud, quiet_moves
from tasks.messages.ongoing import MUTED
from tasks.messages.outside import clean, sentence
from tasks.messages.rows import figures_of, kpi_of
from tasks.messages.since import all_advised
from tasks.messages.view import OpenAlert
from tasks.messages.wording import (
    ENGLISH,
    SIGNS,
    alert_title,
    as_sentence,
    counted,
    segment_name,
    told,
)
from tasks.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from tasks.messages.inputs import DigestInputs
    from tasks.messages.ongoing import Audited, EffectSeen, OpenEpisode
    from tasks.model import Alert, Cell

_PLACE = tuple[str, str]
_NOW = {"recovering": "open", "no_data": "open"}
_RULES = {
    "spike": "Surprises",
    "change": "Changes",
    "trend": "Trends",
    "event": "Single large customers",
    "goal_miss": "Missed goals",
    "goal_pacing": "Goals in danger",
    "staleness": "Data that stay away",
    "data_quality": "Doubtful data",
}


def open_alerts(inputs: DigestInputs) -> tuple[OpenAlert, ...]:
    """Return what was found this time with how it stands, then what is open from before."""
    found, older = _standing(inputs)
    shown = [
        _found(inputs, alert, episode, is_told=i < MOST_ALERTS_TOLD)
        for i, (alert, episode) in enumerate(found)
    ]
    return (*shown, *(_older(inputs, one) for one in older), *_muted(inputs))


def _standing(
    inputs: DigestInputs,
) -> tuple[list[tuple[Alert, OpenEpisode | None]], list[OpenEpisode]]:
    """Return each alert with what is known of it, and what is open without being found now."""
    known, alerts = _heard(inputs), (*loud(inputs), *quiet_moves(inputs))
    places = {place for alert in alerts for place in _places(alert)}
    older = [one for place, one in known.items() if place not in places]
    return [(alert, _episode(alert, known)) for alert in alerts], older


def _muted(inputs: DigestInputs) -> Iterator[OpenAlert]:
    """Yield one quiet line for all that is muted of a KPI: until when, and who said so."""
    by_kpi: dict[str, list[OpenEpisode]] = {}
    for one in inputs.open_alerts:
        if one.phase == MUTED:
            by_kpi.setdefault(one.cell.kpi, []).append(one)
    for kpi, some in by_kpi.items():
        first, more = some[0], len(some) - 1
        where = segment_name(first.cell.segment)
        title = clean(kpi_of(inputs, kpi).name) + (f": {where}" if where else "")
        title += f", and {counted(more, 'more alert')}" if more else ""
        yield OpenAlert(SIGNS[Severity.INFO], title, "", _state(first))


def _places(alert: Alert) -> tuple[_PLACE, ...]:
    """Return where an alert is, that of the finding that speaks first."""
    return tuple(_place(one.cell) for one in (alert.lead, *alert.others))


def _episode(alert: Alert, known: Mapping[_PLACE, OpenEpisode]) -> OpenEpisode | None:
    """Return what is known of an alert, of its own KPI first; it is found, so it is not calm."""
    there = [known[place] for place in _places(alert) if place in known]
    there.sort(key=lambda one: one.cell.kpi != alert.kpi)
    return replace(there[0], phase=_NOW.get(there[0].phase, there[0].phase)) if there else None


def _heard(inputs: DigestInputs) -> Mapping[_PLACE, OpenEpisode]:
    return {_place(one.cell): one for one in inputs.open_alerts if one.phase != MUTED}


def counted_alerts(inputs: DigestInputs) -> str:
    """Return ``1 new, 1 since 26 Oct``; empty where nothing is known of them, or all is muted."""
    found, others = _standing(inputs)
    shown = [*(one for _, one in found if one is not None), *others]
    new = sum(one.is_new for one in shown)
    older = sorted(one.since for one in shown if not one.is_new)
    first = f"since {_day(older[0])}" if older else ""
    since = f"{len(older)} {first}" if len(older) == 1 else f"{len(older)} older, the first {first}"
    return ", ".join(part for part in (f"{new} new" if new else "", since if older else "") if part)


def _place(cell: Cell) -> _PLACE:
    return cell.kpi, cell.segment


def _found(
    inputs: DigestInputs, alert: Alert, episode: OpenEpisode | None, *, is_told: bool
) -> OpenAlert:
    is_told = is_told and alert.severity is not Severity.INFO
    return OpenAlert(
        SIGNS[alert.severity],
        alert_title(kpi_of(inputs, alert.kpi), alert.lead),
        "" if is_told else told(alert.lead),  # the lead of the digest has said it
        _state(episode) if episode else "",
    )


def _older(inputs: DigestInputs, one: OpenEpisode) -> OpenAlert:
    about = Finding(one.rule, one.cell, "", one.severity, one.direction, one.sentence)
    title = alert_title(kpi_of(inputs, one.cell.kpi), about)
    return OpenAlert(SIGNS[one.severity], title, "", _state(one))


def _state(one: OpenEpisode) -> str:
    """Return ``Alert 12, since 26 Oct, acknowledged by Ana: price change``."""
    since = "new" if one.is_new else f"since {_day(one.since)}"
    phase = {
        "acknowledged": "acknowledged",
        "muted": f"muted until {_day(one.until)}" if one.until else "muted",
        "recovering": "calm of late",
        "no_data": "no data at present",
    }.get(one.phase, "")
    by = f" by {clean(one.by)}" if one.by and phase else ""
    note = f": {sentence(one.note).rstrip('.')}" if one.note else ""
    number = f"Alert {one.number}" if one.number else ""
    return ", ".join(part for part in (number, since, f"{phase}{by}") if part) + note


def _day(day: date) -> str:
    return format_date(day, "d MMM", ENGLISH)


def advice(inputs: DigestInputs) -> tuple[str, ...]:
    """Return what was advised last time, and what became of the customers it was about."""
    return all_advised(inputs.advice, str(inputs.period.grain))


def effects(inputs: DigestInputs) -> tuple[str, ...]:
    """Return what each action has changed so far, in a sentence."""
    return tuple(_effect(inputs, one) for one in inputs.effects)


def _effect(inputs: DigestInputs, one: EffectSeen) -> str:
    figures, kpi = figures_of(inputs), kpi_of(inputs, one.kpi)
    where = f" in {segment_name(one.segment)}" if segment_name(one.segment) else ""
    into = f"{clean(one.action)}, {counted(one.periods, str(one.grain))} in"
    moved = ""
    if one.before is not None and one.after is not None:
        now, before = figures.value(one.after, one.unit), figures.value(one.before, one.unit)
        moved = f" from {before} to {now}"
    between = ""
    if one.low is not None and one.high is not None:
        low, high = (figures.signed(each, one.unit) for each in (one.low, one.high))
        between = f" (against the segments it did not touch: {low} to {high})"
    verdict = f", {sentence(one.verdict).rstrip('.')}" if one.verdict else ""
    return as_sentence(f"{into}: {clean(kpi.name)}{where}{moved}{verdict}{between}")


def audit(inputs: DigestInputs) -> tuple[str, ...]:
    """Return what people said of each rule's alerts."""
    return tuple(map(_audited, inputs.audit))


def _audited(one: Audited) -> str:
    unanswered = one.sent - one.useful - one.false
    rest = f", {unanswered} not answered" if unanswered > 0 else ""
    sent = counted(one.sent, "alert")
    rule = _RULES.get(one.rule) or clean(one.rule)
    return f"{rule}: {sent} sent, {one.useful} useful, {one.false} false{rest}."
