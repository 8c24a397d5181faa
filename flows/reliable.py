"""Since when can each KPI be trusted? Since all it rests on tells of everything.

A period counts from its first day: what begins earlier than that is only part of what happened.
An API was read back so far and no further; of anything else only its first row is known.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from babel.dates import format_date

from flows.history import variant_of
from flows.lakeside import facts_of
from flows.workspace import Workspace
from tasks.calendar import Calendar
from tasks.engine.coverage import Reach, Start, reach
from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.kpis.base import Kpi, catalogue, kpi_named, tables_of
from tasks.messages.wording import ENGLISH
from tasks.model import DataNote, Period

WIDE = 100
INDENT = " " * 15
DAY = timedelta(days=1)
MOST_NAMED = 4
KIND = "reliable"


@dataclass(frozen=True, slots=True)
class Since:
    """The company's day from which KPIs can be trusted, why not earlier, and which KPIs.

    ``is_read_back``: what is older was not read, so nothing is said of it at all. ``is_first``: the
    source says that there was nothing before.
    """

    day: date
    because: str
    kpis: tuple[str, ...]
    is_read_back: bool = False
    is_first: bool = False


def reliable(workspace: Workspace, kpis: Sequence[Kpi] | None = None) -> tuple[Since, ...]:
    """Return since when each KPI that can be computed is reliable, the earliest day first.

    It is about ``kpis``, or all there are.
    """
    facts, settings = facts_of(workspace), workspace.settings
    about_them = catalogue() if kpis is None else kpis
    if not facts.files:
        return ()
    with facts.open() as session:
        looked = reach(session, facts.tables, facts.watermarks, about_them)
    whole = replace(looked, begins=facts.begins, exact=facts.exact)
    sources: dict[str, list[str]] = {}
    for file in facts.files:
        sources.setdefault(file.table, []).append(file.source)
    groups: dict[tuple[date, str, bool, bool], list[str]] = {}
    for kpi in about_them:
        start = _start(kpi, variant_of(settings, kpi.key), whole)
        if start is not None:
            names = " and ".join(dict.fromkeys(sources.get(start.table, ())))
            groups.setdefault(_group(start, names, settings.calendar), []).append(kpi.key)
    return tuple(
        Since(day, because, tuple(kpis), is_read_back, is_first)
        for (day, because, is_read_back, is_first), kpis in sorted(groups.items())
    )


def _start(kpi: Kpi, variant: str, looked: Reach) -> Start | None:
    """Return the last of the starts that a KPI waits for; None without any dates or data."""
    value = kpi.value_of(variant)
    if looked.lacking(kpi, value) or not tables_of(value):
        return None
    return max(looked.starts(value), key=lambda start: (start.at, start.table), default=None)


def _group(start: Start, sources: str, calendar: Calendar) -> tuple[date, str, bool, bool]:
    day = calendar.local_day(start.at)
    if not start.is_read_back:
        return day, f"{sources}: no {_rows_of(start)} before", False, start.is_first
    begun = day if calendar.midnight(day) == start.at else day + DAY
    return begun, f"{sources}: {start.table} were read back to then", True, False


def _rows_of(start: Start) -> str:
    """Return what there is none of before: rows of a table, or some with a column filled."""
    is_usual = about(FACTS[start.table]).time in {None, start.column}
    return start.table if is_usual else f"{start.column} of {start.table}"


def lines(found: Sequence[Since]) -> Iterator[str]:
    """Yield the lines of `check` and `sync`: each day with its KPIs, and why not earlier."""
    for one in found:
        yield from textwrap.wrap(
            f"{', '.join(one.kpis)} ({one.because})",
            WIDE,
            initial_indent=f"  {in_words(one.day):<{len(INDENT) - 2}}",
            subsequent_indent=INDENT,
            break_long_words=False,
        )
    if found:
        yield "  A period that begins earlier has part of it only, or no value."


def in_words(day: date) -> str:
    """Return a day as people write it: ``22 Nov 2024``."""
    return str(format_date(day, "d MMM y", ENGLISH))


def records(found: Iterable[Since]) -> Mapping[str, Mapping[str, str]]:
    """Return the day and the reason by KPI, for JSON."""
    return {
        kpi: {"since": one.day.isoformat(), "because": one.because}
        for one in found
        for kpi in one.kpis
    }


def partial_notes(workspace: Workspace, period: Period, shown: Iterable[str]) -> Iterator[DataNote]:
    """Yield what a reader of ``period`` must know of the KPIs ``shown`` that are not whole in it.

    Of a period that lies before all of it there is no value, and its absence says why.
    """
    for one in reliable(workspace, [kpi_named(key) for key in shown]):
        if not one.is_first and period.first_day < one.day < period.end_day:
            source = one.because.partition(":")[0]
            yield DataNote(KIND, source, _note(one, one.kpis, period), len(one.kpis))


def _note(one: Since, kpis: Sequence[str], period: Period) -> str:
    rest = len(kpis) - MOST_NAMED
    names = ", ".join([*kpis[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])
    day = in_words(one.day)
    if one.is_read_back:
        return f"{one.because.removesuffix('then')}{day} only; of this {period.grain} no {names}."
    return f"{one.because} {day}; of this {period.grain} {names} may lack something."
