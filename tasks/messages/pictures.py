"""Which histories are worth a picture, and what does each picture show?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.messages.marking import placed
from tasks.messages.outside import clean
from tasks.messages.rows import cell_of, figures_of, headline_kpi, kpi_of, own_standing, seen_in
from tasks.messages.view import Chart
from tasks.messages.wording import counted, goal_tone, period_label, period_title, segment_name
from tasks.model import Family, Severity, Status

if TYPE_CHECKING:
    from tasks.kpis.base import Kpi
    from tasks.messages.figures import Figures
    from tasks.messages.inputs import DigestInputs
    from tasks.messages.ongoing import Mark
    from tasks.model import Cell, Finding, Observation
    from tasks.rules.base import Assessment, Usual

CHART_PERIODS = 26
FEWEST_VALUES = 4
_MOST_BARS_HIGH = 200
_TICKS = 3
_TONES = {Severity.GOOD: "better", Severity.INFO: "level"}
Range = tuple[Decimal, Decimal]
_COUNTED = frozenset({Family.BINOMIAL, Family.COUNT, Family.COUNT_RATE})


@dataclass(frozen=True, slots=True)
class Beside:
    """What a chart shows besides the values: what people did, and the range expected of each."""

    marks: tuple[Mark, ...] = ()
    expected: Mapping[str, Usual] = field(default_factory=dict)

    def ranges(self, past: tuple[Observation, ...], *, counted: bool) -> tuple[Range | None, ...]:
        """Return the range of each period, in counts or in values; nothing where none is known."""
        found = tuple(self._range(one, counted=counted) for one in past)
        return found if any(found) else ()

    def _range(self, one: Observation, *, counted: bool) -> Range | None:
        usual = self.expected.get(one.period)
        if usual is None:
            return None
        times = one.denominator or Decimal(1) if counted else Decimal(1)
        return usual.low * times, usual.high * times


def digest_charts(inputs: DigestInputs, finding: Finding | None) -> tuple[Chart, ...]:
    """Return at most two charts: what the first alert is about, and the company's headline."""
    figures = figures_of(inputs)
    charts = []
    if finding:
        kpi = kpi_of(inputs, finding.cell.kpi)
        beside = Beside(inputs.marks, inputs.expected.get(finding.cell, {}))
        charts.append(finding_chart("chart-1", kpi, finding, inputs.history, figures, beside))
    headline = headline_kpi(inputs)
    if headline and not (finding and headline.key == finding.cell.kpi):
        cell = cell_of(inputs, headline)
        past = seen_in(inputs.history, cell, inputs.period.key)
        charts.append(_line(f"chart-{len(charts) + 1}", headline, past, inputs, figures))
    return tuple(chart for chart in charts if is_worth_drawing(chart))


def is_worth_drawing(chart: Chart) -> bool:
    """Return whether a chart has enough values to show more than a sentence would."""
    return sum(value is not None for value in chart.values) >= FEWEST_VALUES


def finding_chart(
    name: str,
    kpi: Kpi,
    finding: Finding,
    history: Mapping[Cell, tuple[Observation, ...]],
    figures: Figures,
    beside: Beside | None = None,
) -> Chart:
    """Return the chart of the cell a finding is about: counts as bars, everything else a line.

    The range that was expected of each period is shaded, where the KPI follows a law of chance.
    """
    past = seen_in(history, finding.cell, finding.period)[-CHART_PERIODS:]
    counts = tuple(each.numerator if _is_counted(kpi, each) else None for each in past)
    tone = _TONES.get(finding.severity, "worse")
    if kpi.family in _COUNTED and max(filter(None, counts), default=0) <= _MOST_BARS_HIGH:
        title = _title(kpi.counted or kpi.name, finding.cell)
        return _chart(
            name,
            title,
            past,
            counts,
            "count",
            figures,
            bars=True,
            tone=tone,
            usual=_usual(finding),
            beside=beside,
        )
    values = tuple(each.value for each in past)
    usual = _usual(finding) if finding.denominator is None else None
    title = _title(kpi.name, finding.cell)
    return _chart(
        name, title, past, values, _unit(past), figures, tone=tone, usual=usual, beside=beside
    )


def _is_counted(kpi: Kpi, seen: Observation) -> bool:
    """Return whether a value is a count: an imported share tells no number of customers."""
    is_share = seen.denominator is None and kpi.unit == "ratio"
    return seen.value is not None and not is_share


def _usual(finding: Finding) -> tuple[Decimal, Decimal] | None:
    if finding.low is None or finding.high is None:
        return None
    return finding.low, finding.high


def _title(subject: str, cell: Cell) -> str:
    segment = segment_name(cell.segment)
    where = f", {segment}" if segment else ""
    name = clean(subject)
    return f"{name[:1].upper()}{name[1:]}{where}, by {cell.grain}"


def _unit(past: tuple[Observation, ...]) -> str:
    return past[-1].unit if past else "count"


def _line(
    name: str, kpi: Kpi, past: tuple[Observation, ...], inputs: DigestInputs, figures: Figures
) -> Chart:
    cell = cell_of(inputs, kpi)
    shown = past[-CHART_PERIODS:]
    values = tuple(each.value for each in shown)
    return _chart(
        name,
        _title(kpi.name, cell),
        shown,
        values,
        _unit(shown),
        figures,
        usual=_usual_of(inputs.assessment, cell),
        goal=_goal(inputs, cell),
        beside=Beside(inputs.marks, inputs.expected.get(cell, {})),
    )


def _usual_of(assessment: Assessment, cell: Cell) -> tuple[Decimal, Decimal] | None:
    comparison = assessment.comparisons.get(cell)
    usual = comparison.usual if comparison else None
    return (usual.low, usual.high) if usual else None


def _goal(inputs: DigestInputs, cell: Cell) -> tuple[Decimal, str] | None:
    standing = own_standing(inputs, cell)
    if standing is None or goal_tone(standing.status) == "level":
        return None
    for limit, sign in ((standing.goal.at_least, "≥"), (standing.goal.at_most, "≤")):
        if limit is not None:
            return limit, sign
    return None


def _chart(
    name: str,
    title: str,
    past: tuple[Observation, ...],
    values: tuple[Decimal | None, ...],
    unit: str,
    figures: Figures,
    *,
    bars: bool = False,
    tone: str = "level",
    usual: tuple[Decimal, Decimal] | None = None,
    goal: tuple[Decimal, str] | None = None,
    beside: Beside | None = None,
) -> Chart:
    shown = beside or Beside()
    ranges = shown.ranges(past, counted=bars)
    newest = ranges[-1] if ranges else None
    usual = newest or usual
    last = values[-1] if values else None
    written = "no data" if last is None else figures.value(last, unit)
    range_words = _range_words(usual, unit, figures)
    imported = _imported(past, values)
    return Chart(
        name=name,
        title=title,
        alt=_alt(title, past, written, range_words, sum(imported)),
        labels=tuple(period_label(each.period) for each in past),
        values=tuple(None if value is None else float(value) for value in values),
        last=written,
        ticks=_ticks((*values, *_ends(ranges)), usual, goal, unit, figures, from_zero=bars),
        bars=bars,
        tone=tone,
        usual=(float(usual[0]), float(usual[1])) if usual else None,
        goal=float(goal[0]) if goal else None,
        legend=_legend(range_words, goal, unit, figures, has_imported=bool(imported)),
        imported=imported,
        ranges=tuple(None if one is None else (float(one[0]), float(one[1])) for one in ranges),
        marks=placed(shown.marks, past),
    )


def _ends(ranges: tuple[Range | None, ...]) -> tuple[Decimal, ...]:
    return tuple(end for one in ranges if one is not None for end in one)


def _imported(
    past: tuple[Observation, ...], values: tuple[Decimal | None, ...]
) -> tuple[bool, ...]:
    """Return which values somebody else measured; nothing where there is no such value."""
    pairs = zip(past, values, strict=True)
    found = tuple(seen.status is Status.IMPORTED and value is not None for seen, value in pairs)
    return found if any(found) else ()


def _legend(
    range_words: str,
    goal: tuple[Decimal, str] | None,
    unit: str,
    figures: Figures,
    *,
    has_imported: bool,
) -> str:
    shaded = f"Shaded: {range_words}" if range_words else ""
    dashed = f"Dashed: goal {goal[1]} {figures.tick(goal[0], unit)}" if goal else ""
    hollow = "Hollow: imported" if has_imported else ""
    return ".  ".join(part for part in (shaded, dashed, hollow) if part)


def _range_words(usual: tuple[Decimal, Decimal] | None, unit: str, figures: Figures) -> str:
    if usual is None:
        return ""
    low, high = (figures.tick(limit, unit) for limit in usual)
    return f"usual range {low}" if low == high else f"usual range {low} to {high}"


def _alt(
    title: str, past: tuple[Observation, ...], written: str, range_words: str, imported: int
) -> str:
    if not past:
        return f"{title}: no data."
    last = period_title(past[-1].period)
    usually = f"; {range_words}" if range_words else ""
    hollow = f" {counted(imported, 'value was', 'values were')} imported." if imported else ""
    return f"Chart: {title}, {len(past)} periods up to {last}. {last}: {written}{usually}.{hollow}"


def _ticks(
    values: tuple[Decimal | None, ...],
    usual: tuple[Decimal, Decimal] | None,
    goal: tuple[Decimal, str] | None,
    unit: str,
    figures: Figures,
    *,
    from_zero: bool,
) -> tuple[tuple[float, str], ...]:
    shown = [float(value) for value in values if value is not None]
    shown += [float(limit) for limit in usual or ()] + ([float(goal[0])] if goal else [])
    if from_zero or not shown:
        shown.append(0.0)
    places = nice_steps(min(shown), max(shown), whole=unit == "count")
    return tuple((place, figures.tick(Decimal(repr(place)), unit)) for place in places)


def nice_steps(low: float, high: float, *, whole: bool = False) -> tuple[float, ...]:
    """Return about three round numbers that span ``low`` to ``high``, both included."""
    raw = (high - low or abs(high) or 1.0) / _TICKS
    scale = 10.0 ** math.floor(math.log10(raw))
    step = next(size * scale for size in (1, 2, 2.5, 5, 10) if size * scale >= raw * 0.999)
    step = max(1.0, math.ceil(step)) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return tuple(round(place * step, digits) for place in range(first, max(last, first + 1) + 1))
