"""What holds of every calendar, whatever its zone, week start and fiscal year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.calendar import BusinessDay, BusinessHours, Calendar, business_days, business_minutes
from tasks.model import Grain

ZONES = (
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
DAY = timedelta(days=1)
CLOSE_ENOUGH = Decimal("1e-15")  # thirds of a second have no end

calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.integers(1, 12),
)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
instants = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
grains = st.sampled_from(Grain)
clocks = st.times(time(0), time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))


@st.composite
def office_hours(draw: st.DrawFn) -> BusinessHours:
    opens, closes = draw(clocks), draw(clocks)
    if closes <= opens:
        closes = time(0)
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return BusinessHours(weekdays, opens, closes, draw(st.frozensets(days, max_size=3)))


@given(calendars, grains, days)
def test_the_period_that_contains_a_day_has_it(calendar: Calendar, grain: Grain, day: date) -> None:
    period = calendar.containing(grain, day)
    assert period.first_day <= day < period.end_day
    assert calendar.containing(grain, period.first_day) == period
    assert calendar.containing(grain, period.end_day - DAY) == period


@given(calendars, grains, days)
def test_periods_of_a_grain_leave_no_gap(calendar: Calendar, grain: Grain, day: date) -> None:
    period = calendar.containing(grain, day)
    following = calendar.following(period)
    assert (following.first_day, following.start_at) == (period.end_day, period.end_at)
    assert period.start_at <= period.end_at
    assert calendar.previous(following) == period
    assert period < following


@given(calendars, grains, days)
def test_a_key_names_one_period(calendar: Calendar, grain: Grain, day: date) -> None:
    period = calendar.containing(grain, day)
    assert calendar.period(period.key) == period
    assert calendar.period(period.key).start_at == period.start_at


@given(calendars, days, st.sampled_from([Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]))
@settings(max_examples=30)
def test_a_period_is_the_sum_of_its_days(calendar: Calendar, day: date, grain: Grain) -> None:
    period = calendar.containing(grain, day)
    parts = calendar.within(Grain.DAY, period)
    assert len(parts) == (period.end_day - period.first_day).days
    lengths = (part.end_at - part.start_at for part in parts)
    assert sum(lengths, timedelta()) == period.end_at - period.start_at


@given(calendars, grains, instants)
def test_an_instant_lies_in_the_period_of_its_day(
    calendar: Calendar, grain: Grain, at: datetime
) -> None:
    period = calendar.containing(grain, calendar.local_day(at))
    assert period.start_at <= at < period.end_at
    assert calendar.last_complete(grain, at).end_at <= at


@given(calendars, office_hours(), st.lists(instants, min_size=3, max_size=3))
@settings(max_examples=25, deadline=None)
def test_business_minutes_add_up(
    calendar: Calendar, hours: BusinessHours, three: list[datetime]
) -> None:
    first = min(three)
    a, b, c = (first + (each - first) % timedelta(days=40) for each in sorted(three))
    whole = business_minutes(calendar, hours, a, c)
    parts = business_minutes(calendar, hours, a, b) + business_minutes(calendar, hours, b, c)
    assert abs(whole - parts) < CLOSE_ENOUGH
    assert business_minutes(calendar, hours, c, a) == -whole


@given(calendars, office_hours(), instants, st.timedeltas(timedelta(), timedelta(days=20)))
@settings(max_examples=50, deadline=None)
def test_the_table_of_business_days_counts_the_same_minutes(
    calendar: Calendar, hours: BusinessHours, start: datetime, length: timedelta
) -> None:
    end = start + length
    table = business_days(
        calendar, hours, calendar.local_day(start) - DAY, calendar.local_day(end) + DAY
    )
    counted = minutes_until(table, calendar, end) - minutes_until(table, calendar, start)
    assert abs(counted - business_minutes(calendar, hours, start, end)) < CLOSE_ENOUGH


def minutes_until(table: tuple[BusinessDay, ...], calendar: Calendar, at: datetime) -> Decimal:
    (row,) = (row for row in table if row.day == calendar.local_day(at))
    open_time = min(max(at, row.opens_at), row.closes_at) - row.opens_at
    return row.minutes_before + Decimal(open_time // timedelta(microseconds=1)) / 60_000_000
