"""A whole keepwell.yaml as frozen settings, and the questions the other rooms ask of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    WrapValidator,
    field_validator,
    model_validator,
)

from tasks.calendar import BusinessHours, Calendar, holidays_of, instant_at
from tasks.catalog import KPIS
from tasks.config.aliases import Aliases, Meanings, meanings, name_of
from tasks.config.base import Part, Text
from tasks.config.benchmarks import BenchmarkSettings
from tasks.config.company import Company, Engine, Fx, Hours
from tasks.config.context import DEFAULT_SEGMENTS, context_of
from tasks.config.entries import Channels, Sources, unique_names
from tasks.config.goals import GoalSettings
from tasks.config.kpichoice import Kpis
from tasks.config.names import SegmentName
from tasks.config.packs import PACK, PACKS
from tasks.config.people import Alerts, Audience, Operators
from tasks.config.privacy import Privacy
from tasks.config.rules import Rules, RulesPart
from tasks.config.secrets import FilledIn, Origins
from tasks.config.wording import wrong
from tasks.model import Goal, Period

SQLITE = "sqlite:///"
STORE = re.compile(r"(sqlite|postgres|postgresql|postgresql\+psycopg)://.*")
POSTGRES = re.compile(r"^postgres(ql)?://")
YEARS_WITH_HOLIDAYS = range(2000, 2046)  # long histories, and periods nobody measures yet
DAY = timedelta(days=1)


def _store(url: SecretStr) -> SecretStr:
    if not STORE.fullmatch(url.get_secret_value()):
        raise wrong(
            "this is no store.",
            'Write "sqlite:///keepwell.db" or "postgresql+psycopg://user:password@host/database".',
        )
    return url


class Settings(Part):
    """Everything keepwell.yaml says, with the defaults for what it does not say."""

    company: Annotated[Company, Field(description="the company")]
    store: Annotated[
        SecretStr,
        AfterValidator(_store),
        Field(description="where results are kept, such as sqlite:///keepwell.db"),
    ]
    sources: Sources
    lake: Annotated[Text, Field(description="the folder for the facts")] = "./lake"
    engine: Engine = Engine()
    segments: Annotated[
        tuple[SegmentName, ...], Field(description="what every KPI is split by, such as plan")
    ] = DEFAULT_SEGMENTS
    aliases: Aliases = Field(default={})
    kpis: Kpis = Kpis()
    fx: Fx = Fx()
    business_hours: Hours = Hours()
    goals: tuple[GoalSettings, ...] = ()
    benchmarks: tuple[BenchmarkSettings, ...] = ()
    rules: RulesPart = Rules()
    audiences: Annotated[tuple[Audience, ...], WrapValidator(unique_names)] = ()
    alerts: Alerts = Alerts()
    operators: Operators = Operators()
    channels: Channels = Field(default={}, validate_default=True)
    privacy: Privacy = Privacy()
    _path: Path = PrivateAttr(default=Path("keepwell.yaml"))
    _origins: Origins = PrivateAttr(default=Origins())

    @field_validator("goals")
    @classmethod
    def _name_segments(
        cls, goals: tuple[GoalSettings, ...], info: ValidationInfo
    ) -> tuple[GoalSettings, ...]:
        """Return the goals under the names that their segments count as."""
        known = meanings(info.data.get("aliases", {}))
        return tuple(
            goal.model_copy(
                update={"by": {one: name_of(known, one, name) for one, name in goal.by.items()}}
            )
            for goal in goals
        )

    @model_validator(mode="after")
    def _knows_where_it_is(self, info: ValidationInfo) -> Settings:
        context = context_of(info)
        self._path, self._origins = context.path.absolute(), Origins(context.filled_in)
        return self

    @property
    def path(self) -> Path:
        """The configuration file, absolute."""
        return self._path

    @property
    def filled_in(self) -> tuple[FilledIn, ...]:
        """Where the value of each ``${NAME}`` came from, in the order of their lines."""
        return self._origins.told

    @property
    def root(self) -> Path:
        """The folder of the configuration file: relative paths start here."""
        return self._path.parent

    def resolve(self, path: str | Path) -> Path:
        """Return ``path`` absolute: relative to the configuration file, ``~`` is the home."""
        return self.root / Path(path).expanduser()

    @property
    def lake_path(self) -> Path:
        """The folder of the lake, absolute."""
        return self.resolve(self.lake)

    @property
    def store_url(self) -> str:
        """The store's SQLAlchemy URL; an SQLite file is absolute, PostgreSQL goes by psycopg."""
        url = self.store.get_secret_value()
        if not url.startswith("sqlite"):
            return POSTGRES.sub("postgresql+psycopg://", url)
        file, question, options = url.removeprefix(SQLITE).partition("?")
        if url == "sqlite://" or file in {"", ":memory:"}:
            return url
        return f"{SQLITE}{self.resolve(file)}{question}{options}"

    @cached_property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        company = self.company
        return Calendar(company.timezone, company.week_start, company.fiscal_year_start)

    @cached_property
    def meanings(self) -> Meanings:
        """By dimension, the name that each other spelling of a segment counts as."""
        return meanings(self.aliases)

    @cached_property
    def hours(self) -> BusinessHours:
        """The company's business hours, with the holidays of 2000 to 2045."""
        hours = self.business_hours
        closed = holidays_of(hours.holidays, YEARS_WITH_HOLIDAYS)
        return BusinessHours(hours.days, hours.opens, hours.closes, closed)


def scorecard(settings: Settings, known: frozenset[str] | None = None) -> tuple[str, ...]:
    """Return the keys of the KPIs on the scorecard, in its order, each once.

    A pack also names KPIs that only later versions compute: those not in ``known`` (default: the
    catalogue) are left out.
    """
    there = frozenset(KPIS.keys()) if known is None else known
    pack = PACKS[settings.company.business]
    keys = [
        key
        for include in settings.kpis.include
        for key in (pack if include == PACK else (include,))
    ]
    return tuple(key for key in dict.fromkeys(keys) if key in there)


def goals_for(settings: Settings, period: Period) -> tuple[Goal, ...]:
    """Return every goal as it stands at the end of ``period``.

    A goal of another grain is the one for the period of its own grain that holds the last day of
    ``period``: in week 47 the monthly goals of November.
    """
    calendar, last_day = settings.calendar, period.end_day - DAY
    return tuple(
        goal.at(calendar, calendar.containing(goal.grain, last_day)) for goal in settings.goals
    )


def due_at(settings: Settings, audience: Audience, period: Period) -> datetime:
    """Return when (UTC) ``audience`` is to get the digest of ``period``.

    That is on the first such weekday after the period, or on the first working day; for people
    so far east that the period is not over by then, as soon as it is.
    """
    zone = audience.timezone or settings.company.timezone
    day = period.end_day
    if audience.at.weekday is None:
        day = settings.hours.first_working_day_after(period.end_day - DAY)
    else:
        day += DAY * ((audience.at.weekday - day.weekday()) % 7)
    return max(instant_at(zone, day, audience.at.clock).astimezone(UTC), period.end_at)
