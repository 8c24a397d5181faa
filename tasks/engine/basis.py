"""What all values of one run rest on: whose calendar, currency, hours, settings and segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tasks.calendar import BusinessHours, Calendar
from tasks.engine.compile import OVERALL, Dimension
from tasks.facts.precedence import second

if TYPE_CHECKING:
    from tasks.config import Settings


@dataclass(frozen=True)
class Basis:
    """The company's side of a computation; ``settings`` are those of the KPIs, by name."""

    calendar: Calendar
    hours: BusinessHours
    currency: str
    fx_mode: str = "locked"
    segments: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    variants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    second_sources: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Everything values are cut by: overall, then each segment or cross of segments."""
        return (OVERALL, *(tuple(name.split("/")) for name in self.segments))

    def cut(self, now: datetime) -> datetime:
        """Return the last local midnight: an open period is computed up to it."""
        return self.calendar.midnight(self.calendar.local_day(now))

    @cached_property
    def midnights(self) -> dict[str, datetime]:
        """When the days begin that settings name: ``midnight_2026-04-01``."""
        days = self.settings.get("renewal_rate", {}).get("as_of_dates", ())
        return {f"midnight_{day}": self.calendar.midnight(_day(day)) for day in days}

    @cached_property
    def windows(self) -> Mapping[str, Any]:
        """What says how long a value may still change: the settings, and when days begin."""
        return {**self.settings, **self.midnights}

    @property
    def parameters(self) -> dict[str, Any]:
        """The values statements are compiled with."""
        known = self.settings
        return {
            **_flat(known),
            "company_timezone": self.calendar.timezone,
            "company_currency": self.currency,
            "fx_mode": self.fx_mode,
            "second_sources": self.second_sources,
            "pause_days": known.get("pause_days", 90),
            "late_renewal_grace": known.get("late_renewal_grace", 30),
            "reactivation_gap_days": known.get("reactivation_gap_days", 30),
            "movement_grouping_minutes": known.get("movement_grouping_minutes", 60),
            "csat_positive": tuple(known.get("csat", {}).get("positive", (4, 5))),
            "csat_good": tuple(known.get("csat", {}).get("good", (1,))),
            "fcr_window_days": known.get("fcr", {}).get("window_days", 7),
            **self.midnights,
        }


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings as one level: ``call_service_level_within_seconds``."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}_")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _day(given: date | str) -> date:
    return given if isinstance(given, date) else date.fromisoformat(given)


def basis_of(settings: Settings) -> Basis:
    """Return the basis a configuration describes."""
    return Basis(
        calendar=settings.calendar,
        hours=settings.hours,
        currency=settings.company.currency,
        fx_mode=settings.fx.mode,
        segments=tuple(settings.segments),
        settings=settings.kpis.settings,
        variants=settings.kpis.variants,
        second_sources=second(
            {source.name: source.kind for source in settings.sources},
            settings.kpis.settings["mrr_precedence"],
        ),
    )
