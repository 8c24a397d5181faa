"""How does one KPI become one row: its value, its change, its goal and its last twelve periods?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.kpis.base import kpi_named
from tasks.messages.figures import SAME, Figures, is_money, sparkline
from tasks.messages.outside import clean, sentence
from tasks.messages.view import Row, Section
from tasks.messages.wording import goal_tone, missing, tone_word
from tasks.model import Cell, Family, Grain, NullReason
from tasks.rules.words import usual_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import DigestInputs
    from tasks.model import Observation
    from tasks.rules.base import Comparison, GoalStanding

SPARK_PERIODS = 12
_COUNTED = frozenset({Family.BINOMIAL})
_SAMPLED = frozenset({Family.MEAN_BOUNDED, Family.QUANTILE})
_COARSER = tuple(Grain)


def figures_of(inputs: DigestInputs) -> Figures:
    """Return how this reader's numbers are written."""
    return Figures(inputs.reader.locale, inputs.reader.currency)


def cell_of(inputs: DigestInputs, kpi: Kpi) -> Cell:
    """Return the overall cell of ``kpi`` at the digest's grain."""
    variant = inputs.variants.get(kpi.key, kpi.default_variant)
    return Cell(kpi.key, variant, inputs.period.grain)


def kpi_of(inputs: DigestInputs, key: str) -> Kpi:
    """Return the KPI called ``key``: of the scorecard, or any other that an alert is about."""
    return next((kpi for kpi in inputs.kpis if kpi.key == key), None) or kpi_named(key)


def headline_kpi(inputs: DigestInputs) -> Kpi | None:
    """Return the figure the company goes by: its first amount of money, else its first KPI."""
    money = (kpi for kpi in inputs.kpis if is_money(kpi.unit))
    return next(money, inputs.kpis[0] if inputs.kpis else None)


def seen_in(
    history: Mapping[Cell, tuple[Observation, ...]], cell: Cell, period: str
) -> tuple[Observation, ...]:
    """Return the history of ``cell`` up to and including ``period``; empty when it is not there."""
    past = history.get(cell, ())
    keys = [each.period for each in past]
    return past[: keys.index(period) + 1] if period in keys else ()


def sections(inputs: DigestInputs) -> tuple[Section, ...]:
    """Return the scorecard in its sections, in the order in which the KPIs come."""
    titles = dict.fromkeys(kpi.section for kpi in inputs.kpis)
    return tuple(
        Section(title, tuple(row(inputs, kpi) for kpi in inputs.kpis if kpi.section == title))
        for title in titles
    )


def row(inputs: DigestInputs, kpi: Kpi) -> Row:
    """Return the row of one KPI; without a value it says why there is none."""
    cell = cell_of(inputs, kpi)
    past = seen_in(inputs.history, cell, inputs.period.key)
    standing = own_standing(inputs, cell)
    made = Row(
        key=kpi.key,
        label=clean(kpi.name),
        value="-",
        goal=_goal_words(standing),
        goal_tone=goal_tone(standing.status) if standing else "level",
        spark=sparkline(tuple(each.value for each in past[-SPARK_PERIODS:])),
    )
    now = past[-1] if past else None
    if now is None or now.value is None:
        return replace(made, note=_missing(kpi, past))
    comparison = inputs.assessment.comparisons.get(cell)
    figures = figures_of(inputs)
    return replace(
        made,
        value=figures.value(now.value, now.unit),
        sample=sample(kpi, now, figures),
        change=change_words(comparison, now.unit, figures),
        tone=_tone(comparison),
        usual=usual_words(comparison, now, figures),
        benchmark=_benchmark_words(inputs, now, figures),
        note=sentence(comparison.too_few) if comparison and comparison.too_few else "",
    )


def _missing(kpi: Kpi, past: tuple[Observation, ...]) -> str:
    """Return why there is no value; where nobody ever answered, perhaps nobody was ever asked."""
    said = missing(kpi, past[-1] if past else None)
    is_silent = bool(past) and all(one.null_reason is NullReason.NO_RESPONSES for one in past)
    return f"{said} so far" if is_silent else said


def _goal_words(standing: GoalStanding | None) -> str:
    if standing is None:
        return ""
    return sentence(standing.brief).replace(">=", "≥").replace("<=", "≤")


def sample(kpi: Kpi, seen: Observation, figures: Figures) -> str:
    """Return how much a value rests on: ``7 of 604``, ``n=41``, or nothing."""
    is_counted = kpi.family in _COUNTED and kpi.unit != "ppm"  # a million times what was counted
    if is_counted and seen.numerator is not None and seen.denominator is not None:
        return f"{figures.number(seen.numerator, 0)} of {figures.number(seen.denominator, 0)}"
    if kpi.family in _SAMPLED and seen.n is not None:
        return f"n={figures.number(Decimal(seen.n), 0)}"
    return ""


def change_words(comparison: Comparison | None, unit: str, figures: Figures) -> str:
    """Return the change since the previous period: ``▲ 1.2 pt (worse)``; empty without one."""
    if comparison is None or comparison.current is None or comparison.previous is None:
        return ""
    now, before = comparison.current.value, comparison.previous.value
    if now is None or before is None:
        return ""
    words = figures.change(now, before, unit)
    if comparison.better is None or comparison.too_few or words == SAME:
        return words
    return f"{words} ({tone_word(comparison.better)})"


def _tone(comparison: Comparison | None) -> str:
    if comparison is None or comparison.change is None or not comparison.change.is_beyond_noise:
        return "level"  # what luck alone moves has a word, but no colour
    return tone_word(comparison.better)


def side_of(comparison: Comparison | None, now: Observation | None, figures: Figures) -> str:
    """Return ``above`` or ``below`` the range that history leads us to expect, as it is written.

    Nothing inside of it: what reads like one of its ends is inside.
    """
    usual = comparison.usual if comparison else None
    if usual is None or now is None or now.value is None:
        return ""
    return figures.side(now.value, usual.low, usual.high, now.unit)


def usual_words(comparison: Comparison | None, now: Observation, figures: Figures) -> str:
    """Return what is usual, where the value is not: ``usually 2``, ``above the usual 38 to 52``."""
    usual, side = comparison.usual if comparison else None, side_of(comparison, now, figures)
    if usual is None or not side:
        return ""
    is_count = usual.count is not None and kpi_named(now.kpi).family is not Family.COUNT_RATE
    if is_count:  # 0.26 tickets per customer are not held against 196 tickets
        return f"usually {usual_count(usual, Grain(now.grain))}"
    return f"{side} the usual {figures.between(usual.low, usual.high, now.unit)}"


def _benchmark_words(inputs: DigestInputs, now: Observation, figures: Figures) -> str:
    """Return what else the value is seen beside: ``benchmark 102 %, Board deck 2025``."""
    words = [
        f"benchmark {figures.value(one.value, now.unit)}, {clean(one.source)}"
        for one in inputs.benchmarks
        if (one.kpi, one.variant) == (now.kpi, now.variant)
    ]
    return "; ".join(words)


def own_standing(inputs: DigestInputs, cell: Cell) -> GoalStanding | None:
    """Return where a KPI stands against its overall goal: of several, the one soonest due."""
    standings = [
        standing
        for standing in inputs.assessment.standings
        if standing.cell.kpi == cell.kpi
        and standing.cell.variant == cell.variant
        and standing.cell.segment == cell.segment
    ]
    return min(standings, key=lambda each: _COARSER.index(Grain(each.goal.grain)), default=None)
