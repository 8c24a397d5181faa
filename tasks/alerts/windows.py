"""Which periods are before an action and which after, and which other actions fall among them?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tasks.alerts.segments import Numbers, Places, Scale
from tasks.model import Grain, Period
from tasks.rules.history import Floats, History, position
from tasks.store import Action

Place = tuple[str, str]  # a dimension and a segment of it
DAY = timedelta(days=1)
RECENT = 3  # the last third of what was before: what may have moved people to act


@dataclass(frozen=True, slots=True)
class Window:
    """How many periods are looked at: before, and after at most.

    With fewer than ``least`` before or ``claim`` after, nothing is claimed. An interval that is
    looked at every period has to be wide enough for all looks: until ``full`` it is wider.
    """

    before: int
    after: int
    least: int
    claim: int
    full: int


WINDOWS = {
    Grain.DAY: Window(56, 84, 14, 14, 42),
    Grain.WEEK: Window(26, 26, 6, 4, 12),
    Grain.MONTH: Window(12, 12, 4, 2, 6),
    Grain.QUARTER: Window(6, 4, 4, 2, 3),
    Grain.YEAR: Window(4, 2, 4, 2, 2),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The periods around the first day of an action, by their positions; ``span`` is their days.

    A period that day falls into the middle of is neither before nor after.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    span: tuple[date, date]

    @property
    def is_before(self) -> Places:
        """Which of the places of ``numbers`` are before."""
        return np.arange(len(self.before) + len(self.after)) < len(self.before)

    def numbers(self, history: History, scale: Scale) -> Numbers:
        """Return what a segment's history says in these periods, a place for each."""
        places = np.array([*self.before, *self.after])
        if scale is Scale.GROWTH:
            growth = _at(history, _growth(history.values), places)
            return Numbers(growth, np.where(np.isfinite(growth), 1.0, np.nan), growth * np.nan)
        arrays = (history.numerators, history.denominators, history.squares)
        return Numbers(*(_at(history, one, places) for one in arrays))

    def without_recent(self) -> Stretch:
        """Return the same without the last third of the periods before."""
        kept = len(self.before) - len(self.before) // RECENT
        return replace(self, before=self.before[:kept])


def stretch_of(action: Action, history: History, until: Period) -> Stretch | None:
    """Return the periods to compare, as far as ``until``; None where none are before the action."""
    window = WINDOWS[history.cell.grain]
    known = [one for one in history.periods if one.first_day <= until.first_day]
    before = [one for one in known if one.end_day <= action.begins]
    after = [one for one in known if action.begins <= one.first_day and _is_felt(action, one)]
    if not before:
        return None
    last = position(before[-1])
    earlier = tuple(range(max(last - window.before + 1, position(known[0])), last + 1))
    first_day = next(one for one in before if position(one) >= earlier[0]).first_day
    ends = after[-1] if after else before[-1]
    later = _run(after)[: window.after]
    return Stretch(earlier, later, (first_day, ends.end_day))


def _run(periods: list[Period]) -> tuple[int, ...]:
    return tuple(range(position(periods[0]), position(periods[-1]) + 1)) if periods else ()


def _is_felt(action: Action, period: Period) -> bool:
    """Return whether an action was still going on when the period began."""
    return action.ends is None or period.first_day <= action.ends


def _growth(values: Floats) -> Floats:
    """Return the growth from each period to the next, as a logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(values > 0, np.log(values), np.nan)
    return np.concatenate([[np.nan], np.diff(logs)]) if len(logs) else logs


def _at(history: History, values: Floats, places: Floats) -> Floats:
    if not history.periods:
        return np.full(len(places), np.nan)
    inside = places - position(history.periods[0])
    is_known = (inside >= 0) & (inside < len(values))
    found = np.full(len(places), np.nan)
    found[is_known] = values[inside[is_known].astype(int)]
    return found


def touching(actions: Iterable[Action], span: tuple[date, date]) -> tuple[Action, ...]:
    """Return the actions that begin or end within the days of ``span``: they may move numbers."""
    return tuple(one for one in actions if _begins_or_ends_in(one, span))


def _begins_or_ends_in(action: Action, span: tuple[date, date]) -> bool:
    first, end = span
    stops = action.ends + DAY if action.ends else None
    return first < action.begins < end or (stops is not None and first < stops < end)


def is_same_place(one: Action, other: Action) -> bool:
    """Return whether two actions are about the very same customers."""
    return _place(one) == _place(other)


def may_meet(one: Action, other: Action) -> bool:
    """Return whether two actions may be about some of the same customers.

    Two plans have none in common; a plan and a region may have, and so has a plan with itself.
    """
    return have_in_common(_place(one), _place(other)) is not False


def is_touched(place: Place, action: Action) -> bool:
    """Return whether an action is certainly about customers of ``place``, all of them or some."""
    return have_in_common(place, _place(action)) is True


def have_in_common(one: Place, other: Place) -> bool | None:
    """Return whether two segments have customers in common; None where nobody can tell.

    They have none where an attribute of both differs: Starter/EMEA and Growth/APAC.
    """
    ours, theirs = _attributes(one), _attributes(other)
    both = set(ours) & set(theirs)
    if not both:
        return None
    return all(ours[name] == theirs[name] for name in both)


def _place(action: Action) -> Place:
    return action.segment_dimension, action.segment


def _attributes(place: Place) -> dict[str, str]:
    dimension, segment = place
    names = dimension.split("/")
    values = segment.split("/") if len(names) > 1 else [segment]  # a plan may be called Pro/Annual
    return dict(zip(names, values, strict=True)) if len(names) == len(values) else {}
