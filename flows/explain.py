"""How does a number come about? Its definition, its parts, who is behind it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flows.figures import HARMLESS, exact, instant, text_table
from flows.grounds import Grounds, grounds
from flows.groundsaid import facts, lines
from flows.history import variant_of
from flows.lakeside import are_there, facts_of, files_now
from flows.measure import How, compute_only
from flows.reaching import every_span
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.reasons import terms_of
from tasks.config import Settings
from tasks.engine.basis import basis_of
from tasks.engine.members import Question
from tasks.errors import UnknownName, WrongUse
from tasks.kpis.base import Kpi, kpi_named, tables_of
from tasks.messages.figures import Figures
from tasks.messages.movements import money_behind
from tasks.messages.wording import missing
from tasks.model import ALL, Family, Member, Observation, Period
from tasks.store import read

_UNITS = {"x": "times", "points": "points"}
SHOWN = 20  # customers that a screen is given; --json has them all


@dataclass(frozen=True, slots=True)
class Place:
    """Which number is asked about: KPI, variant, period, and the segment in its dimension."""

    kpi: Kpi
    variant: str
    period: Period
    dimension: str = ALL
    segment: str = ALL


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say of one number; ``rests_on`` is each table with its source and reach."""

    place: Place
    seen: Observation
    members: tuple[Member, ...]
    rests_on: tuple[str, ...]
    figures: Figures
    is_recorded: bool = True
    grounds: Grounds | None = None


def place_asked(
    workspace: Workspace, key: str, period: str, segment: str | None, variant: str | None
) -> Place:
    """Return what is asked about; raise ``UnknownName`` or ``WrongUse`` where it is nothing.

    ``segment`` is written ``plan=Pro``, of a cross ``plan/region=Pro/EMEA``.
    """
    settings, kpi = workspace.settings, kpi_named(key)
    named = variant or variant_of(settings, key) or _first(kpi, settings)
    if not named:
        todo = f"Name one with --variant; 'keepwell values --kpi {key} --all-variants' has them."
        raise WrongUse(f"{key} has only variants with a name of their own.", todo=todo)
    if not kpi.has_variant(named):
        raise UnknownName(f"variant of {key}", named, kpi.variants)
    wanted = settings.calendar.period(period)
    if segment is None:
        return Place(kpi, named, wanted)
    dimension, told, name = segment.partition("=")
    if not told:
        raise WrongUse(f"'{segment}' is no segment.", todo="Write it like plan=Pro.")
    if dimension not in settings.segments:
        raise UnknownName("segment dimension", dimension, settings.segments)
    return Place(kpi, named, wanted, dimension, name)


def _first(kpi: Kpi, settings: Settings) -> str:
    """Return the first variant that the settings name; nothing where only the data name any."""
    return next(iter(kpi.all_variants(settings.kpis.settings)), "")


def explained(steps: Steps, workspace: Workspace, place: Place, *, now: datetime) -> Explanation:
    """Return what there is to say of one number: as it is stored, else as it comes out now."""
    if not are_there(workspace):
        raise WrongUse("there are no facts yet.", todo="Run 'keepwell sync' first.")
    stored = _stored(workspace, place)
    fresh = () if stored else _computed(steps, workspace, place, now)
    seen = stored or _wanted(fresh, place)
    settings = workspace.settings
    basis = replace(
        basis_of(settings), variants={**settings.kpis.variants, place.kpi.key: place.variant}
    )
    question = Question(place.kpi.key, place.period, place.dimension, place.segment)
    (behind,) = steps.behind(facts_of(workspace), basis, (question,), now)
    return Explanation(
        place,
        seen,
        () if seen.null_reason else behind,
        tuple(_rests_on(workspace, place)),
        Figures(settings.company.locale, settings.company.currency),
        is_recorded=stored is not None,
        grounds=grounds(steps, workspace, seen, fresh, now=now) if seen.value is not None else None,
    )


def _stored(workspace: Workspace, place: Place) -> Observation | None:
    found = read(
        workspace.store,
        kpis=(place.kpi.key,),
        variants=(place.variant,),
        grain=place.period.grain,
        periods=(place.period.key,),
        dimension=place.dimension,
        segment=place.segment,
    )
    return found[0] if found else None


def _computed(
    steps: Steps, workspace: Workspace, place: Place, now: datetime
) -> tuple[Observation, ...]:
    how = How(kpis=(place.kpi.key,), all_variants=True)
    return tuple(compute_only(steps, workspace, (place.period,), now=now, how=how).observations)


def _wanted(found: Sequence[Observation], place: Place) -> Observation:
    wanted = (place.variant, place.dimension, place.segment)
    for one in found:
        if (one.variant, one.segment_dimension, one.segment) == wanted:
            return one
    where = "" if place.dimension == ALL else f" in {place.dimension}={place.segment}"
    raise WrongUse(
        f"there is no {place.kpi.key} ({place.variant}) of {place.period}{where}.",
        todo="Name a period that has begun, and a segment that somebody is in.",
    )


def _rests_on(workspace: Workspace, place: Place) -> Iterator[str]:
    """Yield each table it is computed from, with its source and until when that one tells."""
    wanted = tables_of(place.kpi.value_of(place.variant))
    spans = sorted(
        (span.table, span.source, span.until)
        for span in every_span(workspace, files_now(workspace))
        if span.table in wanted
    )
    for table, source, until in spans:
        known = f", known until {instant(until)}" if until else ""
        yield f"{table} from {source}{known}"
    for table in sorted(wanted - {table for table, *_ in spans}):
        yield f"{table}, which no source has"


def as_text(told: Explanation) -> str:
    """Return the explanation for people."""
    kpi, place = told.place.kpi, told.place
    where = "" if place.dimension == ALL else f", {place.dimension}={place.segment}"
    page = [
        f"{kpi.name} ({kpi.key}, {place.variant}), {place.period}{where}: {_value(told)}",
        f"  What it is  {kpi.definition}",
        f"  Components  {_components(told)}",
        f"  Status      {_status(told)}",
        *(lines(told.grounds, told.seen, told.figures) if told.grounds else ()),
        *(f"  Rests on    {one}" for one in told.rests_on),
        f"  Bad         {kpi.bad}",
        f"  Try         {kpi.action}",
    ]
    return "\n".join([*page, "", _behind(told)]).translate(HARMLESS)


def _value(told: Explanation) -> str:
    seen = told.seen
    if seen.value is None:
        return f"no value: {missing(told.place.kpi, seen)} ({seen.null_reason})"
    return told.figures.value(seen.value, seen.unit)


def _components(told: Explanation) -> str:
    kpi, seen = told.place.kpi, told.seen
    if seen.numerator is None:
        below = f"; denominator {exact(seen.denominator)}" if seen.denominator is not None else ""
        return f"none{below}"
    if kpi.family is Family.QUANTILE:
        of = f", from {seen.n:,} {kpi.of or 'rows'}" if seen.n is not None else ""
        return f"{exact(seen.numerator)} {_UNITS.get(seen.unit, seen.unit)}{of}"
    above = f"{exact(seen.numerator)} {kpi.counted}".rstrip()
    rows = f", from {seen.n:,} rows" if seen.n is not None else ""
    if seen.denominator is None:
        return f"{above}{rows}"
    terms = terms_of(kpi, told.place.variant)
    if terms is None or not terms.is_rate:  # put together from others: a fraction in lowest terms
        return f"{exact(round(seen.value or seen.numerator, 6))} {kpi.counted}".rstrip() + rows
    below = f"{exact(seen.denominator)} {kpi.of}".rstrip()
    return f"{above} / {below} = {exact(round(seen.value or seen.numerator, 6))}; n {seen.n}"


def _status(told: Explanation) -> str:
    seen = told.seen
    as_of = f"as known at {instant(seen.as_of)}"
    if not told.is_recorded:
        return f"{seen.status}, {as_of}; computed just now, not recorded"
    at = f"recorded {instant(seen.recorded_at)}, revision {seen.revision}"
    return f"{seen.status}, {as_of}; {at}, definition {seen.definition_version}"


def _behind(told: Explanation) -> str:
    if not told.members:
        return "No customers are named behind it."
    rows = [_row(one, told) for one in told.members[:SHOWN]]
    more = len(told.members) - SHOWN
    rest = f"\nand {more:,} more; --json has them all" if more > 0 else ""
    columns = ("customer", "id", "amount", "note")
    money = money_behind(told.members, told.figures)
    paid = f", {money} of MRR" if money and told.place.kpi.section != "Revenue" else ""
    count = f"{len(told.members):,} behind its numerator{paid}, largest first"
    if told.place.kpi.family is Family.QUANTILE:
        count = f"{len(told.members):,} behind it, with what theirs come to together, largest first"
    return f"{count}\n{text_table(columns, rows, right=('amount',))}{rest}"


def _row(one: Member, told: Explanation) -> Sequence[str]:
    amount = ""
    if one.amount is not None:
        amount = _amount(one.amount, one.currency, told)
    return [one.name, one.customer_id, amount, one.note or ""]


def _amount(amount: Decimal, currency: str | None, told: Explanation) -> str:
    """Return money, what somebody's own value is where the KPI is the middle one, or a count."""
    if currency:
        return told.figures.money(amount, currency)
    if told.place.kpi.family is Family.QUANTILE:
        return told.figures.value(amount, told.seen.unit)
    return exact(round(amount, 2))


def as_facts(told: Explanation) -> dict[str, object]:
    """Return the explanation for JSON: exact numbers as text, all customers."""
    kpi, seen, place = told.place.kpi, told.seen, told.place
    return {
        "kpi": kpi.key,
        "name": kpi.name,
        "variant": place.variant,
        "period": place.period.key,
        "segment_dimension": place.dimension,
        "segment": place.segment,
        "definition": kpi.definition,
        "value": exact(seen.value) or None,
        "numerator": exact(seen.numerator) or None,
        "numerator_is": kpi.counted,
        "denominator": exact(seen.denominator) or None,
        "denominator_is": kpi.of,
        "n": seen.n,
        "unit": seen.unit,
        "null_reason": seen.null_reason,
        "status": seen.status,
        "as_of": instant(seen.as_of),
        "recorded_at": instant(seen.recorded_at) or None,
        "revision": seen.revision if told.is_recorded else None,
        "definition_version": seen.definition_version,
        "rests_on": list(told.rests_on),
        **facts(told.grounds),
        "bad": kpi.bad,
        "action": kpi.action,
        "customers": [
            {
                "customer_id": one.customer_id,
                "name": one.name,
                "amount": exact(one.amount) or None,
                "currency": one.currency,
                "note": one.note,
            }
            for one in told.members
        ],
    }
