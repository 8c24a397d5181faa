"""What do the rules have to know besides values? Single customers, and how the data came in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from flows.datanotes import freshness
from flows.history import variant_of
from flows.lakeside import facts_of, source_names
from flows.plan import told
from flows.restatements import restated_before
from flows.workspace import Workspace
from tasks.alerts.cases import PAID, Known
from tasks.catalog import RULES
from tasks.config import Settings
from tasks.engine import happenings as facts_about
from tasks.engine.basis import basis_of
from tasks.kpis.base import kpi_named, tables_of
from tasks.model import Cell, Period
from tasks.rules.base import Rule
from tasks.rules.circumstances import Happening, Revised, Supply
from tasks.rules.data_quality import FEWEST_REFUSED
from tasks.rules.event import EventSettings
from tasks.store import quarantined, totals


def known_at(workspace: Workspace, period: Period, now: datetime) -> Known:
    """Return all that is known besides values when ``period`` is judged at ``now``."""
    return Known(
        now=now,
        happenings=happenings(workspace, period, now),
        revised=revised(workspace, period),
        supplies=supplies(workspace, period),
    )


def happenings(workspace: Workspace, period: Period, now: datetime) -> tuple[Happening, ...]:
    """Return what happened in ``period`` at customers who are large enough to be told about."""
    facts, least = facts_of(workspace), least_share(workspace.settings, period)
    if least is None or "subscription_versions" not in facts.tables:
        return ()
    with facts.open() as session:
        basis = basis_of(workspace.settings)
        return facts_about.happenings(session, basis, period, now=now, least=least)


def least_share(settings: Settings, period: Period) -> Decimal | None:
    """Return the smallest share of MRR the rule is asked to speak of; None when it is off."""
    rule = cast("Rule", RULES.get("event"))
    found = cast("EventSettings", settings.rules.settings_of(rule, PAID, period.grain))
    return found.share if found.enabled else None


def revised(workspace: Workspace, period: Period) -> Mapping[Cell, tuple[Revised, ...]]:
    """Return the overall values of earlier periods that are others than were reported."""
    found: dict[Cell, list[Revised]] = defaultdict(list)
    for one in restated_before(workspace, period):
        found[one.after.cell].append(Revised(one.before, one.after))
    return {cell: tuple(each) for cell, each in found.items()}


def supplies(workspace: Workspace, period: Period) -> Mapping[str, tuple[Supply, ...]]:
    """Return the tables each KPI that is told rests on: rows, refused rows, silent sources.

    Of several KPIs that rest on a table, the first of the scorecard speaks about it.
    """
    settings = workspace.settings
    names, silent = source_names(settings), _silent(workspace, period)
    by_table: dict[str, list[Supply]] = defaultdict(list)
    for one in totals(workspace.store):
        if one.source in names:
            refused = one.quarantined - one.duplicates
            by_table[one.table].append(
                Supply(
                    one.source,
                    one.table,
                    one.read,
                    refused,
                    one.duplicates,
                    _why(workspace, one.source, one.table) if refused >= FEWEST_REFUSED else "",
                    silent_since=silent.get(one.source),
                )
            )
    return _of_kpis(settings, by_table)


def _of_kpis(
    settings: Settings, by_table: Mapping[str, Sequence[Supply]]
) -> Mapping[str, tuple[Supply, ...]]:
    speakers: dict[str, str] = {}
    tables = {key: _tables(settings, key) for key in told(settings)}
    for key, read in tables.items():
        for table in read:
            speakers.setdefault(table, key)
    return {
        key: tuple(_spoken_for(by_table, read, speakers)) for key, read in tables.items() if read
    }


def _spoken_for(
    by_table: Mapping[str, Sequence[Supply]], read: Iterable[str], speakers: Mapping[str, str]
) -> Iterator[Supply]:
    for table in sorted(read):
        for one in by_table.get(table, ()):
            yield replace(one, told_by=speakers[table])


def _tables(settings: Settings, key: str) -> frozenset[str]:
    return tables_of(kpi_named(key).value_of(variant_of(settings, key)))


def _silent(workspace: Workspace, period: Period) -> Mapping[str, date]:
    """Return the sources that are late, and on which day of the company they last spoke."""
    day = workspace.settings.calendar.local_day
    return {
        one.source: day(one.watermark)
        for one in freshness(workspace, period)
        if one.is_late and one.watermark is not None
    }


def _why(workspace: Workspace, source: str, table: str) -> str:
    """Return the commonest reason for which rows of a table are in quarantine."""
    refused = [row for row in quarantined(workspace.store, source=source) if row.table == table]
    reasons = Counter(f"{row.column} {row.reason}".strip() for row in refused)
    return reasons.most_common(1)[0][0] if reasons else ""
