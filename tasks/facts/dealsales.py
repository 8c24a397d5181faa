"""What does a chain of deals sell over time, and how does the last of it end?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.facts.dealchains import Chain, Term, order
from tasks.facts.dealrecords import Deal, Remark
from tasks.facts.dealterms import (
    MONTHS_A_YEAR,
    Piece,
    in_minor_units,
    lines_of,
    pieces_of,
    value_of_a_year,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

LATE = "renewal late, no decision"


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day on which something of a term is in force, ``stop`` the day after, and why."""

    stop: date | None
    reason: str | None = None
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """The pieces of a chain over time, term by term as agreed, and how the last one ends."""

    pieces: tuple[Piece, ...]
    agreed: tuple[tuple[Piece, ...], ...]
    ending: Ending
    remarks: tuple[Remark, ...]


def sold(chain: Chain, grace: timedelta) -> Sale:
    """Return what the chain sells over time."""
    agreed: list[tuple[Piece, ...]] = []
    remarks: list[Remark] = []
    for before, term in zip((None, *chain.terms), chain.terms, strict=False):
        pieces = _agreed(term, remarks)
        if before and not pieces and not _is_free(term):
            pieces = _again(term, before, agreed[-1])
        agreed.append(tuple(pieces))
    endings = [Ending(following.starts) for following in chain.terms[1:]]
    endings.append(_last_ending(chain, grace))
    terms = list(zip(chain.terms, agreed, endings, strict=True))
    pieces = [piece for term, own, end in terms for piece in _lasting(term, own, end)]
    remarks += _gaps(chain, agreed, grace)
    return Sale(tuple(pieces), tuple(agreed), endings[-1], tuple(remarks))


def _agreed(term: Term, remarks: list[Remark]) -> list[Piece]:
    """Return the pieces of a term as they were sold; ``remarks`` is added to."""
    pieces: list[Piece] = []
    for deal in term.deals:
        pieces += _kept(pieces_of(deal, term.starts, term.agreed_end), remarks)
    for deal in sorted(term.extras, key=order):
        starts = deal.begins or term.starts
        limit = term.ends if term.ends and starts < term.ends else None
        if deal.kind == "amendment":
            pieces = [*_without(pieces, deal, starts)]
        more = _kept(pieces_of(deal, starts, limit), remarks)
        pieces += [piece.until(_sooner(piece.ends, limit)) for piece in more]
    return pieces


def _kept(found: Iterator[Piece | Remark], remarks: list[Remark]) -> Iterator[Piece]:
    for one in found:
        if isinstance(one, Remark):
            remarks.append(one)
        else:
            yield one


def _without(pieces: Iterable[Piece], deal: Deal, starts: date) -> Iterator[Piece]:
    """Yield the pieces as they are when an amendment has taken its place among them."""
    named = {line.product for line in deal.lines}
    is_silent = not lines_of(deal)  # it may change no more than the end
    for piece in pieces:
        goes = not is_silent and (not named or piece.product in named)
        kept = piece.until(_sooner(piece.ends, starts)) if goes else piece
        if kept.holds:
            yield kept


def _is_free(term: Term) -> bool:
    """Say whether a term really costs nothing, rather than saying nothing of its price.

    A line that cannot be counted (below zero, or for a term that nobody gave) says nothing of it.
    """
    told = [line for deal in term.deals for line in lines_of(deal) if line.recurs]
    return bool(told) and not any(line.costs for line in told)


def _again(term: Term, before: Term, agreed: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a renewal that says nothing of its price: those it renews go on."""
    last = [piece for piece in agreed if _runs_out(piece, before)]
    return [replace(piece, starts=term.starts, ends=term.ends) for piece in last]


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


def _last_ending(chain: Chain, grace: timedelta) -> Ending:
    """Return how the last term ends: by a decision, or by none when the grace is over."""
    term = chain.terms[-1]
    if lost := lost_renewal(chain):
        return Ending(term.ends or lost.begins, lost.cancel_reason, lost.closed_on)
    return Ending(term.ends + grace, LATE) if term.ends else Ending(None)


def lost_renewal(chain: Chain) -> Deal | None:
    """Return the renewal whose loss ends the last term; one lost before it began was made good."""
    began = chain.terms[-1].starts
    late = [deal for deal in chain.lost if (deal.closed_on or date.max) >= began]
    return max(late, key=lambda deal: (deal.closed_on or date.max, deal.deal_id), default=None)


def _lasting(term: Term, agreed: Iterable[Piece], ending: Ending) -> Iterator[Piece]:
    """Yield the pieces as they really last: those that run to the term's end, until its stop."""
    for piece in agreed:
        lasts = piece.until(
            ending.stop if _runs_out(piece, term) else _sooner(piece.ends, ending.stop)
        )
        if lasts.holds:
            yield lasts


def _runs_out(piece: Piece, term: Term) -> bool:
    """Say whether a piece ends because its term does."""
    if piece.ends is None or piece.ends == term.agreed_end:
        return True
    return term.ends is not None and piece.ends >= term.ends


def _gaps(chain: Chain, agreed: Sequence[Sequence[Piece]], grace: timedelta) -> Iterator[Remark]:
    """Yield a remark for each renewal that starts longer after the old term than the grace."""
    for (term, following), own in zip(pairwise(chain.terms), agreed, strict=False):
        if term.ends and following.starts > term.ends + grace:
            a_month = in_minor_units(at_end(term, own) / MONTHS_A_YEAR, term.currency)
            yield Remark(following.deals[0].deal_id, "gap", a_month, term.currency)


def at_end(term: Term, agreed: Iterable[Piece]) -> Decimal:
    """Return the value of a year at the rate in force as the term runs out."""
    last = [piece for piece in agreed if _runs_out(piece, term)]
    return value_of_a_year(last, term.currency)
