"""Two senders and one message: the fence lets one of them through."""

from __future__ import annotations

from tests.faults.conftest import begun
from tests.faults.stores import database
from tests.faults.together import asleep, at_once


def on_postgres(does, *arguments):
    return does(*arguments, database())


@begun(at_once, ("slack", 3), ("email", 2))
def test_who_sends_at_the_same_time_sends_nothing_twice(went):
    assert (went.counts, went.wrongs) == ([1], [])
    assert set(went.exit_codes) == {0}


@begun(on_postgres, (at_once, "slack", 3), ids=["slack, 3"])
def test_nor_on_postgresql(went):
    assert (went.counts, went.wrongs) == ([1], [])
    assert set(went.exit_codes) == {0}


@begun(asleep, ("slack", "after the claim"), ("slack", "intention noted"), ("slack", "taken"))
def test_who_wakes_up_after_its_lease_sends_nothing_any_more(went):
    assert (went.counts, went.wrongs) == ([1], [])


@begun(asleep, ("email", "before the intention"))
def test_who_sleeps_inside_a_write_keeps_others_out_and_nothing_is_sent_twice(went):
    assert (went.counts, went.wrongs) == ([1], [])
    assert went.errors == ["StoreUnavailable"]
