"""How are the grounds of a number told: in lines for people, and as facts for programs?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flows.figures import exact
from flows.grounds import COVERAGES, Grounds
from tasks.alerts.reasons import Reason
from tasks.messages.figures import Figures
from tasks.model import Base, Family, Grain, Observation
from tasks.rules.base import Subject, Usual
from tasks.rules.words import amount, usually

PARTS_SHOWN = 4
_NO_CHANCE = {
    Family.SUM_HEAVY: "a sum of money is counted in full",
    Family.RATIO_OF_SUMS: "money is counted in full",
    Family.QUANTILE: "the single values of a median are not kept",
    Family.SURVIVAL: "it follows from a curve",
    Family.COMPOSITE: "it is put together from several figures",
}


def lines(found: Grounds, seen: Observation, figures: Figures) -> Iterator[str]:
    """Yield the lines that stand below the definition of a number."""
    grain = Grain(seen.grain)
    yield f"  How sure    {_sure(found)}"
    usual = found.comparison.usual if found.comparison else None
    if usual is not None:
        yield f"  Usually     {usually(usual, found.subject, grain, seen.denominator)}"
    for one in found.unusual:
        yield f"  Unusual     {one.sentence}"
    if found.visible:
        yield f"  Visible     the smallest change that would not pass for luck: {found.visible}"
    for standing in found.standings:
        owner = f" (owner: {standing.goal.owner})" if standing.goal.owner else ""
        yield f"  Goal        {standing.text.rstrip('.')}{owner}"
    yield from _drivers(found, grain, figures)
    for sentence in found.beside:
        yield f"  Beside it   {sentence}"


def _sure(found: Grounds) -> str:
    if not found.intervals:
        return f"no interval: {_why_none(found.subject)}"
    said = (
        f"{coverage * 100:.0f} % between {_between(one.low, one.high, found.subject)}"
        for coverage, one in zip(COVERAGES, found.intervals, strict=True)
    )
    return "; ".join(said)


def _between(low: float, high: float, subject: Subject) -> str:
    ends = (amount(Decimal(f"{end:.6g}"), subject) for end in (low, high))
    return " and ".join(ends)


def _why_none(subject: Subject) -> str:
    if subject.base is Base.LEVEL and subject.family not in {Family.QUANTILE, Family.SURVIVAL}:
        return "it is counted in full on the day, chance has no part in it"
    return _NO_CHANCE.get(subject.family, "too few values for one")


def _drivers(found: Grounds, grain: Grain, figures: Figures) -> Iterator[str]:
    """Yield one line for each dimension: its parts add up to the change."""
    if not found.reasons:
        yield "  Drivers     none: nothing to compare with, or no parts that add up to it"
        return
    change = _amount(found.reasons[0], found.reasons[0].drivers.change, figures)
    against = (
        f"the {grain} before" if found.subject.base is Base.LEVEL else f"the 12 {grain}s before"
    )
    about = found.subject.counted or found.subject.name
    yield f"  Drivers     {about} {change} against {against}, by"
    wide = max(len(reason.dimension) for reason in found.reasons)
    for reason in found.reasons:
        yield f"    {reason.dimension.ljust(wide)}  {_parts(reason, figures)}"


def _parts(reason: Reason, figures: Figures) -> str:
    split = reason.drivers
    own = sorted(
        ((one.segment, one.amount - one.mix) for one in split.contributions),
        key=lambda each: -abs(each[1]),
    )
    shown = own[:PARTS_SHOWN]
    rest = sum((size for _, size in own[PARTS_SHOWN:]), Decimal(0))
    words = [f"{name} {_amount(reason, size, figures)}" for name, size in shown]
    words += [f"rest {_amount(reason, rest, figures)}"] if len(own) > PARTS_SHOWN else []
    words += [f"mix {_amount(reason, split.mix, figures)}"] if split.mix else []
    ahead = reason.standout.segment if reason.standout else ""
    says = f"{ahead} stands out" if ahead else "no single segment stands out"
    return f"{', '.join(words)}; {says if ahead or not reason.stands_out else 'the mix moved'}"


def _amount(reason: Reason, size: Decimal, figures: Figures) -> str:
    return figures.signed(size, reason.unit)


def facts(found: Grounds | None) -> dict[str, Any]:
    """Return the grounds for JSON: exact numbers as text."""
    if found is None:
        return {}
    usual = found.comparison.usual if found.comparison else None
    return {
        "interval": {
            f"{coverage * 100:.0f} %": [_plain(one.low), _plain(one.high)]
            for coverage, one in zip(COVERAGES, found.intervals, strict=False)
        },
        "no_interval_because": None if found.intervals else _why_none(found.subject),
        "usual": _usual_facts(usual),
        "unusual": [one.sentence for one in found.unusual],
        "smallest_visible_change": found.visible or None,
        "goals": [
            {"status": each.status, "says": each.text, "owner": each.goal.owner}
            for each in found.standings
        ],
        "drivers": [_driver_facts(reason) for reason in found.reasons],
        "beside": list(found.beside),
    }


def _plain(number: float) -> str:
    return exact(Decimal(f"{number:.6g}"))


def _usual_facts(usual: Usual | None) -> dict[str, str | None] | None:
    if usual is None:
        return None
    return {
        "expected": exact(usual.expected),
        "low": exact(usual.low),
        "high": exact(usual.high),
        "count": exact(usual.count) or None,
    }


def _driver_facts(reason: Reason) -> dict[str, Any]:
    return {
        "dimension": reason.dimension,
        "unit": reason.unit,
        "change": exact(reason.drivers.change),
        "mix": exact(reason.drivers.mix),
        "stands_out": reason.standout.segment if reason.standout else None,
        "parts": [
            {"segment": one.segment, "amount": exact(one.amount), "mix": exact(one.mix)}
            for one in reason.drivers.contributions
        ],
    }
