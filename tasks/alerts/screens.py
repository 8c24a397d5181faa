"""In which periods may a rule have something loud to say? Asked once for a whole past.

A rule that has no screen is asked about every period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.alerts.cases import Question
from tasks.alerts.past import Past
from tasks.model import Cell, Grain
from tasks.rules.base import Rule, Screen, SimpleSettings
from tasks.rules.history import History, position


@dataclass(frozen=True, slots=True)
class Screened:
    """The periods to look at, by key, and by direction those that are back to normal."""

    loud: frozenset[str]
    calm: Mapping[str, frozenset[str]] | None = None


def screens_of(past: Past, question: Question, grain: Grain) -> Mapping[tuple[str, Cell], Screened]:
    """Return the screens of every cell of ``grain`` that may alert, by rule and cell."""
    made: dict[tuple[str, Cell], Screened] = {}
    for (kpi, _, of_grain), histories in past.families.items():
        is_asked = of_grain is grain and kpi in question.subjects
        if is_asked and question.may_alert(histories[0].cell):
            for rule, settings in question.rules_for(kpi, grain):
                made |= _screens(question, rule, settings, histories)
    return made


def _screens(
    question: Question, rule: Rule, settings: SimpleSettings, histories: tuple[History, ...]
) -> Mapping[tuple[str, Cell], Screened]:
    subject = question.subjects.of(histories[0].cell)
    if rule.screen is None or subject is None:
        return {}
    found = rule.screen(histories, subject, settings)
    return {
        (rule.key, one.cell): _named(one, screen)
        for one, screen in zip(histories, found, strict=True)
    }


def _named(history: History, screen: Screen) -> Screened:
    """Return a screen whose places are periods."""
    first = position(history.periods[0]) if history.periods else 0
    keys = {position(period) - first: period.key for period in history.periods}

    def at(places: Iterable[int]) -> frozenset[str]:
        return frozenset(keys[place] for place in places if place in keys)

    calm = screen.calm
    return Screened(
        at(screen.loud), None if calm is None else {side: at(calm[side]) for side in calm}
    )
