"""Which periods did the days touch that later loads made others?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from tasks.config import Settings
from tasks.engine.basis import basis_of
from tasks.facts.reach import looks_back
from tasks.facts.revenue import subscription_versions
from tasks.facts.stretches import Stretch
from tasks.kpis.base import catalogue
from tasks.model import Period

DAY = timedelta(days=1)


def touched_by(settings: Settings, stretches: Iterable[Stretch]) -> Callable[[Period], bool]:
    """Return what says whether a period reads any of the days of ``stretches``."""
    if _are_there_own():
        stretches = [Stretch(one.table) for one in stretches]
    days = [(_as_read(settings, one), _back(settings, one)) for one in stretches]

    def is_touched(period: Period) -> bool:
        return any(reads(period, one, back) for one, back in days)

    return is_touched


def reads(period: Period, stretch: Stretch, back: int) -> bool:
    """Return whether a period reads any day of ``stretch``.

    It reads its own days, and as many as ``back`` before its end.
    """
    first, last = stretch.first_day or date.min, stretch.last_day or date.max
    since = min(period.first_day, period.end_day - back * DAY)
    return first < period.end_day and since <= last


def _are_there_own() -> bool:
    """Return whether there are KPIs of one's own: which days they read nobody knows."""
    values = (value for kpi in catalogue() for value in kpi.variants.values())
    return any(not value.measures for value in values)


def _back(settings: Settings, one: Stretch) -> int:
    return looks_back(one.table, settings.kpis.settings)


def _as_read(settings: Settings, one: Stretch) -> Stretch:
    # who pays by which of two sources is decided for all times at once
    is_doubted = one.table == subscription_versions.name and basis_of(settings).second_sources
    return Stretch(one.table) if is_doubted else one
