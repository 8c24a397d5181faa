"""What would this KPI be under somebody else's definitions, and why? All presets beside ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flows.explain import Place
from flows.figures import exact, text_table
from flows.lakeside import are_there, facts_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config.presets import PRESETS, Preset
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.errors import WrongUse
from tasks.messages.figures import Figures
from tasks.model import ALL, Observation


@dataclass(frozen=True, slots=True)
class Seen:
    """A KPI under one preset: with which variant, what it comes to, and why it may differ.

    ``why`` is empty where nothing of it is other than ours.
    """

    preset: Preset
    variant: str
    observation: Observation
    why: str


def under_presets(
    steps: Steps, workspace: Workspace, place: Place, *, now: datetime
) -> tuple[Seen, ...]:
    """Return the KPI of a place under every preset, computed now; nothing is recorded.

    Settings that were written down count under every preset; variants do not.
    """
    if not are_there(workspace):
        raise WrongUse("there are no facts yet.", todo="Run 'keepwell sync' first.")
    known: dict[str, tuple[Observation, ...]] = {}
    found = []
    for preset in PRESETS.values():
        settings = workspace.settings.kpis.settings_under(preset)
        if repr(settings) not in known:
            known[repr(settings)] = _computed(steps, workspace, place, settings, now)
        found.append((preset, known[repr(settings)]))
    _, ours = found[0]
    return tuple(_seen(preset, place, one, ours) for preset, one in found)


def _computed(
    steps: Steps, workspace: Workspace, place: Place, settings: Mapping[str, Any], now: datetime
) -> tuple[Observation, ...]:
    basis = replace(basis_of(workspace.settings), settings=settings)
    request = Request((place.period,), now, kpis=(place.kpi.key,), all_variants=True)
    return steps.compute(facts_of(workspace), basis, request).observations


def _seen(
    preset: Preset,
    place: Place,
    found: tuple[Observation, ...],
    ours: tuple[Observation, ...],
) -> Seen:
    chosen = preset.choices.get(place.kpi.key)
    variant = chosen.variant if chosen else place.kpi.default_variant or place.variant
    observation = _one(place, variant, found)
    if chosen:
        return Seen(preset, variant, observation, chosen.why)
    is_other = observation != _one(place, variant, ours)
    return Seen(preset, variant, observation, preset.settings_why if is_other else "")


def _one(place: Place, variant: str, found: tuple[Observation, ...]) -> Observation:
    wanted = (variant, place.dimension, place.segment)
    for one in found:
        if (one.variant, one.segment_dimension, one.segment) == wanted:
            return one
    raise WrongUse(
        f"there is no {place.kpi.key} ({variant}) of {place.period} there.",
        todo="Name a period that has begun, and a segment that somebody is in.",
    )


def as_text(workspace: Workspace, place: Place, seen: tuple[Seen, ...]) -> str:
    """Return the comparison for people: a row a preset, then why, then what none can follow."""
    settings = workspace.settings
    figures = Figures(settings.company.locale, settings.company.currency)
    rows = [_row(one, figures) for one in seen]
    columns = ("definitions", "variant", "value", "numerator", "denominator")
    where = "" if place.dimension == ALL else f", {place.dimension}={place.segment}"
    head = f"{place.kpi.name} ({place.kpi.key}) of {place.period}{where}"
    yours = f"Yours: {settings.kpis.definitions}, variant {place.variant}."
    table = text_table(columns, rows, right=columns[2:])
    return "\n".join([head, "", table, "", *_reasons(seen), yours])


def _row(one: Seen, figures: Figures) -> list[str]:
    value, seen = one.observation.value, one.observation
    shown = figures.value(value, seen.unit) if value is not None else str(seen.null_reason or "")
    parts = [exact(part) for part in (seen.numerator, seen.denominator)]
    return [one.preset.key, one.variant, shown, *parts]


def _reasons(seen: tuple[Seen, ...]) -> Iterator[str]:
    """Yield for each preset whose number could differ why it does, and what it cannot follow."""
    ours = seen[0].observation
    others = [one for one in seen[1:] if one.why]
    for one in others:
        same = one.observation.value == ours.value
        yield f"{one.preset.key}: {one.why}{' Here both come to the same.' if same else ''}"
    alike = [one.preset.key for one in seen[1:] if not one.why]
    if alike:
        yield f"{', '.join(alike)}: as ours."
    yield ""
    for one in others:
        yield from (f"Not followed: {sentence}" for sentence in one.preset.cannot)


def as_facts(place: Place, seen: tuple[Seen, ...]) -> dict[str, object]:
    """Return the comparison for JSON."""
    return {
        "kpi": place.kpi.key,
        "period": place.period.key,
        "segment_dimension": place.dimension,
        "segment": place.segment,
        "presets": [
            {
                "definitions": one.preset.key,
                "about": one.preset.about,
                "variant": one.variant,
                "value": exact(one.observation.value) or None,
                "numerator": exact(one.observation.numerator) or None,
                "denominator": exact(one.observation.denominator) or None,
                "null_reason": one.observation.null_reason,
                "why": one.why or None,
                "not_followed": list(one.preset.cannot),
            }
            for one in seen
        ],
    }
