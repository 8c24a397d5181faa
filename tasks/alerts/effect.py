"""What has an action changed: its segment before and after, against the segments nobody touched?

Only what is evidence is said. An action that another one overlaps in the same segment cannot be
told apart from it; with nobody to compare with there is a before and an after, and no cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import expm1, isfinite, sqrt

from tasks.alerts.segments import FACTORS, Scale, logit, scale_of, share
from tasks.alerts.weighing import Weighed, weighed
from tasks.alerts.windows import (
    WINDOWS,
    Stretch,
    is_same_place,
    is_touched,
    may_meet,
    stretch_of,
    touching,
)
from tasks.model import Cell, Direction, Grain, Period
from tasks.rules.base import Subject
from tasks.rules.history import History
from tasks.store import Action

SHARP = 0.2  # an interval this narrow beside the level before shows that nothing much happened


class Outcome(StrEnum):
    """What can be said of an action."""

    WORKED = "worked"
    WORSE = "worse"
    CHANGED = "changed"  # of a KPI with no good side
    EARLY = "early"
    NO_SIGN = "no sign"
    RETURNED = "returned"  # no better than it was before it got bad: it may have come by itself
    ALONE = "alone"  # nobody to compare with
    NOT_SEPARABLE = "not separable"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known of an action ``periods`` of ``grain`` after it began.

    ``before`` and ``after`` are the KPI in the action's segment (of a stock, its growth a period);
    ``others`` is how the untouched segments changed, None where there are none. ``change`` is the
    difference with its 80 % interval ``low`` to ``high``; ``visible`` the smallest effect that
    could be seen. These are in the KPI's unit; of counts and sums the share they changed by.
    ``meanwhile`` are other actions that touch the same customers.
    """

    action: Action
    subject: Subject | None
    grain: Grain
    outcome: Outcome
    periods: int = 0
    scale: Scale = Scale.PLAIN
    before: float | None = None
    after: float | None = None
    others: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    visible: float | None = None
    meanwhile: tuple[Action, ...] = ()

    @property
    def is_beyond_luck(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Known:
    """What effects are judged from.

    ``histories`` are by cell; ``cell_of`` says which cell an action is about (at the grain and of
    the variant that are told), ``subject_of`` what its KPI is. ``actions`` are all there are.
    """

    period: Period
    histories: Mapping[Cell, History]
    actions: Sequence[Action]
    cell_of: Callable[[Action], Cell]
    subject_of: Callable[[Cell], Subject | None]


def effect(action: Action, known: Known) -> Effect:
    """Return what the action has changed by the end of ``known.period``."""
    cell = known.cell_of(action)
    subject, history = known.subject_of(cell), known.histories.get(cell)
    nothing = Effect(action, subject, cell.grain, Outcome.NO_DATA)
    if subject is None or history is None:
        return nothing
    stretch = stretch_of(action, history, known.period)
    if stretch is None:
        return nothing
    scale = scale_of(subject)
    same, meanwhile = _other_actions(action, known, stretch)
    made = replace(nothing, periods=len(stretch.after), scale=scale, meanwhile=same or meanwhile)
    if len(stretch.before) >= WINDOWS[cell.grain].least:
        found = _weighed(history, known, stretch, scale)
        made = _told(made, found) if found else _without_numbers(made)
    if same:
        return replace(made, outcome=Outcome.NOT_SEPARABLE)
    if made.outcome is Outcome.WORKED and not _holds_without_recent(made, history, known, stretch):
        return replace(made, outcome=Outcome.RETURNED)
    return made


def _without_numbers(made: Effect) -> Effect:
    is_new = made.periods < WINDOWS[made.grain].claim
    return replace(made, outcome=Outcome.EARLY if is_new else Outcome.NO_DATA)


def _weighed(history: History, known: Known, stretch: Stretch, scale: Scale) -> Weighed | None:
    if not stretch.after:
        return None
    others = [stretch.numbers(one, scale) for one in _untouched(history.cell, known, stretch)]
    own = stretch.numbers(history, scale)
    return weighed(own, others, stretch.is_before, scale)


def _untouched(cell: Cell, known: Known, stretch: Stretch) -> Iterator[History]:
    """Yield the other segments of the dimension, those in which nothing was begun or ended."""
    busy = touching(known.actions, stretch.span)
    for other, history in known.histories.items():
        is_sibling = replace(other, segment=cell.segment) == cell and other.segment != cell.segment
        place = (other.segment_dimension, other.segment)
        if is_sibling and not any(is_touched(place, one) for one in busy):
            yield history


def _other_actions(
    action: Action, known: Known, stretch: Stretch
) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """Return the actions in the same segment meanwhile, and those that share customers with it."""
    others = [one for one in touching(known.actions, stretch.span) if one != action]
    same = tuple(one for one in others if is_same_place(action, one))
    return same, tuple(one for one in others if one not in same and may_meet(action, one))


def _told(made: Effect, found: Weighed) -> Effect:
    wider = sqrt(max(1.0, WINDOWS[made.grain].full / made.periods))
    half = found.half(wider)
    in_unit = _in_unit(made.scale, found)
    told = replace(
        made,
        before=found.own.before,
        after=found.own.after,
        others=_of_others(made.scale, found),
        change=in_unit(found.change),
        low=in_unit(found.change - half),
        high=in_unit(found.change + half),
        visible=max(abs(in_unit(half)), abs(in_unit(-half))),
    )
    return replace(told, outcome=_outcome(told, is_known=isfinite(half)))


def _of_others(scale: Scale, found: Weighed) -> float | None:
    if found.others is None:
        return None
    return (
        expm1(found.others.change) if scale in FACTORS else found.others.after - found.others.before
    )


def _in_unit(scale: Scale, found: Weighed) -> Callable[[float], float]:
    """Return what turns a change into points, or into the share that events and sums change by."""
    if scale in FACTORS:
        return expm1
    if scale is not Scale.SHARE:
        return float
    alone = logit(found.own.before) + (found.others.change if found.others else 0.0)
    return lambda change: share(alone + change) - share(alone)


def _outcome(told: Effect, *, is_known: bool) -> Outcome:
    window, subject = WINDOWS[told.grain], told.subject
    if not is_known or subject is None:
        return Outcome.NO_DATA
    if told.others is None:
        return Outcome.ALONE
    if told.periods < window.claim:
        return Outcome.EARLY
    if told.is_beyond_luck:
        return _side(told, subject)
    is_over = told.periods >= window.full or _is_sharp(told)
    return Outcome.NO_SIGN if is_over else Outcome.EARLY


def _side(told: Effect, subject: Subject) -> Outcome:
    if subject.good is Direction.NEUTRAL:
        return Outcome.CHANGED
    is_up = (told.change or 0) > 0
    return Outcome.WORKED if is_up == (subject.good is Direction.UP) else Outcome.WORSE


def _is_sharp(told: Effect) -> bool:
    if told.scale is Scale.GROWTH or told.visible is None or told.before is None:
        return False
    level = 1.0 if told.scale in FACTORS else abs(told.before)
    return told.visible <= SHARP * level


def _holds_without_recent(made: Effect, history: History, known: Known, stretch: Stretch) -> bool:
    """Return whether it is better than before also where the last weeks before are left out.

    People act when a number has just got bad, and after a bad run of luck it gets better by itself.
    """
    shorter = stretch.without_recent()
    if len(shorter.before) < WINDOWS[made.grain].least:
        return True
    found = _weighed(history, known, shorter, made.scale)
    return found is not None and _told(made, found).outcome is Outcome.WORKED


def effects(known: Known) -> tuple[Effect, ...]:
    """Return what each action has changed that has begun and is still to be told of.

    An action is told of until it has been over, or has been measured, for as long as is looked at.
    """
    return tuple(
        effect(one, known) for one in known.actions if is_told(one, known.period, known.cell_of)
    )


def is_told(action: Action, period: Period, cell_of: Callable[[Action], Cell]) -> bool:
    """Return whether a digest of ``period`` still tells of the action."""
    if action.begins >= period.end_day:
        return False
    days = (period.end_day - period.first_day).days
    most = WINDOWS[cell_of(action).grain].after * days
    return (period.end_day - action.begins).days <= most + days
