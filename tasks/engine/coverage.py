"""How far the facts reach: which KPIs can be computed at all, and for which periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tasks.engine.asked import Asked
from tasks.engine.base import Session
from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.kpis.base import Kpi, tables_of
from tasks.kpis.value import Value
from tasks.model import Grain, NullReason


@dataclass(frozen=True, slots=True)
class Start:
    """Since when a column of a table tells of everything: its first row, or as far as it was read.

    ``is_read_back``: what is older was not read. ``is_first``: there was nothing before, as the
    source itself says; where it does not, older rows may only not be here.
    """

    table: str
    column: str
    at: datetime
    is_read_back: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Reach:
    """Since when a table has rows, until when its sources speak, and which columns are empty.

    ``begins`` says since when the sources of a table tell everything, where they say so. ``exact``
    are the tables of which it is known to the minute until when they do. ``days`` is ``first`` of
    what is dated by a local day.
    """

    tables: frozenset[str]
    first: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    begins: Mapping[str, datetime] = field(default_factory=dict)
    exact: frozenset[str] = frozenset()
    days: Mapping[tuple[str, str], date] = field(default_factory=dict)

    def lacking(self, kpi: Kpi, value: Value) -> tuple[str, ...]:
        """Return the tables and columns (``table.column``) without which it can't be computed."""
        tables = sorted(tables_of(value) - self.tables)
        dated = {".".join(measure.panel.dated_by) for measure in value.measures}
        columns = sorted((set(kpi.needs) | dated) & self.empty)
        return (*tables, *columns)

    def reason(self, value: Value, one: Asked) -> NullReason | None:
        """Return why a value can't be known for a period, or None where the facts reach it."""
        for panel in {measure.panel for measure in value.measures}:
            if panel.by_month:
                if one.period.grain in (Grain.DAY, Grain.WEEK):
                    return NullReason.PERIOD_TOO_SHORT
                continue
            if reason := self._outside(panel.dated_by, one):
                return reason
        return None

    def _outside(self, dated_by: tuple[str, str], one: Asked) -> NullReason | None:
        """Return why a period is not, or not wholly, among the times that a table tells of."""
        table, first = dated_by[0], self.first.get(dated_by)
        if table in self.begins and one.period.start_at < self.begins[table]:
            return NullReason.SOURCE_UNAVAILABLE
        if first is not None and one.period.end_at <= first:
            return NullReason.INSUFFICIENT_INPUTS
        if dated_by in self.days and one.period.end_day <= self.days[dated_by]:
            return NullReason.INSUFFICIENT_INPUTS
        known = self.watermarks.get(table)
        is_short = known is not None and table in self.exact and known < one.close_at
        if is_short or (known is not None and known <= one.period.start_at):
            return NullReason.SOURCE_STALE
        return None

    def starts(self, value: Value) -> Iterator[Start]:
        """Yield since when each table that places it in time tells of everything."""
        for dated_by in {m.panel.dated_by for m in value.measures if not m.panel.by_month}:
            first, begins = self.first.get(dated_by), self.begins.get(dated_by[0])
            if begins is not None and (first is None or begins >= first):
                yield Start(*dated_by, begins, is_read_back=True)
            elif first is not None:
                yield Start(*dated_by, first, is_first=dated_by[0] in self.exact)

    def is_complete(self, value: Value, one: Asked) -> bool:
        """Return whether every source it rests on speaks of the whole period."""
        known = (self.watermarks.get(m.panel.dated_by[0]) for m in value.measures)
        return all(mark is None or mark >= one.close_at for mark in known)


def reach(
    session: Session,
    tables: Iterable[str],
    watermarks: Mapping[str, datetime],
    kpis: Iterable[Kpi],
) -> Reach:
    """Look up how far the facts reach for these KPIs; ``tables`` are those that were loaded."""
    loaded = frozenset(tables)
    values = [(kpi, value) for kpi in kpis for value in (kpi.example, *kpi.variants.values())]
    dated = {measure.panel.dated_by for _, value in values for measure in value.measures}
    needed = {_pair(name) for kpi, _ in values for name in kpi.needs}
    pairs = [pair for pair in sorted(dated | needed) if pair[0] in loaded and pair[0] in FACTS]
    lowest = {pair: _lowest(session, *pair) for pair in pairs}
    return Reach(
        loaded,
        {
            pair: value.replace(tzinfo=UTC)
            for pair, value in lowest.items()
            if isinstance(value, datetime)
        },
        watermarks,
        frozenset(".".join(pair) for pair, value in lowest.items() if value is None),
        days={
            pair: value
            for pair, value in lowest.items()
            if isinstance(value, date)
            and not isinstance(value, datetime)
            and about(FACTS[pair[0]]).time == pair[1]  # when it was, not when it was due
        },
    )


def _pair(name: str) -> tuple[str, str]:
    table, _, column = name.partition(".")
    return table, column


def _lowest(session: Session, table: str, column: str) -> Any:  # noqa: ANN401 - of any column
    """Return the least value of a column, None without any.

    The first in order instead of the minimum: engines skip what can't be it, and read little.
    """
    listed = f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608 - ours
    rows = session.rows(f'{listed} ORDER BY "{column}" LIMIT 1')
    return rows[0][0] if rows else None
