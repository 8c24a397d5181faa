"""What was each item of a subscription from when to when? Put together from all that tells of it.

Lines of invoices tell the terms from a day on, back to the beginning; events tell every change of
the last thirty days to the second, and stay known; the subscription itself tells how it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from tasks.connectors.streams import Row
from tasks.connectors.stripe import standing
from tasks.connectors.stripe.standing import NO_NOTICE, Notice
from tasks.connectors.stripe.terms import Observed, Reader, Terms
from tasks.connectors.values import inside, instant

T = TypeVar("T")
LATER = timedelta(minutes=1)  # an item that is younger than its subscription was added to it
DELETED = "customer.subscription.deleted"


@dataclass(frozen=True, slots=True)
class Version:
    """What an item was from an instant until before another."""

    since: datetime
    until: datetime | None
    terms: Terms
    status: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Moment:
    """What an event tells: how a subscription was from then on, and its items also before."""

    at: datetime
    id: str
    status: str
    notice: Notice
    terms: Mapping[str, Terms]
    before: Mapping[str, Terms]
    is_end: bool


@dataclass(frozen=True, slots=True)
class Told:
    """All that tells of one subscription."""

    row: Row
    lines: Sequence[Observed] = ()
    moments: Sequence[Moment] = ()


@dataclass(slots=True)
class Past:
    """What is known of one item so far."""

    seen: dict[datetime, Observed] = field(default_factory=dict)

    def bill(self, line: Observed) -> None:
        """Take what a line says; lines come in time."""
        if line.is_bare and line.terms is not None:
            last = next((one.terms for one in reversed(self.sorted()) if one.terms), line.terms)
            line = replace(line, terms=replace(line.terms, discounts=last.discounts))
        self.add(line)

    def add(self, one: Observed) -> None:
        """Take what an item was from an instant on; of several of one instant the last counts."""
        before = self.seen.get(one.at)
        if before is None or one.terms is not None or before.terms is None:
            self.seen[one.at] = one

    def sorted(self) -> list[Observed]:
        """Return all of it in time."""
        return [self.seen[at] for at in sorted(self.seen)]


def versions(
    told: Told, reader: Reader, pauses: str, now: datetime
) -> Iterator[tuple[str, list[Version]]]:
    """Yield each item of a subscription with its versions in time."""
    moments = sorted(told.moments, key=lambda one: (one.at, one.id))
    still = [one for one in moments if not one.is_end]
    states = standing.statuses(told.row, [(one.at, one.status) for one in still], pauses)
    notices = standing.notices(told.row, [(one.at, one.notice) for one in moments])
    for item, seen in _pasts(told, still, reader).items():
        begun = _from_the_start(item, seen.sorted(), told.row)
        yield item, list(_versions(begun, states, notices, standing.ends(told.row), now))


def moment_of(event: Row, reader: Reader, pauses: str) -> Moment | None:
    """Return what an event tells of a subscription; None for what is none."""
    at, then = instant(event.get("created")), inside(event, "data", "object")
    if at is None or not isinstance(then, dict):
        return None
    reader.note(then)
    before = inside(event, "data", "previous_attributes")
    earlier = {**then, **before} if isinstance(before, dict) and "items" in before else {}
    return Moment(
        at,
        str(event["id"]),
        standing.status_of(then, pauses),
        standing.notice_of(then),
        reader.of_object(then),
        reader.of_object(earlier),
        event.get("type") == DELETED,
    )


def _pasts(told: Told, moments: Sequence[Moment], reader: Reader) -> Mapping[str, Past]:
    current = reader.of_object(told.row)
    found: dict[str, Past] = {}
    for line in sorted(told.lines, key=lambda one: (one.at, one.terms is not None)):
        found.setdefault(line.item, Past()).bill(line)
    start = standing.begins(told.row)
    if moments and start is not None:
        _take_before(found, moments[0], start)
    for moment in moments:
        _take(found, moment)
    for item, terms in current.items():
        past = found.setdefault(item, Past())
        last, priced = past.sorted()[-1:], _priced(terms, past)
        if not last or last[0].terms != priced:
            begun = (one.since for one in priced.discounts if one.since)
            past.add(Observed(item, max([_since(last, told.row), *begun]), priced))
    for item, past in found.items():
        if item not in current and (last := past.sorted()) and last[-1].terms is not None:
            past.add(Observed(item, last[-1].until or _since(last, told.row), None))
    return found


def _take_before(found: dict[str, Past], moment: Moment, start: datetime) -> None:
    """Take what the first event says of the time before it, of which nothing else is known."""
    for item, terms in moment.before.items():
        past = found.setdefault(item, Past())
        if start < moment.at and not any(one < moment.at for one in past.seen):
            past.add(Observed(item, start, terms))


def _take(found: dict[str, Past], moment: Moment) -> None:
    """Take what an event says of all items."""
    for item, terms in moment.terms.items():
        past = found.setdefault(item, Past())
        past.add(Observed(item, moment.at, _priced(terms, past)))
    for item, past in found.items():
        was_there = any(one.at < moment.at and one.terms for one in past.seen.values())
        if item not in moment.terms and was_there:
            past.add(Observed(item, moment.at, None))


def _priced(terms: Terms, past: Past) -> Terms:
    """Return terms with what only an invoice says: the tax inside, and a price for so many."""
    billed = [one.terms for one in reversed(past.sorted()) if one.terms is not None]
    if terms.tax is None:
        told = (one.tax for one in billed if one.tax is not None)
        terms = replace(terms, tax=next(told, None))
    if terms.unit is not None:
        return terms
    for one in billed:
        if one.unit is not None and one.price_id == terms.price_id and _fits(one, terms):
            return replace(terms, unit=one.unit, quantity=one.quantity)
    return terms


def _fits(billed: Terms, terms: Terms) -> bool:
    return billed.quantity in {terms.quantity, 1}


def _since(last: Sequence[Observed], row: Row) -> datetime:
    """Return since when it is as it is now, where nothing else tells: the period that is paid."""
    paid = standing.period_start(row)
    start = standing.begins(row)
    known = [one for one in (paid if last else start, *(each.at for each in last)) if one]
    return max(known)


def _from_the_start(item: str, seen: Sequence[Observed], row: Row) -> list[Observed]:
    """Return what was seen, the first of it from the item's beginning on."""
    begun = standing.begins(row)
    if not seen or begun is None:
        return list(seen)
    start = max(begun, min(seen[0].at, _added(item, seen[0].at, row, begun)))
    return [replace(seen[0], at=start), *seen[1:]]


def _added(item: str, seen: datetime, row: Row, begun: datetime) -> datetime:
    """Return when an item came to a subscription: with it, or later.

    One that is gone came when it was first billed; in a trial nothing is.
    """
    there = inside(row, "items", "data")
    made = instant(row.get("created")) or begun
    for one in there if isinstance(there, list) else ():
        if one.get("id") == item:
            at = instant(one.get("created"))
            return at if at is not None and at > made + LATER else begun
    trial = instant(row.get("trial_end"))
    return begun if trial is not None and seen <= trial else seen


def _versions(
    seen: Sequence[Observed],
    states: standing.Statuses,
    notices: standing.Notices,
    ends: datetime | None,
    now: datetime,
) -> Iterator[Version]:
    """Yield the versions; what changes nothing begins none."""
    waiting: Version | None = None
    for since, until in _moments(seen, states, notices, ends, now):
        terms = _at([(one.at, one.terms) for one in seen], since)
        made = (
            None
            if terms is None
            else Version(
                since,
                until,
                terms.at(since),
                _at(states, since) or states[0][1],
                _at(notices, since) or NO_NOTICE,
            )
        )
        if waiting and made and _same(waiting, made):
            waiting = replace(waiting, until=until)
            continue
        if waiting:
            yield waiting
        waiting = made
    if waiting:
        last = notices[-1][1] if notices else NO_NOTICE
        is_end = ends is not None and waiting.until == ends
        yield replace(waiting, notice=last) if is_end else waiting


def _moments(
    seen: Sequence[Observed],
    states: standing.Statuses,
    notices: standing.Notices,
    ends: datetime | None,
    now: datetime,
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when to when nothing changes."""
    start = seen[0].at
    off = [each for one in seen if one.terms for each in one.terms.discounts]
    spans = (at for each in off for at in (each.since, each.until))
    told = (*(one.at for one in seen), *(at for at, _ in (*states, *notices)), *spans)
    last = now if ends is None else min(ends, now)
    cuts = sorted({at for at in told if at is not None and start <= at <= last} - {ends})
    for number, since in enumerate(cuts):
        yield since, cuts[number + 1] if number + 1 < len(cuts) else ends


def _same(one: Version, other: Version) -> bool:
    return (one.terms, one.status, one.notice) == (other.terms, other.status, other.notice)


def _at(steps: Sequence[tuple[datetime, T]], moment: datetime) -> T | None:
    found = [what for at, what in steps if at <= moment]
    return found[-1] if found else None
