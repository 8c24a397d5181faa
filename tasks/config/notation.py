"""How people write weekdays, times of day, shares and holidays in a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BeforeValidator, PlainValidator

from tasks.calendar import check_country
from tasks.config.wording import meant, mistaken, wrong
from tasks.errors import KeepwellError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
SPAN = re.compile(r"(\d{1,6})\s*(m|min|h|d)")
UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
HUNDRED = Decimal(100)


def read_weekday(written: object) -> int:
    """Return 0 for "monday" or "Mon", up to 6 for Sunday; a number could mean two days."""
    name = str(written).strip().lower()
    for number, weekday in enumerate(WEEKDAYS):
        if name in {weekday, weekday[:3]}:
            return number
    raise wrong(f"'{written}' is not a weekday;", meant(name, WEEKDAYS))


def read_weekdays(written: object) -> frozenset[int]:
    """Return the weekdays of "mon-fri", "mon-thu, sat" or [mon, tue]."""
    parts = written if isinstance(written, list | tuple) else str(written).split(",")
    return frozenset(day for part in parts for day in _stretch(str(part)))


def _stretch(written: str) -> Iterator[int]:
    first, dash, last = written.partition("-")
    start = read_weekday(first)
    length = (read_weekday(last) - start) % len(WEEKDAYS) if dash else 0
    return ((start + n) % len(WEEKDAYS) for n in range(length + 1))


def read_clock(written: object) -> time:
    """Return the time of day "08:00"; "24:00" is 00:00, the end of the day."""
    if isinstance(written, time):
        return written
    if match := CLOCK.fullmatch(str(written).strip()):
        hour, minute = map(int, match.groups())
        if (hour, minute) == (24, 0):
            return time()
        if hour < 24 and minute < 60:  # noqa: PLR2004  # a clock
            return time(hour, minute)
    raise wrong(f"'{written}' is not a time of day.", 'Write it as "08:00", in quotes.')


def read_number(written: object) -> Decimal:
    """Return a number exactly as written: 0.02, "0.02" or "2 %"."""
    text = str(written).strip()
    digits = text.removesuffix("%").strip()
    try:
        number = Decimal(digits)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or isinstance(written, bool):
        raise wrong(f"'{written}' is not a number.", 'Write 0.02, or "2 %".')
    return number / HUNDRED if text.endswith("%") else number


def read_days(written: object) -> int:
    """Return the number of days of 30, "30" or "30d"."""
    text = str(written).strip().lower().removesuffix("d").strip()
    if isinstance(written, bool) or not text.isdecimal():
        raise wrong(f"'{written}' is not a number of days.", "Write 30, or 30d.")
    return int(text)


def read_span(written: object) -> timedelta:
    """Return how long "90m", "26h" or "2d" is."""
    if isinstance(written, timedelta):
        return written
    match = SPAN.fullmatch(str(written).strip().lower())
    if match is None:
        raise wrong(f"'{written}' is not a length of time.", "Write 90m, 26h or 2d.")
    return int(match[1]) * UNITS[match[2]]


def read_day(written: object) -> date:
    """Return the date 2026-12-24, with or without quotes."""
    try:
        return date.fromisoformat(str(written).strip())
    except ValueError:
        raise wrong(f"'{written}' is not a date.", "Write it as 2026-12-24.") from None


def read_holidays(written: object) -> str | tuple[date, ...]:
    """Return a country code ("US", "DE-BY") or the dates listed."""
    if isinstance(written, list | tuple):
        return tuple(read_day(day) for day in written)
    try:
        check_country(str(written))
    except KeepwellError as error:
        raise mistaken(error) from error
    return str(written)


Weekday = Annotated[int, PlainValidator(read_weekday, json_schema_input_type=str)]
Weekdays = Annotated[frozenset[int], PlainValidator(read_weekdays, json_schema_input_type=str)]
Clock = Annotated[time, PlainValidator(read_clock, json_schema_input_type=str)]
Number = Annotated[Decimal, BeforeValidator(read_number, json_schema_input_type=float | str)]
Days = Annotated[int, PlainValidator(read_days, json_schema_input_type=int | str)]
Span = Annotated[timedelta, PlainValidator(read_span, json_schema_input_type=str)]
Day = Annotated[date, PlainValidator(read_day, json_schema_input_type=date)]
Holidays = Annotated[
    str | tuple[date, ...],
    PlainValidator(read_holidays, json_schema_input_type=str | list[date]),
]
