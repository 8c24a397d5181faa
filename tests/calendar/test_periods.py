"""Which days a period has, when it begins, and what it is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tasks.calendar import Calendar
from tasks.errors import WrongUse
from tasks.model import Grain

NEW_YORK = Calendar("America/New_York")
FROM_FEBRUARY = Calendar("America/New_York", fiscal_year_start=2)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "first_day", "end_day"),
    [
        ("2026-11-21", "2026-11-21", "2026-11-22"),
        ("2026-W47", "2026-11-16", "2026-11-23"),
        ("2026-11", "2026-11-01", "2026-12-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-12-31", "2026-12-31", "2027-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        (" 2026-02 ", "2026-02-01", "2026-03-01"),
    ],
)
def test_a_period_has_the_days_its_key_names(key: str, first_day: str, end_day: str) -> None:
    period = NEW_YORK.period(key)
    assert (str(period.first_day), str(period.end_day)) == (first_day, end_day)
    assert str(period) == key.strip()


@pytest.mark.parametrize(
    ("key", "first_day", "end_day"),
    [
        ("2026", "2025-02-01", "2026-02-01"),
        ("2027", "2026-02-01", "2027-02-01"),
        ("2026-Q1", "2025-02-01", "2025-05-01"),
        ("2026-Q4", "2025-11-01", "2026-02-01"),
        ("2026-11", "2026-11-01", "2026-12-01"),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends(
    key: str, first_day: str, end_day: str
) -> None:
    period = FROM_FEBRUARY.period(key)
    assert (str(period.first_day), str(period.end_day)) == (first_day, end_day)


@pytest.mark.parametrize(
    ("day", "quarter", "year"),
    [
        ("2026-01-31", "2026-Q4", "2026"),
        ("2026-02-01", "2027-Q1", "2027"),
        ("2026-04-30", "2027-Q1", "2027"),
        ("2026-05-01", "2027-Q2", "2027"),
    ],
)
def test_a_day_belongs_to_its_fiscal_quarter_and_year(day: str, quarter: str, year: str) -> None:
    on = date.fromisoformat(day)
    assert FROM_FEBRUARY.containing(Grain.QUARTER, on).key == quarter
    assert FROM_FEBRUARY.containing(Grain.YEAR, on).key == year


@pytest.mark.parametrize(
    ("week_start", "first_day"),
    [
        (0, "2026-11-16"),  # Monday
        (3, "2026-11-19"),  # Thursday
        (4, "2026-11-13"),  # Friday
        (5, "2026-11-14"),  # Saturday
        (6, "2026-11-15"),  # Sunday
    ],
)
def test_week_47_holds_the_thursday_of_iso_week_47(week_start: int, first_day: str) -> None:
    week = Calendar(week_start=week_start).period("2026-W47")
    assert str(week.first_day) == first_day
    assert date(2026, 11, 19) in {week.first_day + timedelta(days=n) for n in range(7)}


def test_some_years_have_a_week_53() -> None:
    last = NEW_YORK.period("2026-W53")
    assert (last.first_day, last.end_day) == (date(2026, 12, 28), date(2027, 1, 4))
    assert NEW_YORK.following(last).key == "2027-W01"
    assert NEW_YORK.containing(Grain.WEEK, date(2027, 1, 3)) == last


@pytest.mark.parametrize(
    ("zone", "day", "starts", "hours"),
    [
        ("America/New_York", "2026-03-08", "2026-03-08 05:00", 23),
        ("America/New_York", "2026-11-01", "2026-11-01 04:00", 25),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00", 23),  # begins at 01:00
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17 02:00", 25),  # ends with 23:00 twice
        ("Asia/Beirut", "2024-03-31", "2024-03-30 22:00", 23),  # begins at 01:00
        ("Asia/Beirut", "2024-10-26", "2024-10-25 21:00", 25),  # ends with 23:00 twice
        ("America/Havana", "2024-03-10", "2024-03-10 05:00", 23),  # begins at 01:00
        ("America/Havana", "2024-11-03", "2024-11-03 04:00", 25),  # begins with 00:00 twice
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03 13:30", 23.5),
        ("Asia/Kathmandu", "2026-10-04", "2026-10-03 18:15", 24),
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", 0),  # a day that never was
        ("America/St_Johns", "2006-10-29", "2006-10-29 03:30", 24),  # 00:00 came back after 00:01
        ("UTC", "2026-10-04", "2026-10-04 00:00", 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, day: str, starts: str, hours: float) -> None:
    period = Calendar(zone).period(day)
    assert period.start_at == utc(starts)
    assert period.end_at - period.start_at == timedelta(hours=hours)


def test_an_instant_belongs_to_the_company_s_own_day() -> None:
    assert NEW_YORK.local_day(utc("2026-03-01 04:59")) == date(2026, 2, 28)
    assert NEW_YORK.local_day(utc("2026-03-01 05:00")) == date(2026, 3, 1)
    with pytest.raises(WrongUse, match="has no time zone; give one"):
        NEW_YORK.local_day(datetime(2026, 3, 1))  # noqa: DTZ001  # that is the point


def test_a_minute_that_falls_back_into_yesterday_stays_with_yesterday() -> None:
    """In St John's, 2006, one minute after midnight the clocks went back to 23:01."""
    calendar = Calendar("America/St_Johns")
    assert calendar.local_day(utc("2006-10-29 02:30")) == date(2006, 10, 28)
    assert calendar.local_day(utc("2006-10-29 03:29")) == date(2006, 10, 28)
    assert calendar.local_day(utc("2006-10-29 03:30")) == date(2006, 10, 29)


@pytest.mark.parametrize(
    ("grain", "now", "key"),
    [
        (Grain.WEEK, "2026-11-23 04:59", "2026-W46"),
        (Grain.WEEK, "2026-11-23 05:00", "2026-W47"),
        (Grain.DAY, "2026-11-23 04:59", "2026-11-21"),
        (Grain.MONTH, "2026-12-01 05:00", "2026-11"),
        (Grain.QUARTER, "2027-01-01 04:59", "2026-Q3"),
        (Grain.YEAR, "2027-01-01 05:00", "2026"),
    ],
)
def test_a_period_is_complete_from_the_first_instant_after_it(
    grain: Grain, now: str, key: str
) -> None:
    assert NEW_YORK.last_complete(grain, utc(now)).key == key


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2024-02-29", "2023-02-28"),
        ("2026-11-21", "2025-11-21"),
        ("2026-W47", "2025-W47"),
        ("2026-W53", "2025-W52"),
        ("2027-W10", "2026-W10"),
        ("2026-11", "2025-11"),
        ("2026-Q4", "2025-Q4"),
        ("2026", "2025"),
    ],
)
def test_a_year_before_is_the_period_of_the_same_name(key: str, before: str) -> None:
    for calendar in (NEW_YORK, FROM_FEBRUARY, Calendar(week_start=6)):
        assert calendar.year_before(calendar.period(key)).key == before


def test_periods_follow_each_other() -> None:
    month = NEW_YORK.period("2026-11")
    assert NEW_YORK.previous(month).key == "2026-10"
    assert NEW_YORK.previous(month, 11).key == "2025-12"
    assert NEW_YORK.following(month, 2).key == "2027-01"
    assert NEW_YORK.following(month, 0) == month


def test_between_includes_both_ends() -> None:
    found = NEW_YORK.between(NEW_YORK.period("2026-W52"), NEW_YORK.period("2027-W01"))
    assert [week.key for week in found] == ["2026-W52", "2026-W53", "2027-W01"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-02", "2026-W10", "'2026-02' is a month and '2026-W10' is a week; give two periods"),
        ("2026-03", "2026-02", "'2026-02' is before '2026-03'; give the earlier period first."),
    ],
)
def test_between_needs_two_periods_of_one_grain_in_order(first: str, last: str, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        NEW_YORK.between(NEW_YORK.period(first), NEW_YORK.period(last))


@pytest.mark.parametrize(
    ("grain", "key", "count", "first", "last"),
    [
        (Grain.DAY, "2026-W47", 7, "2026-11-16", "2026-11-22"),
        (Grain.DAY, "2024-02", 29, "2024-02-01", "2024-02-29"),
        (Grain.MONTH, "2026-Q4", 3, "2025-11", "2026-01"),
        (Grain.QUARTER, "2026", 4, "2026-Q1", "2026-Q4"),
        (Grain.MONTH, "2026", 12, "2025-02", "2026-01"),
        (Grain.MONTH, "2026-11", 1, "2026-11", "2026-11"),
    ],
)
def test_a_period_is_made_of_finer_ones(
    grain: Grain, key: str, count: int, first: str, last: str
) -> None:
    period = FROM_FEBRUARY.period(key)
    parts = FROM_FEBRUARY.within(grain, period)
    assert (len(parts), parts[0].key, parts[-1].key) == (count, first, last)
    assert (parts[0].start_at, parts[-1].end_at) == (period.start_at, period.end_at)


@pytest.mark.parametrize("key", ["2026-11", "2026-Q4", "2026"])
def test_weeks_make_up_no_month(key: str) -> None:
    with pytest.raises(WrongUse, match="is not made of whole weeks; use day or month"):
        NEW_YORK.within(Grain.WEEK, NEW_YORK.period(key))


def test_periods_of_a_grain_sort_by_time() -> None:
    keys = ["2027-W01", "2025-W52", "2026-W53", "2026-W01"]
    ordered = sorted(map(NEW_YORK.period, keys))
    assert [week.key for week in ordered] == ["2025-W52", "2026-W01", "2026-W53", "2027-W01"]
    assert all(earlier.end_at <= later.start_at for earlier, later in pairwise(ordered))


HOW = "Write 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026."


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("last week", f"'last week' is not a period. {HOW}"),
        ("2026-w47", f"'2026-w47' is not a period. {HOW}"),
        ("", f"'' is not a period. {HOW}"),
        ("2026-W54", f"'2026-W54' is not a period: 2026 has the weeks 1 to 53. {HOW}"),
        ("2025-W53", f"'2025-W53' is not a period: 2025 has the weeks 1 to 52. {HOW}"),
        ("2026-W00", f"'2026-W00' is not a period: 2026 has the weeks 1 to 53. {HOW}"),
        ("2026-13", f"'2026-13' is not a period: 2026 has the months 1 to 12. {HOW}"),
        ("2026-Q5", f"'2026-Q5' is not a period: 2026 has the quarters 1 to 4. {HOW}"),
        ("2026-02-30", f"'2026-02-30' is not a period: there is no such day. {HOW}"),
        ("0026", f"'0026' is not a period: the year is not within 1900-2199. {HOW}"),
        ("0000-01", f"'0000-01' is not a period: the year is not within 1900-2199. {HOW}"),
        ("0000-W10", f"'0000-W10' is not a period: the year is not within 1900-2199. {HOW}"),
    ],
)
def test_what_is_no_period_says_how_to_write_one(key: str, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        NEW_YORK.period(key)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: Calendar("America/New_Yrok"),
            "unknown time zone 'America/New_Yrok'; did you mean 'America/New_York'?",
        ),
        (
            lambda: Calendar("Moon"),
            "unknown time zone 'Moon'; use an IANA name such as 'America/New_York'.",
        ),
        (
            lambda: Calendar(""),
            "unknown time zone ''; use an IANA name such as 'America/New_York'.",
        ),
        (
            lambda: Calendar("Europe"),
            "unknown time zone 'Europe'; did you mean 'Europe/Rome'?",
        ),
        (lambda: Calendar(week_start=7), "week_start is 7; use 0 (Monday) to 6 (Sunday)."),
        (lambda: Calendar(fiscal_year_start=0), "fiscal_year_start is 0; use a month, 1 to 12."),
        (
            lambda: NEW_YORK.following(NEW_YORK.period("2199"), 5),
            "the year from 2204-01-01 is out of reach; stay within 1900-2199.",
        ),
    ],
)
def test_a_calendar_that_cannot_be_says_why(make: object, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value) == said
