"""What was measured so far: read from the store, as commands and digests need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.asking import Asked
from flows.workspace import Workspace
from tasks.config import Settings
from tasks.config.aliases import name_of
from tasks.errors import UnknownName
from tasks.kpis.base import catalogue, kpi_named
from tasks.model import ALL, Cell, Observation
from tasks.store import read


@dataclass(frozen=True, slots=True)
class Choice:
    """What `keepwell values` was asked to show."""

    periods: Asked = field(default_factory=Asked)
    kpis: tuple[str, ...] = ()
    variant: str | None = None
    dimension: str | None = None
    as_of: datetime | None = None
    all_variants: bool = False
    all_revisions: bool = False


def variant_of(settings: Settings, kpi: str) -> str:
    """Return the variant of ``kpi`` that is meant when none is named."""
    return settings.kpis.variants.get(kpi) or kpi_named(kpi).default_variant


def chosen(workspace: Workspace, choice: Choice) -> tuple[Observation, ...]:
    """Return the stored observations of a choice; raise ``UnknownName`` for what there is not."""
    settings = workspace.settings
    _must_exist(settings, choice)
    found = read(
        workspace.store,
        kpis=choice.kpis or None,
        variants=(choice.variant,) if choice.variant else None,
        grain=choice.periods.grain,
        dimension=choice.dimension,
        as_of=choice.as_of,
        all_revisions=choice.all_revisions,
    )
    inside = _inside(settings, choice.periods, as_called_now(settings, found))
    if choice.variant or choice.all_variants:
        return inside
    return tuple(
        one for one in inside if one.variant == (variant_of(settings, one.kpi) or one.variant)
    )


def _must_exist(settings: Settings, choice: Choice) -> None:
    kpis = [kpi_named(key) for key in choice.kpis]
    for kpi in kpis if choice.variant else ():
        if not kpi.has_variant(str(choice.variant)):
            raise UnknownName(f"variant of {kpi.key}", str(choice.variant), kpi.variants)
    if choice.dimension not in {None, ALL, *settings.segments, *_own_dimensions()}:
        raise UnknownName("segment dimension", str(choice.dimension), (ALL, *settings.segments))


def _own_dimensions() -> frozenset[str]:
    """Return the dimensions that single variants are cut by, such as a customer's own health."""
    return frozenset(dimension for kpi in catalogue() for dimension in kpi.by.values())


def _inside(
    settings: Settings, periods: Asked, found: Iterable[Observation]
) -> tuple[Observation, ...]:
    if periods.first is None and periods.last is None:
        return tuple(found)
    known: dict[str, bool] = {}
    inside = []
    for one in found:
        if one.period not in known:
            known[one.period] = periods.holds(settings.calendar.period(one.period))
        if known[one.period]:
            inside.append(one)
    return tuple(inside)


def as_called_now(settings: Settings, found: Iterable[Observation]) -> Iterator[Observation]:
    """Yield those of ``found`` whose segment is not, by now, another spelling of a name."""
    for one in found:
        if name_of(settings.meanings, one.segment_dimension, one.segment) == one.segment:
            yield one


def by_cell(observations: Iterable[Observation]) -> Mapping[Cell, tuple[Observation, ...]]:
    """Return the history of each cell, oldest first; of one period the last one given counts."""
    cells: dict[Cell, dict[str, Observation]] = defaultdict(dict)
    for one in observations:
        cells[one.cell][one.period] = one
    # the keys of one grain sort as time does
    return {cell: tuple(seen[key] for key in sorted(seen)) for cell, seen in cells.items()}
