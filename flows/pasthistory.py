"""What was measured before Keepwell came? Past values beside our own, never over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from flows.history import variant_of
from flows.workspace import Workspace
from tasks.config.aliases import name_of
from tasks.connectors.tabular.reading import read as read_file
from tasks.errors import KeepwellError, SourceRejected, UnknownName, WrongUse
from tasks.facts.mapping import plain
from tasks.facts.raw import FILE, LINE
from tasks.kpis.base import kpi_named
from tasks.model import ALL, UNSAID, Cell, Observation, Status
from tasks.store import read, record

NEEDED = ("kpi", "period", "value")
PERCENT = Decimal(100)
Row = Mapping[str, str | None]
Place = tuple[Cell, str]  # a cell and a period


@dataclass(frozen=True, slots=True)
class Imported:
    """How many past values are new or were there, how many we had measured, what was refused."""

    new: int
    unchanged: int
    measured: int
    refused: tuple[str, ...]


def import_history(workspace: Workspace, path: Path, now: datetime) -> Imported:
    """Add the past values in a file to the history; raise ``SourceRejected`` where there are none.

    The columns are those of `keepwell values --format csv`, or only kpi, period, value and
    perhaps segment (``plan=Pro``). A period that was measured keeps what was measured; one of
    which nothing could be said is no such period.
    """
    offered: list[Observation] = []
    refused: list[str] = []
    for line, row in _rows(path):
        try:
            offered.append(_observation(workspace, row, now))
        except KeepwellError as error:
            refused.append(f"{path.name}, line {line}: {error}")
    ours, others = _known(workspace, offered)
    past = [_above(one, others) for one in offered if (one.cell, one.period) not in ours]
    done = record(workspace.store, past, recorded_at=now)
    new = done.new + len(done.restated)
    return Imported(new, done.unchanged, len(offered) - len(past), tuple(refused))


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    found = read_file(path)
    names = {plain(name): name for name in found.rows.schema.names if name not in {FILE, LINE}}
    if missing := [name for name in NEEDED if name not in names]:
        raise SourceRejected(
            f"{path.name} has no column {', '.join(missing)}.",
            where=f"It has {', '.join(names.values()) or 'no columns'}.",
            todo="It needs kpi, period and value, or what 'keepwell values --format csv' prints.",
        )
    for row in found.rows.to_pylist():
        cells = {ours: row[theirs] for ours, theirs in names.items()}
        yield row[LINE], {name: str(cell).strip() for name, cell in cells.items() if cell}


def _observation(workspace: Workspace, row: Row, now: datetime) -> Observation:
    settings = workspace.settings
    kpi = kpi_named(row.get("kpi") or "")
    variant = row.get("variant") or variant_of(settings, kpi.key)
    if not kpi.has_variant(variant):
        raise UnknownName(f"variant of {kpi.key}", variant, kpi.variants)
    period = settings.calendar.period(row.get("period") or "")
    if period.end_at > now:
        raise WrongUse(f"{period.key} is not over yet.", todo="Only past periods can be imported.")
    dimension, written = _segment(settings.segments, row)
    numerator, denominator = _components(row, is_share=kpi.unit == "ratio")
    return Observation(
        kpi=kpi.key,
        variant=variant,
        grain=period.grain,
        period=period.key,
        unit=kpi.unit_of(variant, settings.company.currency),
        # just before the period closed: whatever we measure ourselves is later knowledge
        as_of=period.end_at - timedelta(microseconds=1),
        segment_dimension=dimension,
        segment=name_of(settings.meanings, dimension, written),
        status=Status.IMPORTED,
        definition_version=kpi.version,
        numerator=numerator,
        denominator=denominator,
    )


def _segment(known: Sequence[str], row: Row) -> tuple[str, str]:
    """Return dimension and segment of ``plan=Pro``, or of two columns; ALL where neither is."""
    written = row.get("segment") or ALL
    dimension, found, segment = written.partition("=")
    if not found:
        dimension, segment = row.get("segment_dimension") or ALL, written
    if ALL in {dimension, segment}:
        if dimension == segment:
            return ALL, ALL
        raise WrongUse(f"'{written}' names no dimension.", todo="Write it like plan=Pro.")
    if dimension not in known:
        raise UnknownName("segment dimension", dimension, (ALL, *known))
    return dimension, segment.removeprefix("'")


def _components(row: Row, *, is_share: bool) -> tuple[Decimal, Decimal | None]:
    top, bottom = row.get("numerator"), row.get("denominator")
    if top:
        return _number(top), _number(bottom) if bottom else None
    return _number(row.get("value") or "", is_share=is_share), None


def _number(text: str, *, is_share: bool = False) -> Decimal:
    bare = text.removesuffix("%").strip() if is_share else text
    try:
        number = Decimal(bare)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise WrongUse(f"'{text}' is not a number.", todo="Write it like 0.02 or 1234.5.")
    return number / PERCENT if bare != text else number


def _known(
    workspace: Workspace, offered: Sequence[Observation]
) -> tuple[frozenset[Place], Mapping[Place, datetime]]:
    """Return what we have measured ourselves, and as of when we know of the others."""
    kpis = {one.kpi for one in offered}
    stored = read(workspace.store, kpis=kpis, periods={one.period for one in offered})
    others = {
        (one.cell, one.period): one.as_of
        for one in stored
        if one.status is Status.IMPORTED or one.null_reason in UNSAID
    }
    return frozenset((one.cell, one.period) for one in stored) - others.keys(), others


def _above(one: Observation, others: Mapping[Place, datetime]) -> Observation:
    """Return a past value so that it stands above what only says that there are no data."""
    return replace(one, as_of=max(one.as_of, others.get((one.cell, one.period), one.as_of)))
