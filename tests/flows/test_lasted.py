"""An alert that a day opened and a week ended is told in weeks."""

from __future__ import annotations

from flows.lasted import in_grain_of, is_same, known_as, periods_between
from tasks.calendar import Calendar

CALENDAR = Calendar()
SUNDAY, WEEK_46, WEEK_48 = map(CALENDAR.period, ("2026-11-15", "2026-W46", "2026-W48"))


def test_a_day_that_opened_an_alert_is_part_of_the_first_week() -> None:
    first = in_grain_of(WEEK_48, SUNDAY, CALENDAR)
    assert first == WEEK_46
    assert periods_between(first, WEEK_48) == 3
    assert in_grain_of(WEEK_48, WEEK_46, CALENDAR) == WEEK_46


def test_the_same_days_are_the_same_whatever_they_are_called() -> None:
    assert is_same(WEEK_46, known_as(WEEK_46, CALENDAR))
    assert not is_same(WEEK_46, WEEK_48)
