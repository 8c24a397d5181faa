"""What runs when: the one registry that serve, deploy and deploy/prefect.yaml all follow.

``REGISTRY`` is what a company gets that says nothing; ``deployments_of`` is what one gets whose
audiences want their digests elsewhere and at other hours. Nothing here needs Prefect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from types import MappingProxyType
from typing import TYPE_CHECKING

from tasks.model import Grain

if TYPE_CHECKING:
    from tasks.config import Settings

TAG = "keepwell"  # what everything bears that is ours, and what deploy tidies up after
# Run by run: the words of a run stay in its log, and a run that is alive says so often enough for
# the automation that ends the dead ones.
ENVIRONMENT = MappingProxyType(
    {"PREFECT_LOGGING_LEVEL": "INFO", "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
)

# What happens in working hours is told within two hours, after the sync that brings it in. Also on
# Saturdays: who may be disturbed is what quiet hours and holidays decide.
HOURLY_BY_DAY = "30 7-19 * * *"
# A first working day is one of the first seven, but for the longest holidays: see the hourly look.
FIRST_DAYS = "1-7"
# When every hour is looked for what is late, held or missed: one grain after the other, and at
# minutes nobody wants a digest at.
LOOKS = {Grain.DAY: 3, Grain.WEEK: 7, Grain.MONTH: 22, Grain.QUARTER: 37, Grain.YEAR: 52}
USUAL_GRAINS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER)
MONTHS_OF = {Grain.QUARTER: 3, Grain.YEAR: 12}
SUNDAY, DAYS = 6, 7  # cron counts from Sunday, we from Monday
MONDAY_TO_FRIDAY = range(5)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron line in a time zone; None is the company's own. ``slug`` is its name for good."""

    slug: str
    cron: str
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """One flow on its schedules; ``alone`` it never runs twice at once, the second is cancelled."""

    name: str
    entrypoint: str
    description: str
    schedules: tuple[Schedule, ...]
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    alone: bool = True

    @property
    def module(self) -> str:
        """The module of its flow, such as ``flows.sync``."""
        return self.entrypoint.partition(".")[0].replace("/", ".")

    @property
    def function(self) -> str:
        """The name of its flow's function."""
        return self.entrypoint.partition(":")[2]

    @property
    def tags(self) -> tuple[str, ...]:
        """Whose it is and what it does: what one filters runs by."""
        return (TAG, self.function.replace("_", "-"))


def digest_of(grain: Grain, schedules: tuple[Schedule, ...] = ()) -> Deployment:
    """Return the deployment of one grain's digests: on ``schedules``, and the hourly look."""
    look = Schedule("hourly-look", f"{LOOKS[grain]} * * * *")
    return Deployment(
        f"digest-{grain}",
        "flows/digest.py:digest",
        f"Sends the digests of a {grain} when they are due; looks every hour for what was missed.",
        (*schedules, look),
        MappingProxyType({"grain": str(grain)}),
    )


@dataclass(frozen=True, slots=True)
class _When:
    """When a digest is due: at ``clock`` on weekdays (Monday is 0), or on a first working day."""

    clock: time
    weekdays: frozenset[int] | None = None


def _cron(
    grain: Grain,
    when: _When,
    working_days: Collection[int] = MONDAY_TO_FRIDAY,
    year_start: int = 1,
) -> str:
    """Return when a digest may be due; the flow knows whether it is."""
    is_long = grain not in {Grain.DAY, Grain.WEEK}
    of_month = FIRST_DAYS if is_long and when.weekdays is None else "*"
    if when.weekdays is not None:
        on_days = _weekdays(when.weekdays)
    else:
        on_days = "*" if is_long else _weekdays(working_days)
    months = _months(grain, year_start)
    return f"{when.clock.minute} {when.clock.hour} {of_month} {months} {on_days}"


def _weekdays(days: Collection[int]) -> str:
    """Return weekdays (Monday is 0) as cron counts them: ``1-5``, ``1,3``, ``*``."""
    if len(days) == DAYS:
        return "*"
    counted = sorted((day + 1) % DAYS for day in days)
    is_row = len(counted) > 2 and counted[-1] - counted[0] == len(counted) - 1  # noqa: PLR2004
    return f"{counted[0]}-{counted[-1]}" if is_row else ",".join(map(str, counted))


def _months(grain: Grain, year_start: int) -> str:
    """Return the months in which such a period begins."""
    step = MONTHS_OF.get(grain)
    if step is None:
        return "*"
    starts = sorted((year_start - 1 + step * number) % 12 + 1 for number in range(12 // step))
    return ",".join(map(str, starts))


def _due(cron: str, zone: str | None = None) -> Schedule:
    """Return a schedule with a name that stays: ``due-0-8-x-x-1``, or ``...-asia-tokyo``."""
    letters = f"due {cron.replace('*', 'x')} {zone or ''}".lower()
    return Schedule("-".join("".join(map(_letter, letters)).split()), cron, zone)


def _letter(each: str) -> str:
    return each if each.isascii() and each.isalnum() else " "


SYNC = Deployment(
    "sync",
    "flows/sync.py:sync",
    "Brings what is new in the sources into the lake.",
    (Schedule("hourly", "10 * * * *"),),
)
MEASURE = Deployment(
    "measure",
    "flows/measure.py:measure",
    "Computes the KPIs of every period that may have changed.",
    (Schedule("daily", "40 5 * * *"),),
)
WATCH = Deployment(
    "watch",
    "flows/watch.py:watch",
    "Judges the newest data, and pushes what is news about alerts.",
    (Schedule("working-hours", HOURLY_BY_DAY),),
)
DATA_QUALITY = Deployment(
    "data-quality",
    "flows/data_quality.py:data_quality",
    "Looks whether sources are fresh, books balance and no row got lost; tells the operators.",
    (Schedule("daily", "40 6 * * *"),),
)
OUTBOX = Deployment(
    "outbox",
    "flows/outbox.py:outbox",
    "Sends what still waits in the outbox.",
    (Schedule("quarter-hourly", "*/15 * * * *"),),
)
NOTICE = Deployment(
    "notice",
    "flows/notice.py:notice",
    "Tells the operators what went wrong, each matter once; automations start it, too.",
    (Schedule("hourly", "55 * * * *"),),
    alone=False,  # each matter is told once, and a cancelled run would look like trouble itself
)
BACKFILL = Deployment(
    "backfill",
    "flows/backfill.py:backfill",
    "Reads and measures a stretch of the past again; started by hand, never sends anything.",
    (),
)
MAINTENANCE = Deployment(
    "maintenance",
    "flows/maintain.py:maintain",
    "Backs up, and clears away what nobody needs any more, here and on the Prefect server.",
    (Schedule("daily", "20 3 * * *"),),
)


def _registry(watch: Deployment, digests: Sequence[Deployment]) -> tuple[Deployment, ...]:
    return (SYNC, MEASURE, watch, *digests, DATA_QUALITY, OUTBOX, NOTICE, BACKFILL, MAINTENANCE)


REGISTRY = _registry(
    WATCH,
    [digest_of(grain, (_due(_cron(grain, _When(time(8)))),)) for grain in USUAL_GRAINS],
)


def deployments_of(settings: Settings) -> tuple[Deployment, ...]:
    """Return what runs for one company, every schedule with its time zone."""
    zone = settings.company.timezone
    wanted = {one.digest for one in settings.audiences}
    digests = [digest_of(grain, _due_times(settings, grain)) for grain in Grain if grain in wanted]
    return tuple(_in_zone(one, zone) for one in _registry(_watch(settings), digests))


def _in_zone(one: Deployment, zone: str) -> Deployment:
    """Return the deployment with ``zone`` wherever a schedule names none."""
    schedules = tuple(replace(each, timezone=each.timezone or zone) for each in one.schedules)
    return replace(one, schedules=schedules)


def _watch(settings: Settings) -> Deployment:
    """Return the watch from an hour before the company opens until two hours after it closes."""
    hours = settings.business_hours
    last = 23 if hours.closes == time() else min(hours.closes.hour + 2, 23)
    cron = f"30 {max(hours.opens.hour - 1, 0)}-{last} * * *"
    return replace(WATCH, schedules=(Schedule("working-hours", cron),))


def _due_times(settings: Settings, grain: Grain) -> tuple[Schedule, ...]:
    """Return a schedule for each time and zone at which audiences await this digest.

    Who is served at the same hour shares a schedule: two runs at once would be one too many.
    """
    hours, start = settings.business_hours, settings.company.fiscal_year_start
    at = {(one.timezone or settings.company.timezone, one.at.clock) for one in settings.audiences}
    wanted = [
        (zone, when) for zone, clock in sorted(at) for when in _at(settings, grain, zone, clock)
    ]
    crons = [(_cron(grain, when, hours.days, start), zone) for zone, when in wanted]
    home = settings.company.timezone
    return tuple(_due(cron, zone if zone != home else None) for cron, zone in crons)


def _at(settings: Settings, grain: Grain, zone: str, clock: time) -> Iterator[_When]:
    """Yield when in ``zone`` at ``clock`` this digest is awaited: on weekdays, on working days."""
    company = settings.company.timezone
    asked = [
        one.at.weekday
        for one in settings.audiences
        if one.digest is grain and one.at.clock == clock and (one.timezone or company) == zone
    ]
    weekdays = {one for one in asked if one is not None}
    is_short = grain in {Grain.DAY, Grain.WEEK}
    if None in asked and not is_short:
        yield _When(clock)
    elif None in asked:
        weekdays |= settings.business_hours.days
    if weekdays:
        yield _When(clock, frozenset(weekdays))
