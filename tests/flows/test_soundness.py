"""Data quality: what is stale, withheld, lost or damaged is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from flows.data_quality import verdict
from flows.lakeside import files_now
from flows.soundness import FILES, ROWS, STALE, Soundness, soundness
from flows.steps import by_hand
from flows.sync import bring_in
from flows.workspace import Workspace, opened
from tasks.store.tables import table_totals
from tests.flows.small import NOW

MONDAY = datetime.fromisoformat(NOW)


@pytest.fixture
def workspace(company: Path) -> Iterator[Workspace]:
    """A company whose exports are loaded."""
    with opened(company / "keepwell.yaml", {}) as opened_:
        bring_in(by_hand(), opened_, now=MONDAY)
        yield opened_


def kinds(found: Soundness) -> list[str]:
    return [one.kind for one in found.doubts]


def test_nothing_is_wrong_with_data_that_are_sound(workspace: Workspace) -> None:
    found = soundness(workspace, MONDAY)
    assert found.doubts == ()
    assert found.remarks[-1] == "22 rows read, 22 loaded, 0 in quarantine."
    assert verdict(found).is_completed()


def test_a_source_that_is_silent_is_stale(workspace: Workspace) -> None:
    found = soundness(workspace, MONDAY + timedelta(days=270))
    assert kinds(found) == [STALE]
    assert verdict(found).name == "Stale"
    assert str(verdict(found).message).startswith("exports is ")


def test_a_file_of_the_lake_that_is_gone_is_found(workspace: Workspace) -> None:
    lost = files_now(workspace)[0]
    (workspace.settings.lake_path / lost.path).unlink()
    found = soundness(workspace, MONDAY)
    assert kinds(found) == [FILES]
    assert str(found.doubts[0]) == f"exports: 1 file of the lake gone or cut, such as {lost.path}."
    assert "sync --source exports" in found.rows()[0]["what to do"]


def test_a_file_of_the_lake_that_was_cut_is_found(workspace: Workspace) -> None:
    file = workspace.settings.lake_path / files_now(workspace)[0].path
    file.write_bytes(file.read_bytes()[:-10])
    assert kinds(soundness(workspace, MONDAY)) == [FILES]


def test_a_row_that_is_neither_loaded_nor_refused_is_lost(workspace: Workspace) -> None:
    with workspace.store.writing("manifest") as connection:
        connection.execute(update(table_totals).values(read=table_totals.c.read + 1))
    found = soundness(workspace, MONDAY)
    assert set(kinds(found)) == {ROWS}
    assert "of 12 rows of customers, 11 are loaded and 0 in quarantine" in str(found.doubts)


def test_the_sentence_of_a_run_names_three_and_counts_the_rest(workspace: Workspace) -> None:
    one = soundness(workspace, MONDAY + timedelta(days=270)).doubts[0]
    state = verdict(Soundness((one,) * 5, ()))
    assert str(state.message).endswith("2 more: see the table.")
