"""Backfill: read and measure a stretch of the past again; nothing is ever sent."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.asking import asked
from flows.measure import How, measure_on
from flows.parameters import CONFIG, ConfigFile, Moment, PeriodKey
from flows.steps import on_prefect
from flows.workspace import opened


@flow(name="backfill", flow_run_name="backfill {first} to {last}")
def backfill(
    first: PeriodKey, last: PeriodKey, config: ConfigFile = CONFIG, now: Moment | None = None
) -> State[object]:
    """Read and measure a stretch of the past again; nothing is ever sent.

    Args:
        first: The first period, such as 2025-01, 2025-W07 or 2025-Q1.
        last: The last period; it is included.
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    moment = now or datetime.now(UTC)
    with opened(Path(config), os.environ) as workspace:
        wanted = asked(workspace.settings.calendar, None, first, last)
        result = measure_on(on_prefect(), workspace, wanted, now=moment, how=How())
    return Completed(message=f"{result.new} values are new or changed.")
