"""In which periods may a rule have something loud to say? Found for all periods of a cell at once.

A rule that has no screen is asked about every period. A screen may let through what the rule then
finds nothing in; it never holds anything back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.alerts.cases import Question
from tasks.alerts.past import Past
from tasks.model import ALL, Cell, Grain
from tasks.rules.base import Subject
from tasks.rules.history import History
from tasks.rules.samples import collapse

Calm = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Screen:
    """The periods to look at, and by direction those that are back to normal, if that is known."""

    loud: frozenset[str]
    calm: Calm | None = None


def screens_of(past: Past, question: Question, grain: Grain) -> Mapping[tuple[str, Cell], Screen]:
    """Return the screens of every cell of ``grain`` that may alert, by rule and cell."""
    made: dict[tuple[str, Cell], Screen] = {}
    for cell, history in past.histories.items():
        subject = question.subjects.of(cell)
        is_part = cell.segment_dimension != ALL  # the whole is also asked about its segments
        is_asked = cell.grain is grain and is_part and question.may_alert(cell)
        if is_asked and subject is not None:
            made["data_quality", cell] = Screen(frozenset(_doubtful(history, subject)))
    return made


def _doubtful(history: History, subject: Subject) -> Iterator[str]:
    """Yield the periods that lost half their sample, or follow another definition."""
    first = history.periods[0] if history.periods else None
    if first is None:
        return
    before = None
    for place in range(len(history)):
        period = history.period_at(place)
        seen = history.of(period.key) if period else None
        if period is None or seen is None:
            continue
        is_new = before is not None and before != seen.definition_version
        if is_new or collapse(history, subject, place) is not None:
            yield period.key
        before = seen.definition_version
