"""Two senders and one message: the fence lets one of them through."""

from __future__ import annotations

import pytest

from tests.faults.going import went, wrongs
from tests.faults.stores import database
from tests.faults.together import asleep, at_once

WAKES = (("slack", "after the claim"), ("slack", "intention noted"), ("slack", "taken"))


@pytest.mark.parametrize("url", [lambda: "", database], ids=["sqlite", "postgresql"])
def test_who_sends_at_the_same_time_sends_nothing_twice(url):
    one = at_once("slack", 3, url())
    assert (one.counts, one.wrongs) == ([1], [])
    assert set(one.exit_codes) == {0}


def test_who_wakes_up_after_its_lease_sends_nothing_any_more():
    assert wrongs(went(asleep, WAKES)) == {}


def test_who_sleeps_inside_a_write_keeps_others_out_and_nothing_is_sent_twice():
    one = asleep("email", "before the intention")
    assert (one.counts, one.wrongs) == ([1], [])
    assert one.errors == ["StoreUnavailable"]
