"""A company through the real door: CSV files are read, folded into a lake, and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from flows.measure import How, compute_only
from flows.steps import by_hand
from flows.sync import bring_in
from flows.workspace import opened
from tasks.model import ALL
from tasks.store import quarantined
from tests.flows.small import CONFIG

NOW = datetime(2026, 4, 15, 13, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What a company's figures of a period are, and which rows were refused, and why."""

    figures: Mapping[tuple[str, str], Fraction | str | None]
    refused: tuple[str, ...]

    def __getitem__(self, kpi: str) -> Fraction | str | None:
        """Return the figure of a KPI's first variant, or the reason why there is none."""
        return next(value for (key, _), value in self.figures.items() if key == kpi)


def through_the_door(
    folder: Path, tables: Mapping[str, str], *kpis: str, period: str = "2026-02"
) -> Told:
    """Return what comes of tables drawn with bars; ``-`` is an empty cell."""
    exports = folder / "exports"
    exports.mkdir()
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    for name, text in tables.items():
        (exports / f"{name}.csv").write_text(as_csv(text), encoding="utf-8")
    steps, how = by_hand(), How(kpis=kpis or None, all_variants=True)
    with opened(folder / "keepwell.yaml", {}) as workspace:
        synced = bring_in(steps, workspace, now=NOW)
        assert not synced.problems, synced.problems
        asked = (workspace.settings.calendar.period(period),)
        found = compute_only(steps, workspace, asked, now=NOW, how=how).observations
        rows = quarantined(workspace.store, source="exports")
    figures = {
        (one.kpi, one.variant): one.null_reason
        or Fraction(one.numerator or 0) / Fraction(one.denominator or 1)
        for one in found
        if one.segment_dimension == ALL
    }
    return Told(figures, tuple(f"{row.table} line {row.line}: {row.reason}" for row in rows))


def as_csv(text: str) -> str:
    """Return a drawn table as CSV."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return "".join(",".join("" if cell == "-" else cell for cell in line) + "\n" for line in lines)
