"""A store's clock that is wrong, or jumps, doubles nothing and holds nothing up."""

from __future__ import annotations

from tests.faults.clocks import CLOCKS, told
from tests.faults.conftest import begun


def with_clock(name: str):
    return told("slack", *CLOCKS[name])


@begun(
    with_clock,
    ("an hour ahead, then right",),
    ("right, then an hour behind",),
    ("an hour ahead all along",),
)
def test_a_message_that_was_taken_is_found_whatever_the_clock_says(went):
    assert (went.counts, went.wrongs) == ([1], [])
