"""Which seven days are judged when the week is not over? Those that end where the data end.

They are weeks like any others, of a calendar whose weeks begin on another day. So whatever a rule
knows of weeks holds for them, and they are evenly spaced without a gap. Only the newest few are
computed for the purpose: what is long ago is told by the company's own weeks. None of them is made
by adding up days: customers who came twice, medians and shares of a stock can't be added. How many
customers came at all in seven days depends on where those begin: who comes once a week came twice
in some and never in others. So there the own weeks are held to what both tell of the same time.

The day that is not over yet counts where that is fair: it can only add to what is counted, so a
rise is believed and a fall is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tasks.calendar import Calendar
from tasks.model import Base, Cell, Family, Finding, Grain, Observation, Period
from tasks.rules.base import Subject

DAY = timedelta(days=1)
WEEKS = (
    12  # computed for the purpose: as many as rules pool, and as many again to hold them against
)
SO_FAR = "so far"  # what the key of the seven days that end today says
Histories = Mapping[Cell, tuple[Observation, ...]]
FAIR = frozenset({Family.MEAN_BOUNDED, Family.QUANTILE})  # a part of a day is a smaller sample


@dataclass(frozen=True, slots=True)
class Trail:
    """Weeks that end with ``newest``, of a ``calendar`` of their own, oldest first.

    ``so_far`` are the seven days that end with the day that still runs, None where none does.
    """

    calendar: Calendar
    weeks: tuple[Period, ...]
    so_far: Period | None

    @property
    def newest(self) -> Period:
        """The last seven days that are over."""
        return self.weeks[-1]

    @property
    def periods(self) -> tuple[Period, ...]:
        """Everything that has to be computed."""
        return (*self.weeks, self.so_far) if self.so_far else self.weeks


def trail(
    calendar: Calendar, last_day: date, *, today: date | None = None, weeks: int = WEEKS
) -> Trail:
    """Return the weeks that end with the day before ``last_day``, on which the data end.

    ``today`` is the day that still runs, where part of it is known.
    """
    own = replace(calendar, week_start=last_day.weekday())
    newest = own.containing(Grain.WEEK, last_day - DAY)
    listed = own.between(own.previous(newest, weeks - 1), newest)
    return Trail(own, tuple(listed), _so_far(own, newest, today) if today else None)


def _so_far(calendar: Calendar, newest: Period, today: date) -> Period:
    first_day, end_day = today - 6 * DAY, today + DAY
    return Period(
        Grain.WEEK,
        first_day,
        end_day,
        f"{newest.key} {SO_FAR}",
        calendar.midnight(first_day),
        calendar.midnight(end_day),
    )


def whole(
    made: Trail,
    computed: Iterable[Observation],
    own_weeks: Histories,
    rising: Collection[str] = (),
) -> Histories:
    """Return the weeks of ``made`` behind the company's own weeks that were over before.

    ``rising`` are the KPIs of what happened at all in a period, however often.
    """
    kept = [one for one in computed if not one.period.endswith(SO_FAR)]
    theirs = _by_cell(one for one in kept if one.kpi in rising)
    in_steps = {
        cell: in_step(made, own_weeks[cell], seen)
        for cell, seen in theirs.items()
        if cell in own_weeks
    }
    return _behind({**own_weeks, **in_steps}, kept, made.weeks[0].key)


def in_step(
    made: Trail, own: Sequence[Observation], computed: Iterable[Observation]
) -> tuple[Observation, ...]:
    """Return the own weeks of a cell as large as weeks of ``made`` would have been.

    The newest seven days are what is asked about, and tell nothing here.
    """
    first, newest = made.weeks[0].key, made.newest.key
    beside, theirs = (
        _share(one for one in some if first <= one.period < newest) for some in (own, computed)
    )
    if not beside or not theirs:
        return tuple(own)
    return tuple(_times(one, theirs / beside) for one in own)


def _share(some: Iterable[Observation]) -> Decimal:
    known = [one for one in some if one.value is not None]
    above = sum((one.numerator or Decimal(0) for one in known), Decimal(0))
    below = sum((one.denominator or Decimal(1) for one in known), Decimal(0))
    return above / below if below else Decimal(0)


def _times(one: Observation, factor: Decimal) -> Observation:
    if one.numerator is None:
        return one
    times = one.numerator * factor
    return replace(one, numerator=times if one.denominator is None else min(times, one.denominator))


def including_today(made: Trail, computed: Sequence[Observation], past: Histories) -> Histories:
    """Return ``past`` with the seven days so far in place of the last seven that are over.

    They share six days, and a rule is to hold either against what was before both.
    """
    today = {one.cell: replace(one, period=made.newest.key) for one in _so_far_of(computed)}
    return {
        cell: (*(one for one in past.get(cell, ()) if one.period != made.newest.key), newest)
        for cell, newest in today.items()
    }


def _so_far_of(computed: Iterable[Observation]) -> Iterator[Observation]:
    return (one for one in computed if one.period.endswith(SO_FAR))


def _behind(own_weeks: Histories, computed: Iterable[Observation], first: str) -> Histories:
    return {
        cell: (
            *(one for one in own_weeks.get(cell, ()) if one.period < first),
            *sorted(found, key=lambda one: one.period),
        )
        for cell, found in _by_cell(computed).items()
    }


def _by_cell(some: Iterable[Observation]) -> Mapping[Cell, list[Observation]]:
    found: dict[Cell, list[Observation]] = {}
    for one in some:
        found.setdefault(one.cell, []).append(one)
    return found


def is_fair(finding: Finding, subject: Subject) -> bool:
    """Return whether a finding about seven days that are not over yet can be believed.

    What is counted or added up can only rise until midnight; a mean, a median, a share of answers
    or a level is one of fewer. How many used the product is not known before the end.
    """
    if subject.base is Base.RISING or finding.direction == "data":
        return False
    if finding.direction == "up" or subject.base is Base.LEVEL or subject.family in FAIR:
        return True
    return subject.family is Family.BINOMIAL and subject.base is Base.RUNNING


def named(last_day: date) -> str:
    """Return what the seven days that end with ``last_day`` are called."""
    return f"7 days to {last_day.day} {last_day:%B}"


def in_words(sentence: str, last_day: date) -> str:
    """Return a rule's sentence about ``this week`` as one about the seven days it is about."""
    told = sentence.replace("Started this week", "Started in these days")
    return told.replace("this week", f"in the {named(last_day)}")
