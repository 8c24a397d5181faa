"""Which goals would your own history suggest? The usual value, and the best quarter there was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median

from flows.figures import exact
from flows.history import by_cell, variant_of
from flows.workspace import Workspace
from tasks.config import scorecard
from tasks.kpis.base import Kpi, kpi_named
from tasks.model import ALL, Direction, Grain, Observation
from tasks.store import read

YEAR = {Grain.WEEK: 52, Grain.MONTH: 12, Grain.QUARTER: 4}  # periods whose median is "the usual"
QUARTER = {Grain.WEEK: 13, Grain.MONTH: 3, Grain.QUARTER: 1}
SHARES = frozenset({"ratio", "minutes", "points", "score", "x"})  # amounts grow with the company
PERCENT = Decimal(100)
DIGITS = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is usual for one KPI, and the best quarter: its value, first and last period."""

    kpi: Kpi
    grain: Grain
    periods: int
    usual: Decimal
    best: Decimal
    best_from: str
    best_to: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The goals that history suggests, and for which KPIs it is too short: have, need."""

    goals: tuple[Suggestion, ...]
    too_short: Mapping[str, tuple[int, int]]


def suggestions(workspace: Workspace, grain: Grain) -> Suggestions:
    """Return goals for the scorecard, from the values in the store."""
    settings = workspace.settings
    keys = [key for key in scorecard(settings) if _can_have_a_goal(kpi_named(key))]
    found = read(workspace.store, kpis=keys, grain=grain, dimension=ALL)
    cells = {
        cell.kpi: history
        for cell, history in by_cell(found).items()
        if cell.variant == variant_of(settings, cell.kpi)
    }
    goals, too_short = [], {}
    for key in keys:
        history = [one for one in cells.get(key, ()) if one.value is not None]
        if len(history) < YEAR[grain] // 2:
            too_short[key] = (len(history), YEAR[grain] // 2)
        else:
            goals.append(_suggestion(kpi_named(key), grain, history))
    return Suggestions(tuple(goals), too_short)


def _can_have_a_goal(kpi: Kpi) -> bool:
    return kpi.good is not Direction.NEUTRAL and kpi.unit in SHARES


def _suggestion(kpi: Kpi, grain: Grain, history: Sequence[Observation]) -> Suggestion:
    values = [one.value for one in history[-YEAR[grain] :] if one.value is not None]
    length = QUARTER[grain]
    runs = [history[at : at + length] for at in range(len(history) - length + 1)]
    pick = max if kpi.good is Direction.UP else min
    best = pick(runs, key=_together)
    ends = (best[0].period, best[-1].period)
    return Suggestion(kpi, grain, len(values), median(values), _together(best), *ends)


def _together(run: Sequence[Observation]) -> Decimal:
    """Return the value of several periods as if they were one, or else their mean."""
    tops = [one.numerator for one in run if one.numerator is not None]
    bottoms = [one.denominator for one in run if one.denominator is not None]
    whole = sum(bottoms, Decimal(0))
    if len(bottoms) == len(run) and whole:
        return sum(tops, Decimal(0)) / whole
    values = [one.value for one in run if one.value is not None]
    return sum(values, Decimal(0)) / len(values)


def as_yaml(found: Suggestions) -> Iterator[str]:
    """Yield the suggestions as lines for keepwell.yaml: the usual value, and the best beside it."""
    if found.goals:
        yield "# From your own history: the usual value, and below it the best quarter there was."
        yield "# Take the line that you want to be held to, and change the number where you like."
        yield "goals:"
    for one in found.goals:
        usual, best = _goal(one, one.usual), _goal(one, one.best)
        yield f"  - {usual}   # the median of the last {one.periods} {one.grain}s"
        if best != usual:
            yield f"  # - {best}   # your best quarter: {_when(one)}"
    for key, (have, need) in found.too_short.items():
        yield f"# {key}: too little history, {have} of the {need} periods that are needed"


def _when(one: Suggestion) -> str:
    ends = (one.best_from, one.best_to)
    return " to ".join(dict.fromkeys(ends))


def _goal(one: Suggestion, value: Decimal) -> str:
    side = "at_least" if one.kpi.good is Direction.UP else "at_most"
    return f"{{kpi: {one.kpi.key}, grain: {one.grain}, {side}: {_number(one, value)}}}"


def _number(one: Suggestion, value: Decimal) -> str:
    """Return a value to a tenth, rounded so that the value itself reaches the goal."""
    rounding = ROUND_FLOOR if one.kpi.good is Direction.UP else ROUND_CEILING
    is_share = one.kpi.unit == "ratio"
    shown = (value * PERCENT if is_share else value).quantize(DIGITS, rounding)
    return f"{exact(shown) or '0'} %" if is_share else exact(shown) or "0"


def as_records(found: Iterable[Suggestion]) -> list[dict[str, object]]:
    """Return the suggestions for JSON."""
    return [
        {
            "kpi": one.kpi.key,
            "grain": one.grain,
            "usual": exact(one.usual),
            "periods": one.periods,
            "best": exact(one.best),
            "best_from": one.best_from,
            "best_to": one.best_to,
        }
        for one in found
    ]
