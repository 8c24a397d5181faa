"""The days on which clocks change, and holidays: each digest is due once, when people expect it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.occasion import is_quiet
from flows.workspace import settings_at
from tasks.config import Settings, due_at
from tasks.model import Grain
from tests.flows.small import CONFIG

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "America/Santiago",  # at midnight
    "Asia/Beirut",  # at midnight
    "Pacific/Chatham",
    "Africa/Casablanca",  # twice a year around Ramadan
    "Asia/Tokyo",  # never
)
CHANGES = {
    # zone: the local day on which 02:30 does not exist, the one on which 01:30 or 02:30 comes twice
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
}


def settings(company: Path, zone: str, audience: str, more: str = "") -> Settings:
    config = CONFIG.replace("America/New_York", zone).replace("digest: week,", audience)
    (company / "keepwell.yaml").write_text(config + more, encoding="utf-8")
    return settings_at(company / "keepwell.yaml", os.environ)


def due(found: Settings, key: str) -> datetime:
    return due_at(found, found.audiences[0], found.calendar.period(key))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "08:00", "23:59"])
def test_a_year_of_weeks_is_due_once_each_in_order_at_the_hour_on_the_wall(
    company: Path, zone: str, clock: str
) -> None:
    every = settings(company, zone, f'digest: week, at: "Sun {clock}",')
    first, last = (every.calendar.period(key) for key in ("2026-W01", "2026-W52"))
    weeks = every.calendar.between(first, last)
    moments = [due_at(every, every.audiences[0], one) for one in weeks]
    assert moments == sorted(set(moments))
    hour, minute = map(int, clock.split(":"))
    for week, at in zip(weeks, moments, strict=True):
        wall = at.astimezone(ZoneInfo(zone))
        is_skipped = wall.time() != time(hour, minute)
        assert at >= week.end_at
        assert wall.weekday() == 6
        # an hour that is skipped counts as the moment the clocks go forward
        assert (
            not is_skipped
            or wall.utcoffset()
            != (at - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).utcoffset()
        )


@pytest.mark.parametrize(("zone", "days"), CHANGES.items())
def test_an_hour_that_does_not_exist_or_comes_twice_is_due_once(
    company: Path, zone: str, days: tuple[date, date]
) -> None:
    found = settings(company, zone, 'digest: day, at: "Sun 02:30",')
    spring, autumn = days
    skipped = due(found, str(spring - timedelta(days=1)))
    assert skipped.astimezone(ZoneInfo(zone)).time() == time(3)
    doubled = due(found, str(autumn - timedelta(days=1)))
    assert doubled.astimezone(ZoneInfo(zone)).time() == time(2, 30)
    if zone == "Europe/Berlin":
        assert doubled == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two


@pytest.mark.parametrize(
    ("at", "is_so"),
    [
        ("2026-10-25T00:30:00+00:00", True),  # 02:30 the first time
        ("2026-10-25T01:30:00+00:00", True),  # 02:30 the second time
        ("2026-10-25T01:59:00+00:00", True),
        ("2026-10-25T02:00:00+00:00", False),  # 03:00
        ("2026-03-29T00:59:00+00:00", False),  # 01:59
        ("2026-03-29T01:00:00+00:00", False),  # 03:00, and 02:00 never was
    ],
)
def test_quiet_hours_last_through_both_of_a_doubled_hour(
    company: Path, at: str, is_so: bool
) -> None:
    quiet = 'alerts: {quiet_hours: "02:00-03:00"}\n'
    found = settings(company, "Europe/Berlin", "digest: week,", quiet)
    assert is_quiet(found, datetime.fromisoformat(at)) is is_so


@pytest.mark.parametrize(
    ("grain", "key", "local"),
    [
        (Grain.MONTH, "2026-12", "2027-01-04 08:00"),  # 1 January is a Friday and a holiday
        (Grain.MONTH, "2026-06", "2026-07-01 08:00"),
        (Grain.WEEK, "2026-W36", "2026-09-08 08:00"),  # Labor Day
        (Grain.QUARTER, "2026-Q4", "2027-01-04 08:00"),
        (Grain.DAY, "2026-11-25", "2026-11-27 08:00"),  # Thanksgiving
    ],
)
def test_the_first_working_day_is_no_holiday(
    company: Path, grain: Grain, key: str, local: str
) -> None:
    closed = "business_hours: {holidays: US}\n"
    found = settings(company, "America/New_York", f"digest: {grain},", closed)
    wall = due(found, key).astimezone(ZoneInfo("America/New_York"))
    assert f"{wall:%Y-%m-%d %H:%M}" == local


def test_people_of_another_zone_get_it_by_their_own_clock_all_year(company: Path) -> None:
    found = settings(
        company, "America/New_York", 'digest: week, at: "Mon 09:00", timezone: Europe/Berlin,'
    )
    for key in ("2026-W09", "2026-W10", "2026-W12", "2026-W13", "2026-W43", "2026-W44"):
        wall = due(found, key).astimezone(ZoneInfo("Europe/Berlin"))
        assert (wall.weekday(), wall.time()) == (0, time(9))
