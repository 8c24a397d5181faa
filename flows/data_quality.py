"""Data quality: are the sources fresh, do the books balance, and is every row accounted for?"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.artifacts import table
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.reporting import leave_report, tell_stale
from flows.showing import KNOWN, Run, shown
from flows.soundness import STALE, Soundness, soundness
from flows.workspace import opened

MOST_SAID = 3  # doubts that stand in the sentence of the state; all are in the table


@flow(name="data-quality", flow_run_name="data quality")
def data_quality(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Look at the data themselves: fresh, balanced, complete? Operators hear of it when not.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    moment = now or datetime.now(UTC)
    return shown("data-quality", lambda run: _look(run, Path(config), moment))


def _look(run: Run, config: Path, now: datetime) -> State[object]:
    with opened(config, os.environ) as workspace:
        found = soundness(workspace, now)
        tell_stale(workspace, now)
        if {one.kind for one in found.doubts} == {STALE}:
            run.tagged(KNOWN)  # notice tells of each source by itself
        state = verdict(found)
        links = {"what was found": table("data-quality", found.rows(), "What was found")}
        leave_report(run, workspace, "data quality", (), state, links)
    return state


def verdict(found: Soundness) -> State[object]:
    """Return how the run ended: red as soon as anything is wrong, with a sentence."""
    if not found.doubts:
        return Completed(message=" ".join(["Nothing is wrong.", *found.remarks]))
    said = [str(one) for one in found.doubts[:MOST_SAID]]
    rest = len(found.doubts) - len(said)
    more = [f"{rest} more: see the table."] if rest else []
    return Failed(name=found.doubts[0].kind.title().replace(" ", ""), message=" ".join(said + more))
