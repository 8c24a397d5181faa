"""Who is told what, when: ``audiences``, ``alerts`` and ``operators`` of keepwell.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, SecretStr, model_validator

from tasks.config.base import Part, Text
from tasks.config.entries import NotEmpty
from tasks.config.names import Dimension, Recipient, Zone
from tasks.config.notation import Holidays, Span, read_clock, read_weekday
from tasks.config.wording import wrong
from tasks.model import Grain

OWNER = "owner"  # the dimension whose segments are people
OWNERS = ("slack:@owner", "email:owner")  # whoever owns the customers a digest is about
Recipients = Annotated[
    tuple[Recipient, ...], Field(description="recipients, such as slack:#weekly or email:a@b.com")
]


@dataclass(frozen=True, slots=True)
class At:
    """When a digest is due: at a time of day, on a weekday or on the first working day."""

    clock: time = time(8)
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, local time, nobody is to be disturbed; it may span midnight."""

    begins: time
    ends: time

    def covers(self, clock: time) -> bool:
        """Return whether ``clock`` lies in them; their end does not."""
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def read_at(written: object) -> At:
    """Return when "Mon 08:00" or "08:00" is."""
    if isinstance(written, At):
        return written
    match str(written).split():
        case [clock]:
            return At(read_clock(clock))
        case [weekday, clock]:
            return At(read_clock(clock), read_weekday(weekday))
    raise wrong(f"'{written}' is not a time.", 'Write "08:00" or "Mon 08:00".')


def read_quiet_hours(written: object) -> QuietHours:
    """Return the hours of "19:00-08:00"."""
    if isinstance(written, QuietHours):
        return written
    begins, dash, ends = str(written).partition("-")
    if not dash:
        raise wrong(f"'{written}' is not a stretch of time.", 'Write "19:00-08:00".')
    return QuietHours(read_clock(begins), read_clock(ends))


class Audience(Part):
    """People who get one digest; with ``split_by`` one for each segment of that dimension.

    Split by owner, ``OWNERS`` among the recipients get the one about their own customers; all
    other recipients get every one.
    """

    name: Annotated[Text, Field(description="the audience's name")]
    digest: Annotated[Grain, Field(description="which digest they get, such as week")]
    to: Annotated[Recipients, NotEmpty]
    at: Annotated[
        At,
        PlainValidator(read_at, json_schema_input_type=str),
        Field(description="when, such as Mon 08:00; if not said, 08:00 on the first working day"),
    ] = Field(default="08:00", validate_default=True)
    timezone: Annotated[Zone | None, Field(description="if not the company's")] = None
    wait: Annotated[
        Span, Field(description="how long it waits for sources that are late, such as 4h or 0h")
    ] = Field(default="4h", validate_default=True)
    split_by: Annotated[
        Dimension | None, Field(description="one digest for each, such as owner")
    ] = None

    @model_validator(mode="after")
    def _has_owners_where_it_names_them(self) -> Audience:
        named = [one for one in self.to if one in OWNERS]
        if named and self.split_by != OWNER:
            raise wrong(
                f"'{named[0]}' stands for whoever owns the customers of a digest.",
                f"Add split_by: {OWNER}, or name a recipient.",
            )
        return self


class Alerts(Part):
    """Where alerts go, and when they may disturb.

    ``mode`` live pushes them, shadow shows the operators what would have been pushed; None is
    shadow for the first fourteen days. What opened on trial is pushed once alerts are live only if
    it still burns then. In quiet hours and on holidays warnings and good news wait for their end,
    and critical alerts do not; a warning that is over by then is never pushed.
    """

    mode: Annotated[
        Literal["live", "shadow"] | None,
        Field(description="live, or shadow: operators only; if not said, 14 days of shadow"),
    ] = None
    to: Recipients = ()
    quiet_hours: Annotated[
        Annotated[QuietHours, PlainValidator(read_quiet_hours, json_schema_input_type=str)] | None,
        Field(description="warnings wait until they end, critical alerts don't: 19:00-08:00"),
    ] = None
    holidays: Annotated[
        Holidays, Field(description="warnings wait as well: a country code, or a list of dates")
    ] = ()
    most_pushes: Annotated[
        int, Field(ge=1, description="alerts pushed at once; the rest stand in the digest")
    ] = 5


class Operators(Part):
    """Who hears about failures, and the address that is told of every good run."""

    to: Recipients = ()
    heartbeat_url: Annotated[SecretStr | None, Field(description="called after each run")] = None
