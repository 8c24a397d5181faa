"""Which KPI had its best period for long? Good news that no rule has to be set up for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.outside import clean
from tasks.messages.rows import cell_of, figures_of, seen_in
from tasks.model import Direction

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from decimal import Decimal

    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import DigestInputs

LONG = 26
SHORTEST = 12


def records(inputs: DigestInputs, besides: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
    """Return a sentence for each KPI whose newest value beats every other of up to 26 periods.

    ``besides`` are KPIs that are told already. A KPI that was at its best a period ago too is
    growing, which is not news; a record that luck alone can set is none.
    """
    said = (_record(inputs, kpi) for kpi in inputs.kpis if kpi.key not in besides)
    return tuple(sentence for sentence in said if sentence)


def _record(inputs: DigestInputs, kpi: Kpi) -> str:
    past = seen_in(inputs.history, cell_of(inputs, kpi), inputs.period.key)[-LONG:]
    values = [each.value for each in past if each.value is not None]
    if not past or past[-1].value is None or len(values) < SHORTEST or _is_luck(inputs, kpi):
        return ""
    if not _is_best(values, kpi.good) or _is_best(values[:-1], kpi.good):
        return ""
    value = figures_of(inputs).value(values[-1], past[-1].unit)
    return f"{clean(kpi.name)} {value}: the best {inputs.period.grain} of the last {len(values)}."


def _is_luck(inputs: DigestInputs, kpi: Kpi) -> bool:
    comparison = inputs.assessment.comparisons.get(cell_of(inputs, kpi))
    if comparison is None or comparison.change is None or comparison.too_few:
        return True
    return comparison.change.chance is not None and not comparison.change.is_beyond_noise


def _is_best(values: list[Decimal], good: Direction) -> bool:
    *earlier, newest = values
    if good is Direction.NEUTRAL:
        return False
    return newest > max(earlier) if good is Direction.UP else newest < min(earlier)
