"""What cannot be told from exports? Questions, each with the likeliest answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

AMERICAN = "America/"
WANTED = {
    "timezone": "a name such as Europe/Berlin",
    "currency": "a code such as EUR",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question: what it is about, its possible answers (any, where none), the likeliest."""

    key: str
    question: str
    likeliest: str
    answers: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[str], str | None] = str

    def understood(self, text: str) -> str | None:
        """Return what an answer means; None where it is none."""
        if not self.answers:
            return self.read(text) if text else None
        return next((key for key in self.answers if key.startswith(text.lower())), None)

    @property
    def wanted(self) -> str:
        """What can be answered, in words."""
        if self.answers:
            return " / ".join(self.answers)
        return WANTED.get(self.key, "a few words")


def _zone(text: str) -> str | None:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _currency(text: str) -> str | None:
    from babel.numbers import list_currencies  # noqa: PLC0415 - only questions need it

    return text.upper() if text.upper() in list_currencies() else None


Ask = Callable[[Doubt], str]


def likeliest(doubt: Doubt) -> str:
    """Return the likeliest answer, without asking anybody."""
    return doubt.likeliest


@dataclass(slots=True)
class Answers:
    """What was answered; each question is asked once. ``assumed`` were answered by nobody."""

    ask: Ask
    is_asking: bool
    given: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, Doubt] = field(default_factory=dict)

    def to(self, doubt: Doubt) -> str:
        """Return the answer to a question."""
        if doubt.key not in self.given:
            self.given[doubt.key] = self.ask(doubt)
            if not self.is_asking:
                self.assumed[doubt.key] = doubt
        return self.given[doubt.key]


def order_of_dates(where: str, example: str, currency: str) -> Doubt:
    """Return the question what a date such as 03/04/2026 means."""
    likely = "month_first" if currency == "USD" else "day_first"
    return Doubt(
        f"dates of {where}",
        f"{where}: what comes first in {example}, the day or the month?",
        likely,
        {"day_first": "the day comes first", "month_first": "the month comes first"},
    )


def term_of_amount(where: str, column: str, likely: str) -> Doubt:
    """Return the question for how long an amount is."""
    return Doubt(
        f"{column} of {where}",
        f"{where}: is '{column}' the price of a month or of a year?",
        likely,
        {"month": "of a month", "year": "of a year"},
    )


def reporting_currency(likely: str) -> Doubt:
    """Return the question in which currency reports are."""
    return Doubt("currency", "In which currency are the amounts?", likely, read=_currency)


def complete_until(where: str, newest: str, written: str) -> Doubt:
    """Return the question whether an export is as new as its file."""
    return Doubt(
        f"age of {where}",
        f"{where}: the newest date in it is {newest}, the file is of {written}. "
        "Is it complete until then?",
        "yes",
        {"yes": "nothing happened since", "no": "the data end there"},
    )


def time_zone(likely: str) -> Doubt:
    """Return the question where the company's days begin."""
    question = "In which time zone do your days begin?"
    return Doubt("timezone", question, likely, read=_zone)


def company_name() -> Doubt:
    """Return the question what the company is called."""
    return Doubt("name", "What is your company called?", "Your company")


def week_start(zone: str) -> Doubt:
    """Return the question on which day weeks start."""
    likely = "sunday" if zone.startswith(AMERICAN) else "monday"
    days = {"monday": "on Monday", "sunday": "on Sunday"}
    return Doubt("week_start", "On which day do your weeks start?", likely, days)


def zone_of_this_machine(clock: Path = Path("/etc/localtime")) -> str:
    """Return the time zone this machine is set to; UTC where it does not say."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    _, found, zone = str(clock.resolve()).partition("zoneinfo/")
    zone = zone.removeprefix("posix/")
    return zone if found and "/" in zone and not zone.startswith("Etc/") else "UTC"
