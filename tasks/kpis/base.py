"""What a KPI is: one frozen object with a name, a definition and the measures it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

from tasks.catalog import KPIS
from tasks.kpis.value import Parameter, Value
from tasks.model import Base, Direction, Family, Period

SECTIONS = (
    "Revenue",
    "Retention",
    "Value",
    "Support",
    "Voice",
    "Product",
    "Commerce",
    "Operations",
    "People",
)
UNITS = frozenset(
    {
        "ratio",
        "money",
        "count",
        "points",
        "score",
        "seconds",
        "minutes",
        "days",
        "months",
        "x",
        "ppm",
    }
)
# how long after its period a value may change: the same for all, or of a variant, by the settings
Window = timedelta | Callable[[str, Mapping[str, Any], Period], timedelta]
Found = Mapping[Parameter, tuple[str, ...]]  # the values of parameters that the data hold
_NONE: Found = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI: what it is called, how it is computed, which way is good and what to do about it.

    ``bad`` says what bad looks like, as a level or as a trend; ``action`` what improves it.
    ``unit`` is one of ``UNITS``. ``counted`` and ``of`` are the
    words for numerator and denominator ("customers lost" of "customers"), ``alarm`` is what an
    alert about it says in five words. ``base`` tells how its numbers behave while their period
    still runs, ``window`` how long
    after the period's end a value may still change. ``needs`` names columns (``table.column``)
    without any value in which it would be wrong, not small. The first of ``variants`` is the
    default; a KPI whose variants all come from ``parameters`` has none. ``by`` names the variants
    that speak of one thing each, and the dimension they are cut by (health per ``customer``).
    ``better`` says which way is good for a variant, where that is not the same for all of them.
    """

    key: str
    name: str
    unit: str
    good: Direction
    family: Family
    section: str
    variants: Mapping[str, Value]
    definition: str
    bad: str
    action: str
    counted: str = ""
    of: str = ""
    alarm: str = ""
    base: Base = Base.RUNNING
    window: Window = timedelta(0)
    parameters: tuple[Parameter, ...] = ()
    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    needs: tuple[str, ...] = ()
    by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    better: Callable[[str], Direction] | None = None
    version: int = 1

    @property
    def default_variant(self) -> str:
        """The name of the variant people mean when they name none; empty where data name all."""
        return next(iter(self.variants), "")

    def shown_variant(self, settings: Mapping[str, Any]) -> str:
        """Return the variant to show where nobody chose one: a setting may name another default."""
        return next(
            (
                f"{parameter.prefix}{value}"
                for parameter in self.parameters
                if parameter.is_shown
                for value in parameter.values(settings)
            ),
            self.default_variant,
        )

    def all_variants(
        self, settings: Mapping[str, Any], found: Found = _NONE
    ) -> Mapping[str, Value]:
        """Return every variant by name, those that settings or the data enumerate included."""
        extra = {
            f"{parameter.prefix}{value}": parameter.make(value)
            for parameter in self.parameters
            for value in (*parameter.values(settings), *found.get(parameter, ()))
        }
        return {**self.variants, **extra}

    def has_variant(self, name: str) -> bool:
        """Return whether ``name`` is a variant, or can be one with the right settings or data."""
        return name in self.variants or any(one.takes(name) for one in self.parameters)

    @property
    def is_named_by_data(self) -> bool:
        """Return whether any word may be one of its variants: features and themes name them."""
        return any(one.found and not one.prefix for one in self.parameters)

    def value_of(self, name: str) -> Value:
        """Return the value of a variant; the KPI's example where there is none of that name."""
        if name in self.variants:
            return self.variants[name]
        for parameter in self.parameters:
            if parameter.takes(name):
                return parameter.make(name.removeprefix(parameter.prefix))
        return self.example

    def window_of(self, variant: str, settings: Mapping[str, Any], period: Period) -> timedelta:
        """Return how long after the end of ``period`` the values of a variant may still change."""
        if isinstance(self.window, timedelta):
            return self.window
        return self.window(variant, settings, period)

    @property
    def example(self) -> Value:
        """One of its values: the default, or what a parameter would make."""
        return next(iter(self.variants.values()), None) or self.parameters[0].make("2026-01")

    def good_of(self, variant: str | None) -> Direction:
        """Return which way is good for a variant; without one, for the KPI as a whole."""
        return self.better(variant) if self.better and variant else self.good

    def unit_of(self, variant: str, currency: str) -> str:
        """Return the unit a variant is stored in; money is stored in the company's currency."""
        unit = self.units.get(variant, self.unit)
        return currency if unit == "money" else unit


def tables_of(value: Value) -> frozenset[str]:
    """Return the canonical tables a value reads."""
    own: frozenset[str] = getattr(value, "tables", frozenset())  # of one that has no measures
    return own.union(*(measure.panel.tables for measure in value.measures))


def kpi(
    key: str,
    name: str,
    *,
    unit: str,
    good: Direction,
    family: Family,
    section: str,
    definition: str,
    bad: str,
    action: str,
    value: Value | None = None,
    variants: Mapping[str, Value] | None = None,
    default: str = "default",
    **more: Any,  # noqa: ANN401 - passed on to Kpi, which types them
) -> Kpi:
    """Return a KPI that is now in the catalogue; ``value`` is its variant named ``default``."""
    first = {default: value} if value is not None else {}
    made = Kpi(
        key,
        name,
        unit,
        good,
        family,
        section,
        MappingProxyType({**first, **(variants or {})}),
        definition,
        bad,
        action,
        **more,
    )
    KPIS.add(made)
    return made


def catalogue() -> tuple[Kpi, ...]:
    """Return every KPI in the order in which they were defined."""
    return tuple(cast("Kpi", entry) for entry in KPIS)


def kpi_named(key: str) -> Kpi:
    """Return the KPI called ``key``; raise ``UnknownName`` with what was probably meant."""
    return cast("Kpi", KPIS.get(key))
