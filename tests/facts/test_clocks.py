"""The local day by the changes of the clocks is the one that a time zone database says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tasks.facts.clocks import day_by_clock, offsets

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo"),
)
A_SECOND = timedelta(seconds=1)


def days(zone: str, instants: list[datetime]) -> list[str]:
    """Return the local days of instants as SQL says; ``never`` outside of 2000 to 2037."""
    day = f"CAST({day_by_clock('moment', zone, 'NULL')} AS VARCHAR)"
    with duckdb.connect() as connection:
        given = [instant.replace(tzinfo=None) for instant in instants]
        select = f"SELECT coalesce({day}, 'never') FROM (SELECT unnest(?) AS moment)"
        return [row[0] for row in connection.execute(select, [given]).fetchall()]


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_when_it_does_there(zone):
    changes = [one.since for one in offsets(zone)[1:]]
    midnights = [
        datetime(2000 + n % 38, 1 + n % 12, 1 + n % 28, n % 24, tzinfo=UTC) for n in range(300)
    ]
    instants = [at for change in changes for at in (change - A_SECOND, change)] + midnights
    local = [at.astimezone(ZoneInfo(zone)).date().isoformat() for at in instants]
    assert days(zone, instants) == local


def test_what_is_older_is_looked_up_otherwise():
    ends = [datetime(1999, 12, 31, 23, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)]
    assert days("Europe/Berlin", ends) == ["never", "never"]
