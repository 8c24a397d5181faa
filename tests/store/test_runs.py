"""The ledger of what ran, and how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.errors import WrongUse
from tasks.store import Outcome, Run, finish_run, runs, start_run
from tests.store.drawn import NOW

LATER = NOW + timedelta(minutes=5)


def test_a_run_that_ended_says_how(store):
    number = start_run(store, "sync", "crm", NOW)
    finish_run(store, number, Outcome.DONE, {"rows": 600, "refused": {"tickets": 2}}, LATER)
    assert runs(store) == (
        Run(
            id=number,
            kind="sync",
            subject="crm",
            started_at=NOW,
            finished_at=LATER,
            outcome=Outcome.DONE,
            summary={"rows": 600, "refused": {"tickets": 2}},
        ),
    )


def test_a_run_that_was_killed_has_no_end(store):
    number = start_run(store, "digest", "2026-W14", NOW)
    assert runs(store) == (Run(number, "digest", "2026-W14", NOW),)


def test_the_newest_run_comes_first_though_a_clock_was_ahead(store):
    for minute, kind in enumerate(["sync", "measure", "sync", "digest"]):
        start_run(store, kind, str(minute), NOW + timedelta(minutes=minute))
    start_run(store, "digest", "the clock is right again", NOW)

    assert [run.subject for run in runs(store)] == ["the clock is right again", "3", "2", "1", "0"]
    assert [run.subject for run in runs(store, kind="sync")] == ["2", "0"]
    assert [run.subject for run in runs(store, limit=2)] == ["the clock is right again", "3"]


def test_a_run_ends_once(store):
    number = start_run(store, "sync", "crm", NOW)
    finish_run(store, number, Outcome.FAILED, {}, LATER)
    for unknown in (number, number + 1):
        with pytest.raises(WrongUse, match=f"no run {unknown} that still goes on"):
            finish_run(store, unknown, Outcome.DONE, {}, LATER)
    assert [run.outcome for run in runs(store)] == [Outcome.FAILED]
