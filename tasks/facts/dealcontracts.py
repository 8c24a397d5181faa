"""Which contracts came due, and what was decided?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.facts.dealsales import Sale, at_end, lost_renewal
from tasks.facts.dealterms import DAY, Piece, value_of_a_year, whole_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.facts.dealchains import Chain, Term


def contract_rows(chain: Chain, sale: Sale) -> Iterator[dict[str, object]]:
    """Yield a row of contracts for each term that has an end: what came due, and what came of it.

    Due is twelve times the MRR in force on the last day of the term, renewed twelve times the
    first that the renewal pays; a renewal in another currency cannot be compared.
    """
    following = [*zip(chain.terms[1:], sale.agreed[1:], strict=True), None]
    for term, agreed, after in zip(chain.terms, sale.agreed, following, strict=True):
        if term.ends is None or not agreed:
            continue
        yield {
            "contract_id": term.deals[0].deal_id,
            "customer_id": term.deals[0].customer_id,
            "due_at": term.ends - DAY,
            "acv": at_end(term, agreed),
            "starts_on": term.starts,
            "term_months": whole_months(term.starts, term.ends),
            "currency": term.currency,
            **(_decision(*after, term.currency) if after else _undecided(chain)),
        }


def _decision(after: Term, agreed: Sequence[Piece], currency: str) -> dict[str, object]:
    renewed = _at_start(after, agreed) if after.currency == currency else None
    return {
        "outcome": "renewed",
        "decided_at": min((deal.closed_on for deal in after.deals if deal.closed_on), default=None),
        "renewed_acv": renewed,
    }


def _undecided(chain: Chain) -> dict[str, object]:
    if lost := lost_renewal(chain):
        return {"outcome": "lost", "decided_at": lost.closed_on, "renewed_acv": Decimal(0)}
    return {"outcome": "pending", "decided_at": None, "renewed_acv": None}


def _at_start(term: Term, agreed: Sequence[Piece]) -> Decimal:
    """Return the value of a year at the first rate that is paid."""
    paying = [piece for piece in agreed if piece.price.status == "active"]
    first = min((piece.starts for piece in paying), default=term.starts)
    return value_of_a_year([one for one in paying if one.starts == first], term.currency)
