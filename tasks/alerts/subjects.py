"""What do the rules have to know of each KPI?"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.kpis.base import Kpi
from tasks.model import Cell, Family
from tasks.rules.base import Subject


class Subjects:
    """The subjects of a catalogue's KPIs, found by cell."""

    def __init__(self, kpis: Iterable[Kpi], currency: str = "") -> None:
        """Take the KPIs that may be judged; money is in ``currency``."""
        self._kpis = {kpi.key: kpi for kpi in kpis}
        self._currency = currency
        self._made: dict[tuple[str, str], Subject] = {}

    def of(self, cell: Cell) -> Subject | None:
        """Return the subject of a cell, or None when its KPI is not among ours."""
        kpi = self._kpis.get(cell.kpi)
        if kpi is None:
            return None
        key = (cell.kpi, cell.variant)
        if key not in self._made:
            self._made[key] = subject_of(kpi, self._currency, cell.variant)
        return self._made[key]

    def default_variant(self, kpi: str) -> str:
        """Return the variant people mean when they name none."""
        return self._kpis[kpi].default_variant

    def __contains__(self, kpi: object) -> bool:
        """Return whether a KPI is among ours."""
        return kpi in self._kpis


def subject_of(kpi: Kpi, currency: str, variant: str | None = None) -> Subject:
    """Return what the rules have to know of ``kpi``.

    A variant in a unit of its own (CSAT as a mean score) follows no law we know of: it is shown
    beside its past, and never judged.
    """
    unit = kpi.unit if variant is None else kpi.units.get(variant, kpi.unit)
    return Subject(
        key=kpi.key,
        name=kpi.name,
        unit=unit,
        good=kpi.good_of(variant),
        family=kpi.family if unit == kpi.unit else Family.COMPOSITE,
        counted=kpi.counted,
        of=kpi.of,
        currency=currency,
        base=kpi.base,
        alarm=kpi.alarm,
    )
