"""What does the second calculation come to, for the KPIs and periods of a request?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from tasks.engine.asked import asked
from tasks.engine.basis import Basis
from tasks.engine.compile import OVERALL, Dimension
from tasks.engine.current import Facts
from tasks.engine.measure import Request
from tasks.engine.opinion.company import Books, Company
from tasks.engine.opinion.figures import by_segment
from tasks.engine.opinion.registry import OPINIONS
from tasks.engine.opinion.tables import Tables
from tasks.kpis.base import kpi_named
from tasks.kpis.value import Components
from tasks.model import ALL

if TYPE_CHECKING:
    from tasks.engine.opinion.registry import Calculation

MOST_ACCOUNTS = 100_000
ROOMS = ("paying", "helping", "asking", "keeping", "money", "selling", "doing")


@dataclass(frozen=True, slots=True)
class Place:
    """What was computed: a KPI's variant, of a period, overall or in a segment."""

    kpi: str
    variant: str
    period: str
    dimension: str = ALL
    segment: str = ALL


@dataclass(frozen=True, slots=True)
class Opinion:
    """What everything came to; ``dimensions`` are those it was cut by, ``ALL`` among them."""

    found: dict[Place, Components]
    dimensions: frozenset[str]


def opine(facts: Facts, basis: Basis, request: Request) -> Opinion | None:
    """Return the second opinion on what ``request`` asks for; None for too many accounts.

    None, too, where tables stay in a database: it reads the files of the lake.

    It has the variants that are shown, unless all are asked for, of the KPIs that have a second
    calculation and whose tables are there.
    """
    accounts = sum(file.rows for file in facts.files if file.table == "customers")
    if accounts > MOST_ACCOUNTS or facts.limits.live:
        return None
    books = Books(Tables(facts.root, facts.files), basis)
    cut = tuple(one for one in basis.dimensions if books.segments.knows(one))
    found: dict[Place, Components] = {}
    for one in asked(request.periods, as_of=request.as_of, cut=basis.cut(request.now)):
        company = Company(books, one.period, one.close_at, one.known_at)
        for key, variant in _wanted(basis, request):
            calculate = OPINIONS[key, variant]
            found.update(values(company, (key, variant), calculate, cut))
    return Opinion(found, frozenset("/".join(one) or ALL for one in cut))


def opinions() -> frozenset[tuple[str, str]]:
    """Return the KPIs and variants that have a second calculation."""
    for room in ROOMS:
        import_module(f"tasks.engine.opinion.{room}")
    return frozenset(OPINIONS)


def _wanted(basis: Basis, request: Request) -> Iterator[tuple[str, str]]:
    for key, variant in sorted(opinions()):
        if request.kpis is not None and key not in request.kpis:
            continue
        shown = basis.variants.get(key, kpi_named(key).default_variant)
        if request.all_variants or variant == shown:
            yield key, variant


def values(
    company: Company, wanted: tuple[str, str], calculate: Calculation, cut: Sequence[Dimension]
) -> Iterator[tuple[Place, Components]]:
    """Yield what a calculation comes to in a period, for each of the dimensions in ``cut``."""
    figure, segments = calculate(company), company.books.segments
    names = list(dict.fromkeys(name for dimension in cut for name in dimension))
    found = {id(one): segments.attributes(one, names) for one in figure.frames if names}
    for dimension in cut:
        if dimension == OVERALL:
            yield Place(*wanted, company.period.key), figure.components(lambda rows: rows)
            continue
        labels = {frame: _joined(of, dimension) for frame, of in found.items()}
        for segment, components in by_segment(figure, labels).items():
            yield Place(*wanted, company.period.key, "/".join(dimension), segment), components


def _joined(attributes: Mapping[str, Sequence[str]], dimension: Dimension) -> list[str]:
    columns = (attributes[name] for name in dimension)
    return ["/".join(row) for row in zip(*columns, strict=True)]
