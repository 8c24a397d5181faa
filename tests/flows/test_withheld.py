"""What is withheld is said with its reason in every digest of that period, not only the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.datanotes import notes_of
from flows.ledger import MEASURE, note
from flows.workspace import opened
from tasks.model import ALL, NullReason
from tasks.store import read, record
from tests.flows.small import Keepwell

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
LEAK = "Revenue withheld: opening + movements is not closing."


def test_the_reason_stays_as_long_as_values_are_withheld(keepwell: Keepwell, company: Path) -> None:
    keepwell("digest", "--preview")
    with opened(company / "keepwell.yaml", {}) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        note(workspace, MEASURE, ALL, NOW, {"withheld": {"2026-W09": [LEAK]}})
        assert LEAK not in [one.text for one in notes_of(workspace, week)]
        (mrr,) = read(workspace.store, kpis=("mrr",), periods=("2026-W09",), dimension=ALL)
        gone = replace(mrr, numerator=None, null_reason=NullReason.WITHHELD)
        record(workspace.store, [gone], recorded_at=NOW)
        note(workspace, MEASURE, ALL, NOW, {"withheld": {}})
        assert LEAK in [one.text for one in notes_of(workspace, week)]
