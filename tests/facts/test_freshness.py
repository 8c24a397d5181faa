"""How fresh a source is, held against its own silences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from tasks.facts.freshness import speaks_until

START = datetime(2026, 9, 1)  # noqa: DTZ001 - the lake's instants are UTC without saying so
HOUR = timedelta(hours=1)


def every(step, n):
    return [START + step * i for i in range(n)]


def allowed(events):
    """How long after its last event a source still speaks."""
    return speaks_until(np.array(events, "datetime64[us]")) - events[-1].replace(tzinfo=UTC)


def test_a_busy_desk_is_given_half_a_day():
    tickets = every(HOUR, 500)
    assert allowed(tickets) == 12 * HOUR


def test_a_desk_that_sleeps_at_weekends_is_given_a_weekend():
    week = every(HOUR, 100)
    tickets = [*week, *(at + 160 * HOUR for at in week)]
    assert allowed(tickets) == 61 * HOUR


def test_a_list_of_contracts_is_given_as_long_as_between_two_of_them():
    contracts = every(timedelta(days=40), 5)
    assert allowed(contracts) == timedelta(days=40)


def test_an_old_gap_is_forgotten_when_there_is_enough_since():
    tickets = [START - timedelta(days=200), *every(HOUR * 20, 40)]
    assert allowed(tickets) == 20 * HOUR


def test_a_single_event_tells_nothing_about_silence_for_a_year():
    assert allowed([START]) == timedelta(days=366)


def test_nothing_dated_speaks_of_no_time():
    assert speaks_until(np.array([], "datetime64[us]")) is None
