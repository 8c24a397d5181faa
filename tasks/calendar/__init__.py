"""The only place with date arithmetic: periods, time zones, fiscal years, business hours."""

from __future__ import annotations

from tasks.calendar.hours import (
    BusinessDay,
    BusinessHours,
    business_days,
    business_minutes,
)
from tasks.calendar.keys import Written, read_key
from tasks.calendar.periods import Calendar
from tasks.calendar.publicholidays import check_country, holidays_of
from tasks.calendar.zones import instant_at, zone_named

__all__ = [
    "BusinessDay",
    "BusinessHours",
    "Calendar",
    "Written",
    "business_days",
    "business_minutes",
    "check_country",
    "holidays_of",
    "instant_at",
    "read_key",
    "zone_named",
]
