"""Who reads of an alert later is told of which days it was said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.alerts.dated import dated
from tests.alerts.lives import lived, sign, signs


@pytest.mark.parametrize(
    ("key", "said", "read"),
    [
        ("2026-11-25", "5 left that day. Started that day.", "5 left on 25 November 2026. Started then."),
        ("2026-W47", "5 left this week.", "5 left in the 7 days to 22 November 2026."),
        ("2026-11", "5 left this month.", "5 left in November 2026."),
        ("2026-W47", "5 left in the 7 days to 21 November.", "5 left in the 7 days to 21 November."),
    ],
)  # fmt: skip
def test_the_days_are_named(key, said, read):
    (step,) = lived([sign(key, "!")])
    assert dated(replace(step.episode, sentence=said)) == read


def test_it_is_the_days_of_the_loudest_sign():
    episode = lived(signs("!X!"))[-1].episode
    assert dated(replace(episode, sentence="9 left this week.")) == (
        "9 left in the 7 days to 11 October 2026."
    )
