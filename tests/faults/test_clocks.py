"""A store's clock that is wrong, or jumps, doubles nothing and holds nothing up."""

from __future__ import annotations

from tests.faults.clocks import CLOCKS, told
from tests.faults.going import went, wrongs

WRONG = ("an hour ahead, then right", "right, then an hour behind", "an hour ahead all along")


def test_a_message_that_was_taken_is_found_whatever_the_clock_says():
    found = went(told, [("slack", *CLOCKS[name]) for name in WRONG])
    assert wrongs(found) == {}
    assert all(one.counts == [1] for one in found.values())
