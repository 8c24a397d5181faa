"""How people write a length of time: 90m, 26h, 2d."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.config.notation import read_span


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("90m", timedelta(minutes=90)),
        ("90 min", timedelta(minutes=90)),
        ("26h", timedelta(hours=26)),
        (" 2D ", timedelta(days=2)),
        ("0h", timedelta(0)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_a_length_of_time(written: object, length: timedelta) -> None:
    assert read_span(written) == length


@pytest.mark.parametrize("written", ["", "4", "h", "4 weeks", "-1h", "1.5h", 4, None])
def test_what_is_no_length_of_time_says_how_one_is_written(written: object) -> None:
    with pytest.raises(ValueError, match="is not a length of time") as caught:
        read_span(written)
    assert "90m, 26h or 2d" in str(caught.value)
