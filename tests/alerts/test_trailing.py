"""Seven days that end where the data end: evenly spaced, and the day that runs on is fair."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tasks.alerts.trailing import in_words, including_today, is_fair, trail, whole
from tasks.calendar import Calendar
from tasks.model import Cell, Finding, Grain, Observation, Period, Severity
from tests.alerts.company import SUBJECTS, cell

WEDNESDAY = date(2026, 11, 25)
CALENDAR = Calendar("America/New_York")
LEFT = cell("logo_churn_rate", "plan", "Starter")


def left(period: str, count: int) -> Observation:
    where = Cell(LEFT.kpi, LEFT.variant, Grain.WEEK, LEFT.segment_dimension, LEFT.segment)
    day = CALENDAR.period("2026-11-25")
    return Observation(
        where.kpi,
        where.variant,
        where.grain,
        period,
        "ratio",
        day.end_at,
        where.segment_dimension,
        where.segment,
        Decimal(count),
        Decimal(61),
        61,
    )


def days(period: Period | None) -> tuple[str, str]:
    assert period is not None
    return f"{period.first_day:%d %b}", f"{period.end_day:%d %b}"


def test_the_last_seven_whole_days_end_with_yesterday() -> None:
    made = trail(CALENDAR, WEDNESDAY, weeks=3)
    assert [days(week) for week in made.weeks] == [
        ("04 Nov", "11 Nov"),
        ("11 Nov", "18 Nov"),
        ("18 Nov", "25 Nov"),
    ]
    assert made.so_far is None
    assert [week.end_at.hour for week in made.weeks] == [5, 5, 5]  # midnight in New York


def test_the_day_that_runs_on_makes_seven_days_with_the_six_before() -> None:
    made = trail(CALENDAR, WEDNESDAY, today=WEDNESDAY, weeks=3)
    assert days(made.so_far) == ("19 Nov", "26 Nov")
    assert len({period.key for period in made.periods}) == len(made.periods) == 4


@pytest.mark.parametrize("weekday", range(7))
def test_on_any_weekday_the_weeks_follow_each_other_without_a_gap(weekday: int) -> None:
    made = trail(CALENDAR, WEDNESDAY.replace(day=15 + weekday))
    ends, begins = [one.end_day for one in made.weeks[:-1]], [one.first_day for one in made.weeks]
    assert ends == begins[1:]
    assert all(made.calendar.period(week.key) == week for week in made.weeks)


def test_older_weeks_are_the_companys_own() -> None:
    made = trail(CALENDAR, WEDNESDAY, today=WEDNESDAY, weeks=2)
    own = {LEFT: tuple(left(f"2026-W{week}", week) for week in (44, 45, 46, 47))}
    computed = [left(one.key, 100 + n) for n, one in enumerate(made.periods)]
    (past,) = whole(made, computed, own).values()
    counts = [(one.period, one.numerator) for one in past]
    assert counts == [("2026-W44", 44), ("2026-W45", 45), ("2026-W46", 100), ("2026-W47", 101)]


def test_own_weeks_are_held_to_what_both_tell_of_the_same_time() -> None:
    """From Wednesday on fewer customers came in seven days than from Monday on, in every week."""
    made = trail(CALENDAR, WEDNESDAY, weeks=3)
    came = {44: 50, 45: 51, 46: 49, 47: 50}
    own = {LEFT: tuple(left(f"2026-W{week}", count) for week, count in came.items())}
    computed = [left(one.key, count) for one, count in zip(made.weeks, (40, 40, 20), strict=True)]
    (past,) = whole(made, computed, own, {LEFT.kpi}).values()
    assert [(one.period, one.numerator) for one in past] == [
        ("2026-W44", 40),  # 40 where it was 50
        ("2026-W45", 40),
        ("2026-W46", 40),
        ("2026-W47", 20),
    ]
    (same,) = whole(made, computed, own).values()
    assert same[0].numerator == 50


def test_seven_days_so_far_take_the_place_of_the_last_seven() -> None:
    made = trail(CALENDAR, WEDNESDAY, today=WEDNESDAY, weeks=2)
    computed = [left(one.key, 100 + n) for n, one in enumerate(made.periods)]
    (past,) = including_today(made, computed, whole(made, computed, {})).values()
    assert [(one.period, one.numerator) for one in past] == [("2026-W46", 100), ("2026-W47", 102)]


def test_a_segment_that_is_new_today_is_looked_at() -> None:
    made = trail(CALENDAR, WEDNESDAY, today=WEDNESDAY, weeks=2)
    (past,) = including_today(made, [left(made.periods[-1].key, 3)], {}).values()
    assert [one.numerator for one in past] == [3]


@pytest.mark.parametrize(
    ("kpi", "direction", "believed"),
    [
        ("logo_churn_rate", "up", True),
        ("logo_churn_rate", "down", False),
        ("new_customers", "down", False),
        ("revenue_net", "down", False),
        ("csat", "down", True),
        ("nps", "down", True),
        ("first_response_time", "up", True),
        ("mrr", "down", True),
        ("account_adoption_rate", "down", False),
        ("csat", "data", False),
    ],
)
def test_until_midnight_what_is_counted_can_only_rise(
    kpi: str, direction: str, *, believed: bool
) -> None:
    where = cell(kpi)
    subject = SUBJECTS.of(where)
    assert subject is not None
    found = Finding("spike", where, "2026-W47", Severity.CRITICAL, direction, "")
    assert is_fair(replace(found), subject) is believed


def test_the_sentence_says_which_seven_days() -> None:
    said = in_words("5 of 61 customers left this week. Started this week.", date(2026, 11, 23))
    assert said == "5 of 61 customers left in the 7 days to 23 November. Started in these days."
