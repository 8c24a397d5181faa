"""A stream is read by one at a time, and its cursor never moves without its page."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.errors import LeaseLost
from tasks.store import (
    LandedPage,
    StreamRun,
    begin_reading,
    end_listing,
    forget_generations,
    land_page,
    move_cursor,
    pages_of,
    runs_of,
    start_listing_over,
    start_over,
    stop_reading,
    stream_state,
    swap_pages,
)
from tests.store.drawn import NOW

ROOT = Path(__file__).parents[2]


def reading(store, settings="a", **more):
    return begin_reading(store, "crm", "deals", settings, **more)


def page(number, cursor_out="next", **more):
    return LandedPage(number, 0, f"{number}.gz", 10, 100, "00", None, cursor_out, NOW, **more)


def run(**more):
    return StreamRun("crm", "deals", 0, NOW, NOW, **more)


def state(store):
    return stream_state(store, "crm", "deals")


def test_nobody_has_read_it_yet(store):
    assert state(store) is None
    assert reading(store).state.cursor is None


def test_a_page_and_its_cursor_are_there_together(store):
    mine = reading(store)
    land_page(mine, page(0, "c1"))
    land_page(mine, page(1, "c2"))
    assert (state(store).cursor, state(store).version) == ("c2", 2)
    assert [each.cursor_out for each in pages_of(store, state(store))] == ["c1", "c2"]


def test_a_page_that_cannot_be_entered_does_not_move_the_cursor(store):
    mine = reading(store)
    land_page(mine, page(0, "c1"))
    before = state(store)
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        land_page(mine, page(0, "c2"))
    assert state(store) == before


def test_the_second_reader_gets_nothing_until_the_first_is_done(store):
    first = reading(store)
    assert reading(store) is None
    stop_reading(first, run())
    assert reading(store) is not None


def test_a_lease_that_ran_out_is_taken_over_and_the_first_can_write_no_more(store):
    first = reading(store, lease_s=0)
    second = reading(store)
    with pytest.raises(LeaseLost):
        land_page(first, page(0))
    land_page(second, page(0))
    stop_reading(first, run())  # must not give back what is no longer its own
    assert reading(store) is None


def test_a_dead_reader_is_no_reader(store, store_url):
    child = "import sys; from tests.store.test_streams import *; from tasks.store import open_store"
    die = "reading(open_store(sys.argv[1])); import os; os._exit(0)"
    subprocess.run([sys.executable, "-c", f"{child}; {die}", store_url], cwd=ROOT, check=True)
    assert reading(store) is not None


def test_a_whole_listing_has_a_watermark(store):
    mine = reading(store)
    land_page(mine, page(0, None))
    end_listing(mine, NOW)
    assert (state(store).complete_round, state(store).round) == (0, 1)
    assert state(store).watermark == NOW
    move_cursor(mine, "later")
    assert (state(store).cursor, state(store).version) == ("later", 1)


def test_other_settings_begin_a_new_generation(store):
    mine = reading(store)
    land_page(mine, page(0, "c1"))
    end_listing(mine, NOW)
    stop_reading(mine, run())
    other = reading(store, "b")
    assert (other.state.generation, other.state.cursor, other.state.watermark) == (1, None, None)
    assert pages_of(store, other.state) == ()
    land_page(other, page(other.state.version))
    assert len(pages_of(store, replace(other.state, generation=0))) == 1


def test_earlier_generations_are_forgotten_when_the_new_one_is_whole(store):
    mine = reading(store)
    land_page(mine, page(0))
    start_over(mine)
    old = replace(mine.state, generation=0)
    forget_generations(mine)
    assert len(pages_of(store, old)) == 1
    land_page(mine, page(1))
    end_listing(mine, NOW)
    forget_generations(mine)
    assert (pages_of(store, old), len(pages_of(store, mine.state))) == ((), 1)


def test_a_listing_that_starts_over_is_another_one(store):
    mine = reading(store)
    land_page(mine, page(0, "c1"))
    start_listing_over(mine)
    assert (state(store).cursor, state(store).round, state(store).complete_round) == (None, 1, None)


def test_one_page_takes_the_place_of_those_before_it(store):
    mine = reading(store)
    for number in range(4):
        land_page(mine, page(number))
    swap_pages(mine, replace(page(2), path="compacted.gz"))
    assert [each.path for each in pages_of(store, state(store))] == ["compacted.gz", "3.gz"]


def test_runs_are_told_newest_first(store):
    for number in range(2):
        mine = reading(store)
        begun = NOW + timedelta(hours=number)
        stop_reading(mine, replace(run(rows=number, problem="x" * number), started_at=begun))
    assert [each.rows for each in runs_of(store, "crm", stream="deals")] == [1, 0]
    assert runs_of(store, "other") == ()
