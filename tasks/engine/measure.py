"""From facts to observations: every KPI asked for, of every period and segment, as components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tasks.engine import books
from tasks.engine.asked import Asked, asked, list_periods, prepare_people, prepare_spans
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.books import Break
from tasks.engine.compile import OVERALL, Dimension, knows, statements
from tasks.engine.coverage import Reach, reach
from tasks.engine.cube import Cube, Place
from tasks.engine.parameters import enumerated
from tasks.engine.passes import computed
from tasks.facts.attributes import ATTRIBUTES
from tasks.facts.customers import customer_versions
from tasks.kpis.base import Found, Kpi, catalogue
from tasks.kpis.value import Components, Measure, Sample, Value, squared
from tasks.model import ALL, NullReason, Observation, Period, Status

MANY = 5  # periods from which on most of them are like the one before
ATTRIBUTE_COLUMNS = {name: "owner_id" if name == "owner" else name for name in ATTRIBUTES}
VERSIONED = frozenset(column.name for column in customer_versions.columns)


@dataclass(frozen=True)
class Request:
    """What to compute: which periods, KPIs and variants, as known when."""

    periods: tuple[Period, ...]
    now: datetime
    as_of: datetime | None = None
    kpis: tuple[str, ...] | None = None
    all_variants: bool = False


@dataclass(frozen=True)
class Lake:
    """What was loaded: which tables, and of which times their sources tell (by table).

    They are known until ``watermarks``, and whole since ``begins``; see ``Facts``.
    """

    tables: frozenset[str]
    watermarks: Mapping[str, datetime]
    begins: Mapping[str, datetime] = field(default_factory=dict)
    exact: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Measured:
    """All observations, the identities that do not hold, and what each other KPI lacks."""

    observations: tuple[Observation, ...]
    breaks: tuple[tuple[str, Break], ...]  # period key, break
    lacking: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...] = ()  # configured segments of which no customer has a value


@dataclass(frozen=True)
class _Wanted:
    """One variant of one KPI, to be computed."""

    kpi: Kpi
    variant: str
    value: Value

    @property
    def by(self) -> tuple[Dimension, ...]:
        """The only dimension it is cut by, if it speaks of one thing each; else nothing."""
        dimension = self.kpi.by.get(self.variant)
        return ((dimension,),) if dimension else ()


def measure(session: Session, basis: Basis, lake: Lake, request: Request) -> Measured:
    """Return the observations of a request.

    A period that has not begun is left out; an open one is computed up to the last local
    midnight. A KPI whose tables or columns are not there is NULL, and named in ``lacking``.
    """
    kpis = _chosen(request)
    looked = reach(session, lake.tables, lake.watermarks, kpis)
    reaches = replace(looked, begins=lake.begins, exact=lake.exact)
    lacking = {kpi.key: gaps for kpi in kpis if (gaps := _gaps(kpi, reaches))}
    there = [kpi for kpi in kpis if kpi.key not in lacking]
    everything = asked(request.periods, as_of=request.as_of, cut=basis.cut(request.now))
    prepare_people(session, basis)
    values = _looked_up(session, basis, there, everything)
    wanted = [
        one
        for kpi in kpis
        for one in _variants(kpi, basis, request, values)
        if one.value.measures and not reaches.lacking(kpi, one.value)  # else it is pandas's
    ]
    without = _without(kpis, basis, request, reaches)
    cube, breaks = _computed(session, basis, everything, wanted)
    keys = {one.number: one.period.key for one in everything}
    found = (
        *_observations(basis, request, reaches, everything, wanted, cube, breaks),
        *_unavailable(basis, request, everything, without),
    )
    broken = tuple((keys[one.number], one) for one in breaks)
    return Measured(found, broken, lacking, _absent(session, basis))


def _chosen(request: Request) -> list[Kpi]:
    return [kpi for kpi in catalogue() if request.kpis is None or kpi.key in request.kpis]


def _gaps(kpi: Kpi, reaches: Reach) -> tuple[str, ...]:
    return reaches.lacking(kpi, kpi.example)


def _variants(kpi: Kpi, basis: Basis, request: Request, found: Found) -> Iterator[_Wanted]:
    chosen = {kpi.default_variant, basis.variants.get(kpi.key, kpi.default_variant)}
    everything = request.all_variants or not kpi.variants
    for name, value in kpi.all_variants(basis.settings, found).items():
        if everything or name in chosen:
            yield _Wanted(kpi, name, value)


def _without(
    kpis: Sequence[Kpi], basis: Basis, request: Request, reaches: Reach
) -> tuple[_Wanted, ...]:
    """Return the variants that no source has the tables or columns for."""
    everything = (one for kpi in kpis for one in _variants(kpi, basis, request, {}))
    return tuple(one for one in everything if reaches.lacking(one.kpi, one.value))


def _looked_up(
    session: Session, basis: Basis, kpis: Sequence[Kpi], everything: Sequence[Asked]
) -> Found:
    """Return the values of parameters that stand in the data: features, themes, cohorts."""
    if not any(parameter.found for kpi in kpis for parameter in kpi.parameters):
        return {}
    prepare_spans(session, basis)
    list_periods(session, basis, everything)
    return enumerated(session, kpis, basis.parameters)


def _computed(
    session: Session, basis: Basis, everything: Sequence[Asked], wanted: Sequence[_Wanted]
) -> tuple[Cube, tuple[Break, ...]]:
    measures = [measure for one in wanted if not one.by for measure in one.value.measures]
    with_books = any(rests_on_books(one.value) for one in wanted)
    kept = {measure for one in wanted for measure in squared(one.value)}
    dimensions = _present(session, basis)
    checked = books.BOOK_MEASURES if with_books else ()
    many = len(everything) >= MANY
    made = list(statements([*measures, *checked], dimensions, kept, in_runs=many))
    made += [
        made for one in wanted if one.by for made in statements(one.value.measures, one.by, kept)
    ]
    if with_books:
        made += statements(books.ENTRIES, (OVERALL, books.CURRENCY), ())
    cube = computed(session, basis, everything, made)
    if not with_books:
        return cube, ()
    found = books.breaks(cube, [one.number for one in everything], dimensions)
    broken = {one.number for one in found}

    def by_customer(measures: Sequence[Measure]) -> Cube:
        asked_for = [one for one in everything if one.number in broken]
        return computed(session, basis, asked_for, statements(measures, (books.CUSTOMER,)))

    return cube, books.explained(found, by_customer)


def _present(session: Session, basis: Basis) -> tuple[Dimension, ...]:
    """Return the dimensions of which at least one customer has a value."""
    absent = set(_absent(session, basis))
    return tuple(d for d in basis.dimensions if not set(d) & absent)


def _absent(session: Session, basis: Basis) -> tuple[str, ...]:
    """Return the configured customer attributes that no customer has."""
    asked_for = dict.fromkeys(name for dimension in basis.dimensions for name in dimension)
    columns = {name: ATTRIBUTE_COLUMNS[name] for name in asked_for if name in ATTRIBUTE_COLUMNS}
    return tuple(name for name, column in columns.items() if not _filled(session, column))


def _filled(session: Session, column: str) -> bool:
    counted = f"SELECT count(NULLIF(\"{column}\", '')) FROM customers"  # noqa: S608 - our own names
    return bool(session.rows(counted)[0][0])


def _observations(
    basis: Basis,
    request: Request,
    reaches: Reach,
    chunk: Sequence[Asked],
    wanted: Sequence[_Wanted],
    cube: Cube,
    breaks: Sequence[Break],
) -> Iterator[Observation]:
    withheld = {one.number for one in breaks}
    for one in chunk:
        for want in wanted:
            unknown = reaches.reason(want.value, one)
            if one.number in withheld and rests_on_books(want.value):
                unknown = NullReason.WITHHELD
            complete = reaches.is_complete(want.value, one)
            dimensions = want.by or basis.dimensions
            for dimension, segment in _segments(cube, want.value, one, dimensions):
                place = (one.number, dimension, segment)
                parts = _at(cube, want.value, place) if unknown is None else _null(unknown)
                yield _observation(basis, request, one, want, place, parts, complete=complete)


def _unavailable(
    basis: Basis, request: Request, chunk: Sequence[Asked], without: Sequence[_Wanted]
) -> Iterator[Observation]:
    """Yield that there is no value, as no source has what it takes: overall, of each period."""
    parts = _null(NullReason.SOURCE_UNAVAILABLE)
    for one in chunk:
        for want in without:
            place = (one.number, OVERALL, ALL)
            yield _observation(basis, request, one, want, place, parts, complete=True)


def rests_on_books(value: Value) -> bool:
    """Return whether it says who pays from when to when, in whatever panel."""
    return any("subscription_versions" in one.panel.tables for one in value.measures)


def _null(reason: NullReason) -> Components:
    return Components(null_reason=reason)


def _segments(
    cube: Cube, value: Value, one: Asked, dimensions: Sequence[Dimension]
) -> Iterator[tuple[Dimension, str]]:
    """Yield overall, then every segment in which there is anybody, known to all its panels."""
    panels = {measure.panel for measure in value.measures}
    for dimension in dimensions:
        if dimension == OVERALL:
            yield OVERALL, ALL
        elif all(knows(panel, dimension) for panel in panels):
            for segment in cube.segments_of(one.number, dimension):
                yield dimension, segment


def _at(cube: Cube, value: Value, place: Place) -> Components:
    def sample_of(measure: Measure) -> Sample:
        return cube.sample(measure, place)

    return value.components(sample_of)


def _observation(
    basis: Basis,
    request: Request,
    one: Asked,
    want: _Wanted,
    place: Place,
    parts: Components,
    *,
    complete: bool,
) -> Observation:
    _, dimension, segment = place
    settled_at = one.period.end_at + want.kpi.window_of(want.variant, basis.windows, one.period)
    as_of = request.as_of or min(settled_at, one.known_at)
    final = as_of >= settled_at and complete and not parts.is_partial
    return Observation(
        kpi=want.kpi.key,
        variant=want.variant,
        grain=one.period.grain,
        period=one.period.key,
        unit=want.kpi.unit_of(want.variant, basis.currency),
        as_of=as_of,
        segment_dimension="/".join(dimension) or ALL,
        segment=segment,
        numerator=parts.numerator,
        denominator=parts.denominator,
        n=parts.n,
        sum_of_squares=parts.squares,
        null_reason=parts.null_reason,
        status=Status.FINAL if final else Status.PROVISIONAL,
        definition_version=want.kpi.version,
    )
