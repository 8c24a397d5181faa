"""Which deals belong to one relation with a customer, and until when does each of them hold?

A chain is what was first sold and everything that renewed, enlarged or changed it. It is a row of
terms: a renewal begins one, everything else belongs to the term in which it starts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.facts.dealrecords import Deal, Remark
from tasks.facts.dealterms import plus_months, term_end, whole_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ORDER = {"new": 0, "renewal": 1, "amendment": 2, "upsell": 3, "add_on": 4}
BACKBONE = ("new", "renewal")


@dataclass(frozen=True, slots=True)
class Term:
    """What was sold or renewed from one day on, and what came on top of it before it ended.

    ``agreed_end`` is what it said at first, ``ends`` what an amendment made of it.
    """

    deals: tuple[Deal, ...]
    starts: date
    agreed_end: date | None
    ends: date | None
    extras: tuple[Deal, ...] = ()

    @property
    def currency(self) -> str:
        """The currency it was first agreed in."""
        return self.deals[0].currency


@dataclass(frozen=True, slots=True)
class Chain:
    """The terms of one relation, in order, and the renewals of it that were lost."""

    name: str
    terms: tuple[Term, ...]
    lost: tuple[Deal, ...] = ()


def chains(deals: Iterable[Deal]) -> tuple[list[Chain], list[Remark]]:
    """Return the chains of all deals, and a remark for each won deal that cannot be placed."""
    known = sorted((deal for deal in deals if _matters(deal)), key=order)
    placed = [deal for deal in known if deal.begins is not None]
    remarks = [_remark(deal, "no start") for deal in known if deal.begins is None]
    remarks += [_remark(deal, "credit") for deal in placed if deal.kind == "credit"]
    members: dict[str, list[Deal]] = defaultdict(list)
    roots = _roots([deal for deal in placed if deal.kind != "credit"])
    for deal in placed:
        if deal.deal_id in roots:
            members[roots[deal.deal_id]].append(deal)
    found = [chain for name, ones in members.items() for chain in _chains(name, ones)]
    return found, remarks


def _matters(deal: Deal) -> bool:
    return deal.outcome == "won" or (deal.outcome == "lost" and deal.kind == "renewal")


def order(deal: Deal) -> tuple[date, int, str]:
    """Return what deals are sorted by: their start, then what comes first, then their id."""
    return deal.begins or date.min, ORDER.get(deal.kind, len(ORDER)), deal.deal_id


def _remark(deal: Deal, what: str) -> Remark:
    return Remark(deal.deal_id, what, deal.amount or Decimal(0), deal.currency)


def _roots(deals: Sequence[Deal]) -> dict[str, str]:
    """Return the deal that each deal's chain begins with, and by which the chain is called."""
    parents = _parents(deals)
    return {deal.deal_id: _root(deal.deal_id, parents) for deal in deals}


def _root(at: str, parents: Mapping[str, str | None]) -> str:
    seen = [at]
    while (parent := parents[seen[-1]]) is not None:
        if parent in seen:  # deals that name each other in a circle are one chain
            return min(seen[seen.index(parent) :])
        seen.append(parent)
    return seen[-1]


def _parents(deals: Sequence[Deal]) -> dict[str, str | None]:
    """Return what each deal continues: the won one it names, else the likeliest before it."""
    won = {deal.deal_id for deal in deals if deal.outcome == "won"}
    before: dict[str, list[Deal]] = defaultdict(list)
    parents: dict[str, str | None] = {}
    for deal in deals:
        earlier = before[deal.customer_id]
        named = deal.parent_id if deal.parent_id in won - {deal.deal_id} else None
        likeliest = _likeliest(deal, earlier)
        found = named or (likeliest.deal_id if likeliest else None)
        parents[deal.deal_id] = None if deal.kind == "new" else found
        if deal.outcome == "won" and (
            deal.kind in BACKBONE or not found or _begins_late(deal, likeliest)
        ):
            is_renewed = None if deal.kind == "new" else found
            before[deal.customer_id] = [one for one in earlier if one.deal_id != is_renewed] + [
                deal
            ]
    return parents


def _likeliest(deal: Deal, earlier: Sequence[Deal]) -> Deal | None:
    """Return the deal of the same customer that ``deal`` continues though it names none.

    For a renewal that is the one whose end is nearest to its start; for what comes on top, the
    last that began, unless that is over and sold something else.
    """
    if not earlier:
        return None
    if deal.kind == "renewal":
        return min(reversed(earlier), key=lambda one: _days_from_end(one, deal))
    last = earlier[-1]
    return last if not _begins_late(deal, last) or _sells_the_same(deal, [last]) else None


def _begins_late(deal: Deal, earlier: Deal | None) -> bool:
    """Say whether a deal begins when an earlier one is over."""
    if earlier is None:
        return False
    ends = term_end(earlier, earlier.begins or date.min)
    return ends is not None and (deal.begins or date.min) >= ends


def _days_from_end(earlier: Deal, renewal: Deal) -> int:
    starts = earlier.begins or date.min
    ends = term_end(earlier, starts) or date.max
    return abs((ends - (renewal.begins or date.max)).days)


def _chains(name: str, members: Sequence[Deal]) -> Iterator[Chain]:
    """Yield the chain of deals that are in order, and another of what stands beside it.

    The first won deal begins it, whatever it is. What comes on top when the term is over renews
    it if it sells the same or says nothing of products; else it is a contract of its own.
    """
    won = [deal for deal in members if deal.outcome == "won"]
    if not won:
        return
    backbone = [deal for deal in won if deal is won[0] or deal.kind in BACKBONE]
    extras = [deal for deal in won if deal not in backbone]
    terms = _terms(backbone)
    late = [deal for deal in extras if _is_over(_term_of(deal, terms), deal)]
    if renews := next((deal for deal in late if _sells_the_same(deal, won)), None):
        as_renewal = replace(renews, kind="renewal")
        yield from _chains(name, [as_renewal if one is renews else one for one in members])
        return
    lost = tuple(deal for deal in members if deal.outcome == "lost")
    yield Chain(name, _with_extras(terms, [deal for deal in extras if deal not in late]), lost)
    if late:
        yield from _chains(late[0].deal_id, late)


def _is_over(term: Term, deal: Deal) -> bool:
    return term.ends is not None and (deal.begins or date.min) >= term.ends


def _sells_the_same(deal: Deal, others: Iterable[Deal]) -> bool:
    sold = {line.product for one in others if one is not deal for line in one.timed}
    return not deal.lines or not sold.isdisjoint(line.product for line in deal.timed)


def _terms(backbone: Sequence[Deal]) -> list[Term]:
    """Return the terms of first sale and renewals; those that start together are one."""
    by_start: dict[date, Term] = {}
    term_of: dict[str, Term] = {}
    for deal in backbone:
        before = term_of.get(deal.parent_id or "") or _last(by_start)
        starts = _start(deal, before)
        ends = term_end(deal, starts) or _as_before(deal, starts, before)
        if starts in by_start:
            first = by_start[starts]
            both = None if None in (ends, first.ends) else max(filter(None, (ends, first.ends)))
            term = Term((*first.deals, deal), starts, both, both)
        else:
            term = Term((deal,), starts, ends, ends)
        by_start[starts] = term
        term_of |= {one.deal_id: term for one in term.deals}
    return [by_start[starts] for starts in sorted(by_start)]


def _last(by_start: Mapping[date, Term]) -> Term | None:
    return by_start[max(by_start)] if by_start else None


def _start(deal: Deal, before: Term | None) -> date:
    """Return when the deal starts; a renewal that names no day starts when the old term ends."""
    stated = deal.starts_on or any(line.starts_on for line in deal.timed)
    if deal.kind == "renewal" and not stated and before and before.ends:
        return before.ends
    assert deal.begins is not None  # noqa: S101 - chains() has set the others aside
    return deal.begins


def _as_before(deal: Deal, starts: date, before: Term | None) -> date | None:
    """Return the end of a renewal that names none: it runs as long as what it renews."""
    if deal.kind != "renewal" or before is None or before.ends is None:
        return None
    months = whole_months(before.starts, before.ends)
    return plus_months(starts, months) if months else starts + (before.ends - before.starts)


def _with_extras(terms: Sequence[Term], extras: Sequence[Deal]) -> tuple[Term, ...]:
    by_term: dict[date, list[Deal]] = defaultdict(list)
    for deal in extras:
        by_term[_term_of(deal, terms).starts].append(deal)
    return tuple(_enlarged(term, by_term[term.starts]) for term in terms)


def _term_of(deal: Deal, terms: Sequence[Term]) -> Term:
    """Return the term in which a deal begins: the last that has begun by then, else the first."""
    begun = [term for term in terms if term.starts <= (deal.begins or date.max)]
    return begun[-1] if begun else terms[0]


def _enlarged(term: Term, extras: Sequence[Deal]) -> Term:
    ends = term.ends
    for deal in extras:
        if deal.kind == "amendment" and deal.begins:
            ends = term_end(replace(deal, lines=()), deal.begins) or ends
    return replace(term, ends=ends, extras=tuple(extras))
