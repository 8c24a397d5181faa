"""What do people do about their numbers, and what came of it? Actions, effects, marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flows.history import as_called_now, by_cell, variant_of
from flows.plan import PERIODS_BACK, told
from flows.workspace import Workspace
from tasks.alerts.effect import Effect, Known, Outcome, effect, effects
from tasks.alerts.effectwords import clause, sentence
from tasks.alerts.segments import FACTORS, Scale
from tasks.alerts.subjects import Subjects
from tasks.alerts.windows import may_meet
from tasks.config import Settings
from tasks.config.aliases import name_of
from tasks.errors import UnknownName, WrongUse
from tasks.kpis.base import catalogue, kpi_named
from tasks.messages.ongoing import EffectSeen, Mark
from tasks.model import ALL, Cell, Grain, Observation, Period
from tasks.rules.history import History
from tasks.store import Action, actions, read

Histories = Mapping[Cell, Sequence[Observation]]
Place = tuple[str, str]  # a dimension and a segment of it


def place_of(workspace: Workspace, kpi: str, written: str | None) -> Place:
    """Return the dimension and segment of ``SMB`` or ``plan=Starter``; all customers for None.

    Raise ``UnknownName`` for what was never measured, ``WrongUse`` for a name that several have.
    """
    if not written:
        return ALL, ALL
    settings = workspace.settings
    known = _places(workspace, kpi)
    dimension, equals, segment = written.partition("=")
    if equals and dimension in settings.segments:
        found = (dimension, name_of(settings.meanings, dimension, segment))
        same = [name for place, name in known if place == dimension]
        if same and found not in known:
            raise UnknownName(dimension, segment, same)
        return found
    fitting = [place for place in known if place[1] == written]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = " or ".join(f"{place}={written}" for place, _ in fitting)
        raise WrongUse(f"'{written}' may be several segments.", todo=f"Write {names}.")
    raise UnknownName("segment", written, {f"{place}={name}" for place, name in known})


def _places(workspace: Workspace, kpi: str) -> list[Place]:
    settings = workspace.settings
    stored = as_called_now(settings, read(workspace.store, kpis=(kpi,), grain=Grain.WEEK))
    stored = stored or as_called_now(settings, read(workspace.store, kpis=(kpi,)))
    places = {(one.segment_dimension, one.segment) for one in stored}
    return sorted(place for place in places if place[0] in settings.segments)


def drafted(
    workspace: Workspace,
    name: str,
    kpi: str,
    segment: str | None,
    begins: date,
    ends: date | None = None,
    owner: str = "",
    note: str = "",
) -> Action:
    """Return the action that is described, every name of it checked and nothing stored.

    Raise ``UnknownName`` or ``WrongUse``.
    """
    if not name.strip():
        raise WrongUse("An action needs a name.", todo='Write it first: "Onboarding programme".')
    if ends is not None and ends < begins:
        raise WrongUse(
            f"It begins on {begins} and cannot end on {ends}.", todo="Write a later --to."
        )
    dimension, place = place_of(workspace, kpi_named(kpi).key, segment)
    return Action(name.strip(), kpi, begins, dimension, place, ends, owner.strip(), note.strip())


def is_measured(workspace: Workspace, kpi: str) -> bool:
    """Return whether a KPI is among those that digests measure, so that an effect can be seen."""
    return kpi in told(workspace.settings)


def known_at(settings: Settings, past: Histories, period: Period, all_: Sequence[Action]) -> Known:
    """Return what effects are judged from at the end of ``period``."""
    subjects = Subjects(catalogue(), settings.company.currency)
    asked = {(one.kpi, one.segment_dimension) for one in all_}
    wanted = {
        cell: seen
        for cell, seen in past.items()
        if cell.grain is period.grain and (cell.kpi, cell.segment_dimension) in asked
    }

    def cell_of(one: Action) -> Cell:
        variant = variant_of(settings, one.kpi)
        return Cell(one.kpi, variant, period.grain, one.segment_dimension, one.segment)

    histories = {cell: _history(settings, cell, seen) for cell, seen in wanted.items()}
    return Known(period, histories, all_, cell_of, subjects.of)


def _history(settings: Settings, cell: Cell, seen: Sequence[Observation]) -> History:
    return History(cell, tuple(settings.calendar.period(one.period) for one in seen), tuple(seen))


def stored_past(workspace: Workspace, kpis: Iterable[str], period: Period) -> Histories:
    """Return what is stored of ``kpis`` as far back as effects look."""
    calendar = workspace.settings.calendar
    first = calendar.previous(period, PERIODS_BACK[period.grain])
    keys = [one.key for one in calendar.between(first, period)]
    found = read(workspace.store, kpis=tuple(kpis), grain=period.grain, periods=keys)
    return by_cell(as_called_now(workspace.settings, found))


def listed(workspace: Workspace, grain: Grain, now: datetime) -> tuple[Effect, ...]:
    """Return every action with what it has changed by the end of the last complete period."""
    found = actions(workspace.store)
    period = workspace.settings.calendar.last_complete(grain, now)
    past = stored_past(workspace, {one.kpi for one in found}, period) if found else {}
    facts = known_at(workspace.settings, past, period, found)
    return tuple(effect(one, facts) for one in found)


def record(one: Effect) -> dict[str, Any]:
    """Return an action and its effect as JSON holds them."""
    action = one.action
    days = {"from": action.begins.isoformat(), "to": action.ends and action.ends.isoformat()}
    numbers = {
        name: getattr(one, name)
        for name in ("before", "after", "others", "change", "low", "high", "visible")
    }
    return {
        "id": action.id,
        "name": action.name,
        "kpi": action.kpi,
        "segment_dimension": action.segment_dimension,
        "segment": action.segment,
        **days,
        "owner": action.owner,
        "note": action.note,
        "effect": {
            "outcome": str(one.outcome),
            "grain": str(one.grain),
            "periods": one.periods,
            **numbers,
            "sentence": sentence(one),
        },
    }


def lines(found: Sequence[Effect]) -> Iterator[str]:
    """Yield an action for people: its number, name, where, since when, and what came of it."""
    for one in found:
        action = one.action
        where = "everybody" if action.segment == ALL else action.segment
        days = f"from {action.begins}" + (f" to {action.ends}" if action.ends else "")
        owner = f", {action.owner}" if action.owner else ""
        yield f"{action.id}  {action.name}: {action.kpi}, {where}, {days}{owner}"
        yield f"   {sentence(one)}"
        if action.note:
            yield f"   note: {action.note}"


def effects_seen(
    workspace: Workspace, past: Histories, period: Period
) -> tuple[tuple[EffectSeen, ...], tuple[Mark, ...]]:
    """Return what the digest of ``period`` says of actions, and what its charts mark.

    ``past`` is what the digest knows; KPIs that it does not tell are read from the store.
    """
    found = actions(workspace.store)
    if not found:
        return (), ()
    missing = {one.kpi for one in found} - {cell.kpi for cell in past}
    more = stored_past(workspace, missing, period) if missing else {}
    facts = known_at(workspace.settings, {**more, **past}, period, found)
    return tuple(map(seen, effects(facts))), marks_of(found)


def marks_of(found: Iterable[Action]) -> tuple[Mark, ...]:
    """Return the days that charts mark."""
    return tuple(Mark(one.begins, one.name) for one in found)


def marks_for(found: Iterable[Action], cell: Cell) -> tuple[Mark, ...]:
    """Return the days that the chart of one cell marks: of actions that may have moved it."""
    here = Action("", cell.kpi, date.min, cell.segment_dimension, cell.segment)
    near = (one for one in found if one.kpi == cell.kpi and _meets(one, here))
    return marks_of(near)


def _meets(one: Action, here: Action) -> bool:
    same = (one.segment_dimension, one.segment) == (here.segment_dimension, here.segment)
    return same or may_meet(one, here)


def seen(one: Effect) -> EffectSeen:
    """Return an effect as a digest shows it; numbers that are no values of the KPI are left out."""
    is_shown = one.scale is not Scale.GROWTH and one.before is not None
    is_apart = is_shown and one.scale not in FACTORS and one.others is not None
    is_apart = is_apart and one.outcome is not Outcome.NOT_SEPARABLE
    return EffectSeen(
        action=one.action.name,
        kpi=one.action.kpi,
        unit=one.subject.unit if one.subject else "",
        periods=one.periods,
        verdict=clause(one, with_part=not is_apart) if is_shown else sentence(one),
        grain=one.grain,
        segment=one.action.segment,
        before=_exact(one.before) if is_shown else None,
        after=_exact(one.after) if is_shown else None,
        low=_exact(one.low) if is_apart else None,
        high=_exact(one.high) if is_apart else None,
    )


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6g}")
