"""Cron lines of ours: said in words, and their next times, as Prefect reckons them, too."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from prefect.server.schemas.schedules import CronSchedule

from flows.crons import in_words, next_time
from flows.deployments import REGISTRY
from flows.timetable import lines, table

CRONS = sorted({each.cron for one in REGISTRY for each in one.schedules} | {"30 8 * 2,5 1,5"})
MOMENTS = (
    "2026-03-28T22:59:30",
    "2026-10-25T00:30:01",
    "2026-12-31T23:59:59",
    "2026-04-05T13:00:01",
)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("cron", CRONS)
def test_the_next_time_is_the_one_prefect_runs_it_at(cron: str, zone: str) -> None:
    for moment in MOMENTS:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        schedule = CronSchedule(cron=cron, timezone=zone)
        theirs = asyncio.run(schedule.get_dates(1, start=cast("Any", now)))[0]
        assert next_time(cron, zone, now) == theirs.astimezone(UTC)


def test_what_never_comes_has_no_next_time() -> None:
    assert next_time("0 8 30 2 *", "UTC", datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("*/15 * * * *", "every 15 minutes"),
        ("7 * * * *", "every hour at :07"),
        ("30 7-19 * * *", "every hour at :30, from 07 to 19 o'clock"),
        ("40 5 * * *", "every day at 05:40"),
        ("0 8 * * 1-5", "Mon-Fri at 08:00"),
        ("0 8 * * 1,5", "Mon, Fri at 08:00"),
        ("0 8 1-7 1,4,7,10 *", "days 1-7 of Jan, Apr, Jul, Oct at 08:00"),
        ("0 9 * 2 1", "Mon of Feb at 09:00"),
    ],
)
def test_a_cron_line_is_said_in_words(cron: str, said: str) -> None:
    assert in_words(cron) == said


def test_a_timetable_has_a_line_for_each_schedule() -> None:
    now = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    found = list(lines(REGISTRY, "Europe/Berlin", now))
    told = table(found, "Europe/Berlin")
    assert "sync" in told
    assert "next Sun 22 Nov 23:10" in told
    assert "by hand" in told
    assert len(told.splitlines()) == len(found)
