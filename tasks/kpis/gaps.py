"""What is a value worth of which a part was never counted, as a sensor was down?

What was counted is shown, as provisional until the gap is filled; where nothing was counted there
is no value. A gap is never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.kpis.value import Components, Measure, Samples, Value, squared
from tasks.model import NullReason


@dataclass(frozen=True, eq=False)
class Partial:
    """A value with how many units were ``counted``, and how many were ``missed``."""

    of: Value
    counted: Measure
    missed: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the value, and what tells how much of it is there."""
        return (*self.of.measures, self.counted, self.missed)

    @property
    def squared(self) -> tuple[Measure, ...]:
        """The measures of the value whose sums of squares are kept."""
        return squared(self.of)

    def components(self, samples: Samples) -> Components:
        """Return the value, marked where a unit was missed; no value where none was counted."""
        if not samples(self.counted).n:
            return Components(n=0, null_reason=NullReason.INSUFFICIENT_INPUTS)
        missed = samples(self.missed).n > 0
        return replace(self.of.components(samples), is_partial=missed)


def partial(of: Value, *, counted: Measure, missed: Measure) -> Partial:
    """Return a value that is not final as long as a unit of it was missed."""
    return Partial(of, counted, missed)
