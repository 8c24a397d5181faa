"""The values of KPIs of one's own: those that are computed in pandas and in no other way."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.engine.asked import Asked, asked
from tasks.engine.basis import Basis
from tasks.engine.current import Facts
from tasks.engine.measure import Measured, Request
from tasks.engine.opinion.registry import ByPandas
from tasks.errors import Fix
from tasks.kpis.base import Kpi, catalogue
from tasks.kpis.value import Components
from tasks.model import NullReason, Observation, Status

if TYPE_CHECKING:
    from tasks.engine.opinion.company import Books
    from tasks.engine.opinion.opine import Place


def with_own(measured: Measured, facts: Facts, basis: Basis, request: Request) -> Measured:
    """Return what was measured, and the KPIs of one's own beside it.

    Raises ``Fix`` where the calculation of one of them stops with an error.
    """
    mine = [
        (one, name, value)
        for one in catalogue()
        if (request.kpis is None or one.key in request.kpis) and one.key not in measured.lacking
        for name, value in one.variants.items()
        if isinstance(value, ByPandas)
    ]
    if not mine:
        return measured
    found = tuple(_observations(mine, facts, basis, request))
    return replace(measured, observations=(*measured.observations, *found))


Own = tuple[Kpi, str, ByPandas]


def _observations(
    mine: Sequence[Own], facts: Facts, basis: Basis, request: Request
) -> Iterator[Observation]:
    from tasks.engine.opinion.company import Books  # noqa: PLC0415 - pandas is slow to import
    from tasks.engine.opinion.tables import Tables  # noqa: PLC0415

    books = Books(Tables(facts.root, facts.files), basis)
    for one in asked(request.periods, as_of=request.as_of, cut=basis.cut(request.now)):
        for own in mine:
            for place, parts in _calculated(own, books, one).items():
                yield _observation(own, basis, request, one, place, parts)


def _calculated(own: Own, books: Books, one: Asked) -> dict[Place, Components]:
    from tasks.engine.opinion.company import Company  # noqa: PLC0415
    from tasks.engine.opinion.opine import values  # noqa: PLC0415

    kpi, variant, value = own
    company = Company(books, one.period, one.close_at, one.known_at)
    cut = [each for each in books.basis.dimensions if books.segments.knows(each)]
    try:
        return dict(values(company, (kpi.key, variant), value.calculate, cut))
    except Exception as error:  # whatever a user's own function may raise
        frame = _last_of_theirs(value, error)
        raise Fix(
            f"the calculation of {kpi.key} stopped: {type(error).__name__}: {error}.",
            where=f"{frame.filename} line {frame.lineno}, for {one.period}.",
            todo="Correct the function, or take its KPI out of the file.",
        ) from error


def _last_of_theirs(value: ByPandas, error: Exception) -> traceback.FrameSummary:
    """Return where in its own file a calculation stopped, not where in pandas."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [one for one in frames if one.filename == value.calculate.__code__.co_filename]
    return (theirs or frames)[-1]


def _observation(
    own: Own, basis: Basis, request: Request, one: Asked, place: Place, parts: Components
) -> Observation:
    kpi, variant, _ = own
    settled_at = one.period.end_at + kpi.window_of(variant, basis.windows, one.period)
    as_of = request.as_of or min(settled_at, one.known_at)
    reason = parts.null_reason
    if reason is None and parts.numerator is None:
        reason = NullReason.INSUFFICIENT_INPUTS
    return Observation(
        kpi=kpi.key,
        variant=variant,
        grain=one.period.grain,
        period=one.period.key,
        unit=kpi.unit_of(variant, basis.currency),
        as_of=as_of,
        segment_dimension=place.dimension,
        segment=place.segment,
        numerator=parts.numerator,
        denominator=parts.denominator,
        n=parts.n,
        null_reason=reason,
        status=Status.FINAL if as_of >= settled_at else Status.PROVISIONAL,
        definition_version=kpi.version,
    )
