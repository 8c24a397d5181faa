"""How fresh a source is, held against its own silences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tasks.facts.freshness import speaks_until

START = datetime(2026, 9, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def every(step, n):
    return tuple(START + step * i for i in range(n))


def test_a_busy_desk_is_given_half_a_day():
    tickets = every(HOUR, 500)
    assert speaks_until(tickets) - tickets[-1] == 12 * HOUR


def test_a_desk_that_sleeps_at_weekends_is_given_a_weekend():
    week = every(HOUR, 100)
    tickets = (*week, *(at + 160 * HOUR for at in week))
    assert speaks_until(tickets) - tickets[-1] == 61 * HOUR


def test_a_list_of_contracts_is_given_as_long_as_between_two_of_them():
    contracts = every(timedelta(days=40), 5)
    assert speaks_until(contracts) - contracts[-1] == timedelta(days=40)


def test_an_old_gap_is_forgotten_when_there_is_enough_since():
    old = (START - timedelta(days=200),)
    tickets = (*old, *every(HOUR * 20, 40))
    assert speaks_until(tickets) - tickets[-1] == 20 * HOUR


def test_a_single_event_tells_nothing_about_silence_for_a_year():
    assert speaks_until((START,)) == START + timedelta(days=366)


def test_nothing_dated_speaks_of_no_time():
    assert speaks_until(()) is None
