"""Which figures are outside their usual range, on which side of it, and is that good?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.messages.ongoing import MUTED
from tasks.messages.outside import clean
from tasks.messages.rows import cell_of, figures_of, seen_in, side_of
from tasks.messages.wording import MISSED, is_good

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import DigestInputs

MOST_NAMED = 3
_GOOD = {True: "good", False: "bad"}


@dataclass(frozen=True, slots=True)
class Unusual:
    """One KPI ``above`` or ``below`` its usual range; ``is_good`` is None where neither is."""

    kpi: Kpi
    side: str
    is_good: bool | None

    def __str__(self) -> str:
        """Return ``MRR (above, good)``."""
        words = [self.side, *([_GOOD[self.is_good]] if self.is_good is not None else [])]
        return f"{clean(self.kpi.name)} ({', '.join(words)})"


def unusual(inputs: DigestInputs) -> tuple[Unusual, ...]:
    """Return the KPIs outside their usual range of which no alert speaks, what is bad first.

    Nor is what somebody has muted named, or what misses its goal. An alert speaks for its own KPI,
    and for what is bad of those that follow from it.
    """
    told = {alert.kpi for alert in inputs.alerts}
    told |= {one.cell.kpi for one in inputs.assessment.standings if one.status in MISSED}
    told |= {one.cell.kpi for one in inputs.open_alerts if one.phase == MUTED}
    found = [one for one in _outside(inputs) if one.kpi.key not in told]
    left = [one for one in found if one.is_good or one.kpi.key not in inputs.spoken_for]
    return tuple(sorted(left, key=lambda one: (one.is_good is not False, one.is_good is None)))


def listed(found: Sequence[Unusual]) -> str:
    """Return ``outside the usual range: Churned MRR (above, bad), MRR (above, good), 2 more``."""
    rest = len(found) - MOST_NAMED
    named = [str(one) for one in found[:MOST_NAMED]]
    return (
        f"outside the usual range: {', '.join([*named, *([f'{rest} more'] if rest > 0 else [])])}"
    )


def in_brief(found: Sequence[Unusual]) -> str:
    """Return ``MRR above its usual range``, or how many figures are outside of theirs."""
    if len(found) > 1:
        return f"{len(found)} figures outside their usual range"
    return f"{clean(found[0].kpi.name)} {found[0].side} its usual range" if found else ""


def _outside(inputs: DigestInputs) -> Iterator[Unusual]:
    figures = figures_of(inputs)
    for kpi in inputs.kpis:
        cell = cell_of(inputs, kpi)
        newest = seen_in(inputs.history, cell, inputs.period.key)[-1:]
        side = side_of(
            inputs.assessment.comparisons.get(cell), newest[-1] if newest else None, figures
        )
        if side:
            yield Unusual(kpi, side, is_good(kpi, side))
