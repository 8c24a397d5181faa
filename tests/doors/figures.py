"""What does a company come to by one door? Every KPI of a week, a month and a quarter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from flows.measure import How, compute_only
from flows.steps import by_hand
from flows.sync import bring_in
from flows.workspace import opened
from tasks.model import Observation
from tasks.sample import Company
from tests.doors.places import Door, configured
from tests.doubles.sample_company import Exports

PERIODS = ("2026-W47", "2026-10", "2026-Q3")
Cell = tuple[str, str, str]  # KPI, variant, period
Figures = Mapping[Cell, Observation]


def figures(company: Company, door: Door) -> Figures:
    """The figures of the whole company, by KPI, variant and period."""
    folder = company.folder / "".join(letter for letter in door.name if letter.isalpha())
    folder.mkdir()
    with door.opened(Exports(company.folder), company.now) as sources:
        path = Path(folder, company.configuration.name)
        path.write_text(configured(sources), encoding="utf-8")
        with opened(path, os.environ) as workspace:
            bring_in(by_hand(), workspace, now=company.now)
            periods = [workspace.settings.calendar.period(one) for one in PERIODS]
            how = How()
            found = compute_only(by_hand(), workspace, periods, now=company.now, how=how)
    return {
        (one.kpi, one.variant, str(one.period)): one
        for one in found.observations
        if one.segment_dimension == "ALL"
    }


def parts(one: Observation | None) -> tuple[object, ...] | None:
    """What has to be equal."""
    return one and (one.numerator, one.denominator, one.n, one.null_reason)
