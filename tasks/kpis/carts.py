"""Carts: how many were filled and left behind?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import or_

from tasks.facts.commerce import carts
from tasks.facts.functions import seconds_between
from tasks.facts.panel import events
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.kpis.value import Parameter, Ratio, Value
from tasks.model import Direction, Family, Period

_HOUR, _HOURS_A_DAY = 3600, 24
_USUAL = (24, 168)
_PREFIX = "window_"
_filled = events("carts_filled", carts, at=carts.c.created_at, where=carts.c["items"] > 0)
_c = _filled.c


def _left_after(hours: int) -> Ratio:
    """Return the share of carts that had become no order so many hours after they were made."""
    late = seconds_between(_c.created_at, _c.converted_at) > hours * _HOUR
    left = or_(_c.converted_at.is_(None), late, _c.converted_at >= _c.known_at)
    return ratio(count(_filled, left), count(_filled))


def _hours(name: str) -> int:
    """Return the hours that ``24h`` or ``7d`` stand for."""
    number, unit = name[:-1], name[-1:]
    if not number.isdecimal() or unit not in ("h", "d"):
        return _USUAL[0]
    return int(number) * (_HOURS_A_DAY if unit == "d" else 1)


def _name(hours: int) -> str:
    """Return how many hours are called: ``24h``, ``36h``, ``7d``."""
    days, rest = divmod(hours, _HOURS_A_DAY)
    return f"{hours}h" if rest or days <= 1 else f"{days}d"


def _left_within(name: str) -> Value:
    return _left_after(_hours(name))


def _names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    chosen = settings.get("cart_abandonment_rate", {}).get("window_hours", _USUAL)
    return tuple(_name(hours) for hours in chosen if hours != _USUAL[0])


def _window(variant: str, _settings: Mapping[str, Any], _period: Period) -> timedelta:
    return timedelta(hours=_hours(variant.removeprefix(_PREFIX)))


CART_ABANDONMENT_RATE = kpi(
    "cart_abandonment_rate",
    "Carts left behind",
    unit="ratio",
    good=Direction.DOWN,
    family=Family.BINOMIAL,
    section="Commerce",
    value=_left_after(_USUAL[0]),
    default=f"{_PREFIX}{_name(_USUAL[0])}",
    parameters=(Parameter(_PREFIX, _left_within, _names, shape=r"\d+[hd]"),),
    definition="Carts with something in them that became no order within 24 hours (7 days in the "
    "variant; a setting names more), over all such carts made in the period.",
    bad="More of those who filled a cart leave it than before.",
    action="Remind those who left; see at which step, and at which delivery cost, they did.",
    counted="carts left behind",
    of="carts",
    window=_window,
    needs=("carts.converted_at",),
    alarm="More carts are left behind",
)
