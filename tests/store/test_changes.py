"""Steps from one state of the facts to the next: what changed between two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import text

from tasks.facts.stretches import Stretch
from tasks.store import Change, changed_between, current_files, open_store, state_of, swap
from tests.store.processes import at_once
from tests.store.test_manifest import MONDAYS, TUESDAYS

SOURCES = ("crm", "desk")
MARCH = Stretch("tickets", date(2026, 3, 10), date(2026, 3, 12))
SINCE_MAY = Stretch("orders", date(2026, 5, 1))
ALL_DAYS = Stretch("customers")


def state(store):
    return state_of(file.path for file in current_files(store, sources=SOURCES))


def brought(store, load, *stretches):
    swap(store, replace(load, change=Change(SOURCES, state(store), stretches)))
    return state(store)


def two_steps(store):
    first = brought(store, MONDAYS, ALL_DAYS)
    second = brought(store, TUESDAYS, MARCH)
    third = replace(TUESDAYS, id="three", files=MONDAYS.files)
    return first, second, brought(store, third, MARCH, SINCE_MAY)


def test_between_a_state_and_itself_nothing_changed(store):
    assert changed_between(store, state(store), state(store)) == ()


def test_a_step_says_which_days_it_changed(store):
    first, second, _ = two_steps(store)
    assert changed_between(store, first, second) == (MARCH,)


def test_several_steps_change_what_all_of_them_change(store):
    nothing = state(store)
    first = brought(store, MONDAYS, ALL_DAYS)
    second = brought(store, TUESDAYS, MARCH, SINCE_MAY)
    assert changed_between(store, nothing, second) == (MARCH, SINCE_MAY, ALL_DAYS)
    assert changed_between(store, second, first) is None


def test_where_a_step_is_missing_nobody_knows(store):
    first = brought(store, MONDAYS)
    swap(store, TUESDAYS)
    assert changed_between(store, first, state(store)) is None


def test_a_comparison_with_what_is_no_longer_there_is_no_step(store):
    first = brought(store, MONDAYS)
    compared = Change(SOURCES, "another state", (MARCH,))
    swap(store, replace(TUESDAYS, change=compared))
    assert changed_between(store, first, state(store)) is None


def test_files_that_stand_again_as_they_once_did_leave_nobody_sure(store):
    first, _, third = two_steps(store)
    assert first == third
    assert changed_between(store, "long ago", first) is None


def test_a_load_that_dies_leaves_neither_files_nor_step(store_url):
    with open_store(store_url) as store:
        first = brought(store, MONDAYS)
    at_once("die", store_url, processes=1)
    with open_store(store_url) as store:
        assert (state(store), changed_between(store, first, first)) == (first, ())
        with store.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM changes")) == 1
