"""A run that was missed is skipped once it is too late: after an outage they all come at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.lateness import MOST, overtaken, skipped

PLANNED = datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_a_run_in_time_is_done() -> None:
    assert skipped(PLANNED, PLANNED + timedelta(minutes=3)) is None
    assert skipped(PLANNED, PLANNED + MOST) is None


def test_a_run_that_comes_the_next_day_is_skipped_and_says_so() -> None:
    state = skipped(PLANNED, PLANNED + timedelta(hours=23))
    assert state is not None
    assert state.is_completed()
    assert (state.name, state.message) == (
        "Completed",
        "SkippedLate: planned 23 h earlier, and too late now; the next run does its work.",
    )


def test_a_run_that_a_newer_one_stands_in_for_names_it() -> None:
    state = overtaken(PLANNED, PLANNED + timedelta(minutes=95), PLANNED + timedelta(hours=1))
    assert state is not None
    assert state.message == (
        "SkippedLate: planned 95 min earlier; the run of 23 Nov 14:00 UTC does its work."
    )


def test_a_run_that_is_late_and_alone_is_done() -> None:
    assert overtaken(PLANNED, PLANNED + timedelta(days=3), None) is None
