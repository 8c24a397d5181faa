"""How many minutes a company was open, and on which days it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tasks.calendar import (
    BusinessHours,
    Calendar,
    business_days,
    business_minutes,
    check_country,
    holidays_of,
)
from tasks.errors import WrongUse

NEW_YORK = Calendar("America/New_York")
OFFICE = BusinessHours()
THANKSGIVING = date(2026, 11, 26)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-18 10:00", "2026-11-18 10:30", "30"),
        ("2026-11-18 08:00", "2026-11-18 09:30", "30"),
        ("2026-11-18 16:30", "2026-11-18 20:00", "30"),
        ("2026-11-18 20:00", "2026-11-19 08:59", "0"),
        ("2026-11-20 16:00", "2026-11-23 10:00", "120"),  # over a weekend
        ("2026-11-21 10:00", "2026-11-22 10:00", "0"),  # a weekend
        ("2026-11-25 16:00", "2026-11-27 10:00", "120"),  # over a holiday
        ("2026-03-06 16:00", "2026-03-09 10:00", "120"),  # the clocks changed on the Sunday
        ("2026-11-18 10:00:30", "2026-11-18 10:01:15", "0.75"),
        ("2026-11-18 10:30", "2026-11-18 10:00", "-30"),
    ],
)
def test_only_opening_time_counts(start: str, end: str, minutes: str) -> None:
    hours = BusinessHours(holidays=frozenset({THANKSGIVING}))
    assert business_minutes(NEW_YORK, hours, local(start), local(end)) == Decimal(minutes)


@pytest.mark.parametrize(
    ("opens", "closes", "day", "minutes"),
    [
        (time(0), time(0), "2026-03-08", 23 * 60),
        (time(0), time(0), "2026-11-01", 25 * 60),
        (time(1), time(4), "2026-03-08", 2 * 60),
        (time(2, 30), time(4), "2026-03-08", 60),  # 02:30 is skipped: open from 03:00
        (time(1), time(4), "2026-11-01", 4 * 60),
        (time(0, 30), time(1, 30), "2026-11-01", 2 * 60),  # closes at the second 01:30
    ],
)
def test_a_change_of_the_clocks_in_opening_time_is_an_hour_more_or_less(
    opens: time, closes: time, day: str, minutes: int
) -> None:
    always = BusinessHours(frozenset(range(7)), opens, closes)
    first = date.fromisoformat(day)
    before, after = business_days(NEW_YORK, always, first, first + timedelta(days=2))
    assert after.minutes_before - before.minutes_before == minutes


def test_the_table_has_a_row_for_every_day_and_a_closed_day_has_no_length() -> None:
    rows = business_days(NEW_YORK, OFFICE, date(2026, 11, 20), date(2026, 11, 24))
    assert [(str(row.day), int(row.minutes_before)) for row in rows] == [
        ("2026-11-20", 0),
        ("2026-11-21", 480),
        ("2026-11-22", 480),
        ("2026-11-23", 480),
    ]
    friday, saturday, *_ = rows
    assert friday.opens_at == datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert friday.closes_at == datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert saturday.opens_at == saturday.closes_at


def test_the_first_working_day_skips_weekends_and_holidays() -> None:
    hours = BusinessHours(holidays=frozenset({THANKSGIVING, date(2026, 11, 27)}))
    assert hours.first_working_day_after(date(2026, 11, 22)) == date(2026, 11, 23)
    assert hours.first_working_day_after(date(2026, 11, 25)) == date(2026, 11, 30)
    assert not hours.is_working_day(THANKSGIVING)


@pytest.mark.parametrize(
    ("days", "opens", "closes", "said"),
    [
        ({0}, time(17), time(9), "business hours close at 09:00, not after 17:00; let them close"),
        (set(), time(9), time(17), "business hours name no weekday; name at least one"),
        ({7}, time(9), time(17), "business hours name no weekday; name at least one"),
    ],
)
def test_hours_that_never_open_are_refused(
    days: set[int], opens: time, closes: time, said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        BusinessHours(frozenset(days), opens, closes)


@pytest.mark.parametrize(
    ("country", "holiday", "is_off"),
    [
        ("US", "2026-07-04", True),
        ("US", "2026-11-26", True),
        ("US", "2026-11-27", False),
        ("US-CA", "2026-03-31", True),  # Cesar Chavez Day
        ("DE", "2026-01-06", False),
        ("DE-BY", "2026-01-06", True),  # Epiphany
    ],
)
def test_a_country_has_its_holidays(country: str, holiday: str, is_off: bool) -> None:
    assert (date.fromisoformat(holiday) in holidays_of(country, [2026])) is is_off


def test_a_list_of_dates_is_its_own_holidays() -> None:
    assert holidays_of(["2026-12-24", date(2026, 12, 31)], [2026]) == {
        date(2026, 12, 24),
        date(2026, 12, 31),
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("XX", "no holidays are known for 'XX'; use a code such as US, DE-BY."),
        ("us", "no holidays are known for 'us'; use a code such as US, DE-BY."),
        ("AT-X", "no holidays are known for 'AT-X'; known for AT: 1, 2"),
    ],
)
def test_a_country_nobody_knows_is_refused(code: str, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        check_country(code)
    assert str(caught.value).startswith(said)
