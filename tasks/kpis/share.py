"""A share: how many of those who could; more than all of them is no share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.kpis.value import Components, Measure, Ratio, Samples, Terms, as_terms
from tasks.model import NullReason


@dataclass(frozen=True, eq=False)
class Share(Ratio):
    """A ratio of a part to its whole, counted by two parties.

    Where the part is larger the whole is not all there (answers to last month's letters, sends
    that were never listed), and so there is no value. Its ``n`` is the whole, not the rows that
    add up to it.
    """

    def components(self, samples: Samples) -> Components:
        """Return part and whole, or why there is no share."""
        parts = Ratio.components(self, samples)
        if parts.numerator is None or parts.denominator is None:
            return parts
        if parts.numerator > parts.denominator:
            return Components(
                denominator=parts.denominator, null_reason=NullReason.INSUFFICIENT_INPUTS
            )
        return replace(parts, n=int(parts.denominator))


def share(
    part: Measure | Terms,
    whole: Measure | Terms,
    *,
    empty: NullReason = NullReason.ZERO_DENOMINATOR,
) -> Share:
    """Return a part over its whole."""
    return Share(as_terms(part), as_terms(whole), empty)
