"""A small world drawn as text tables, and what Keepwell says about it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric
from sqlalchemy.types import TypeEngine

import tasks.engine  # the engines
import tasks.kpis  # noqa: F401 - fills the catalogue
from tasks.calendar import BusinessHours, Calendar
from tasks.catalog import ENGINES
from tasks.engine.base import Engine, Limits, Session
from tasks.engine.basis import Basis
from tasks.engine.measure import Lake, Measured, Request, measure
from tasks.facts import FACTS
from tasks.model import ALL, Observation

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
OFFICE = BusinessHours(frozenset(range(5)), time(9), time(17), frozenset())
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "subscription_versions": {
        "status": "active",
        "unit_amount": "100",
        "quantity": "1",
        "currency": "USD",
        "interval": "month",
        "interval_count": "1",
    },
    "customers": {"is_test": "false"},
    "tickets": {"created_by": "customer", "replies_before_first_solve": "1", "is_spam": "false"},
    "survey_responses": {"survey": "nps", "scale_min": "0", "scale_max": "10", "high_is": "good"},
    "contracts": {"acv": "1200", "outcome": "renewed"},
    "fx_rates": {"kind": "locked"},
}

CHOSEN = {"engine": "duckdb", "url": ""}  # which engine worlds are computed on at the moment


def engine() -> Engine:
    """Return the engine that worlds are computed on."""
    return cast("Engine", ENGINES.get(CHOSEN["engine"]))


def rows(table: str, text: str) -> list[dict[str, str | None]]:
    """Read a drawn table: columns parted by ``|``, ``-`` for nothing; keys are made up."""
    lines = [line.split("|") for line in text.strip().splitlines()]
    names = [name.strip() for name in lines[0]]
    key = FACTS[table].primary_key.columns.keys()[0] if FACTS[table].primary_key.columns else None
    found = []
    for number, line in enumerate(lines[1:]):
        cells = dict(zip(names, (cell.strip() for cell in line), strict=True))
        row: dict[str, str | None] = {**DEFAULTS.get(table, {}), **cells}
        if key and key not in row:
            row[key] = f"{table}-{number}"
        if table == "subscription_versions":
            row.setdefault("subscription_id", row["customer_id"])
        found.append({name: None if cell in ("-", "") else cell for name, cell in row.items()})
    return found


def put(session: Session, table: str, given: list[dict[str, str | None]]) -> None:
    """Fill a canonical table with rows of text, each cell as its column's type."""
    columns = {column.name: column.type for column in FACTS[table].columns}
    session.fill(
        FACTS[table],
        [
            {
                name: None if cell is None else read(cell, columns[name])
                for name, cell in row.items()
            }
            for row in given
        ],
    )


def read(cell: str, kind: TypeEngine[Any]) -> object:
    """Return a cell as a value of its column's type; an instant is UTC without a zone."""
    if isinstance(kind, Boolean):
        return {"true": True, "1": True, "false": False, "0": False}[cell.lower()]
    if isinstance(kind, Integer):
        return int(cell)
    if isinstance(kind, Numeric):
        return Decimal(cell)
    if isinstance(kind, Date):
        return date.fromisoformat(cell)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(cell.removesuffix("Z"))
    return cell


@dataclass(frozen=True)
class World:
    """A company and its facts; times are UTC unless ``zone`` says otherwise."""

    tables: Mapping[str, str]
    zone: str = "UTC"
    segments: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    fx_mode: str = "locked"
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    begins: Mapping[str, datetime] = field(default_factory=dict)
    exact: frozenset[str] = frozenset()
    fiscal_year_start: int = 1
    _known: dict[Hashable, Measured] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def basis(self) -> Basis:
        calendar = Calendar(self.zone, fiscal_year_start=self.fiscal_year_start)
        return Basis(calendar, OFFICE, "USD", self.fx_mode, self.segments, self.settings)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with engine().open(Path(), (), Limits(url=CHOSEN["url"])) as session:
            for table, text in self.tables.items():
                put(session, table, rows(table, text))
            yield session

    def measured(self, *keys: str, **request: Any) -> Measured:
        """Return all observations; what was asked before of the same engine is still known."""
        asked = (CHOSEN["engine"], keys, *sorted(request.items()))
        if asked not in self._known:
            self._known[asked] = self._measured(*keys, **request)
        return self._known[asked]

    def _measured(self, *keys: str, **request: Any) -> Measured:
        periods = tuple(self.basis.calendar.period(key) for key in keys)
        lake = Lake(frozenset(self.tables), self.watermarks, self.begins, self.exact)
        request = {"now": NOW, "all_variants": True, **request}
        with self.session() as session:
            return measure(session, self.basis, lake, Request(periods, **request))

    def observe(
        self,
        kpi: str,
        period: str = "2026-02",
        *,
        variant: str | None = None,
        segment: str = ALL,
        **request: Any,
    ) -> Observation:
        """Return one observation; without ``variant`` that of the KPI's first."""
        found = self.measured(period, kpis=(kpi,), **request).observations
        return next(
            one
            for one in found
            if one.segment == segment and (variant is None or one.variant == variant)
        )

    def value(self, kpi: str, period: str = "2026-02", **wanted: Any) -> Fraction | str | None:
        """Return a KPI exactly, or the reason why there is none."""
        one = self.observe(kpi, period, **wanted)
        if one.null_reason is not None or one.numerator is None:
            return one.null_reason
        return Fraction(one.numerator) / Fraction(one.denominator or 1)


def book(text: str, **world: Any) -> World:
    """Return a world of subscriptions alone."""
    return World({"subscription_versions": text}, **world)
