"""What does a property of a record mean? A bad one is None, and remarked upon."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tasks.connectors.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

MILLISECONDS = 11  # an instant in digits is this long at least; a shorter one is a number
EARLIEST, LATEST = 1900, 2200  # years outside are typing errors
MOST_MONTHS = 1200  # of a term
TOO_MUCH = Decimal(10) ** 12  # an amount has twelve digits before the point at the most
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")  # 1,200.50, but not 1,5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the properties of the rows of one canonical table."""

    table: str
    remarks: Remarks
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def number(self, properties: Mapping[str, object], name: str) -> Decimal | None:
        """Return a number, None where there is none."""
        written = text(properties, name)
        if written is None:
            return None
        is_grouped = GROUPED.fullmatch(written) is not None
        try:
            number = Decimal(written.replace(",", "") if is_grouped else written)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number) < TOO_MUCH:
            return number
        self.remarks.bad(self.table, name, written)
        return None

    def within(
        self, properties: Mapping[str, object], name: str, low: int, high: int
    ) -> Decimal | None:
        """Return a number from ``low`` to ``high``, None where there is none."""
        number = self.number(properties, name)
        if number is None or low <= number <= high:
            return number
        self.remarks.bad(self.table, name, f"{number}")
        return None

    def months(self, properties: Mapping[str, object], name: str) -> int | None:
        """Return a whole number of months, up to a hundred years; None where there is none."""
        number = self.whole(properties, name)
        if number is None or 0 <= number <= MOST_MONTHS:
            return number
        self.remarks.bad(self.table, name, f"{number}")
        return None

    def whole(self, properties: Mapping[str, object], name: str) -> int | None:
        """Return a whole number, None where there is none."""
        number = self.number(properties, name)
        if number is None or number == number.to_integral_value():
            return None if number is None else int(number)
        self.remarks.bad(self.table, name, str(number))
        return None

    def instant(self, properties: Mapping[str, object], name: str) -> datetime | None:
        """Return an instant (aware UTC), None where there is none."""
        written = text(properties, name)
        found = None if written is None else parsed(written)
        if written is not None and found is None:
            self.remarks.bad(self.table, name, written)
        return found

    def day(self, properties: Mapping[str, object], name: str) -> date | None:
        """Return a date as the account's users picked it.

        A property of dates holds midnight in UTC of that day, one of instants the instant.
        """
        found = self.instant(properties, name)
        if found is None:
            return None
        is_midnight = found.timetz() == EPOCH.timetz()
        return (found if is_midnight else found.astimezone(self.zone)).date()

    def local_day(self, properties: Mapping[str, object], name: str) -> date | None:
        """Return the day that the account's calendar showed at an instant."""
        found = self.instant(properties, name)
        return None if found is None else found.astimezone(self.zone).date()

    def flag(self, properties: Mapping[str, object], name: str) -> bool | None:
        """Return yes or no, None where neither is said."""
        written = (text(properties, name) or "").lower()
        if written in {"true", "yes", "1"}:
            return True
        if written in {"false", "no", "0"}:
            return False
        if written:
            self.remarks.bad(self.table, name, written)
        return None

    def word(
        self, properties: Mapping[str, object], name: str, known: Mapping[str, str]
    ) -> str | None:
        """Return our word for one of theirs; an unknown one becomes ``other:`` and a remark."""
        written = text(properties, name)
        if written is None or written.upper() in known:
            return None if written is None else known[written.upper()]
        ours = f"other:{written.lower()}"
        self.remarks.add(self.table, f"{name} is '{written}', which is not known: kept as {ours}")
        return ours


def text(properties: Mapping[str, object], name: str) -> str | None:
    """Return a property as text without blanks around it; None where there is nothing."""
    value = properties.get(name)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(str(one) for one in value) or None
    return str(value).strip() or None


def first(properties: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """Return the first of these properties that has a value."""
    return next((found for name in names if (found := text(properties, name))), None)


def parsed(written: str) -> datetime | None:
    """Return the instant (aware UTC) that is written in ISO, or as milliseconds since 1970."""
    if written.lstrip("-").isdecimal():
        if len(written) < MILLISECONDS and written != "0":
            return None
        found = _since_epoch(int(written))
    else:
        found = _iso(written)
    return found if found is not None and EARLIEST <= found.year < LATEST else None


def _since_epoch(milliseconds: int) -> datetime | None:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _iso(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(value: object) -> str | None:
    """Return a value the way a file would have it: instants with Z, yes and no as true, false."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
