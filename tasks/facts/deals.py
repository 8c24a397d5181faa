"""Which subscriptions and contracts do a CRM's deals amount to?

The rules, each with its source (kpis.md is the reference; "1.9" its line "From CRM deals to MRR"):

1. *Total value over term* (1.9): a deal without lines is its amount, spread evenly over its term.
   A deal with lines is its lines; its amount is not read.
2. *Ramp deals are stepped* (1.9): lines of one product that follow each other are versions of one
   subscription.
3. *Multi-year prepaid is spread over its term* (1.9), however it is billed.
4. *Free months count 0* (1.9; 1.2 "paused"): before the first payment nobody is a customer; in
   the middle of a relation the logo stays, for as long as a pause keeps it (``pause_days``).
5. *Co-termed add-ons end with their parent* (1.9), even when they name a later end.
6. *One-off lines and usage pricing are out* (1.9). Usage comes in by option, as the mean of three
   months (tasks/facts/dealusage.py).
7. *Credit notes never move MRR* (1.9; 1.2 "refunds"), nor does any line below zero.
8. *A renewal continues the subscription* (1.9 "never churns and then reactivates"): it takes the
   place of what it renews, from its own start. If it starts later, the old price goes on until
   then, and a gap longer than the grace is remarked upon. A customer who really was away comes
   back with a new deal, not with a renewal.
9. *An upsell steps the quantity*, where product and price are the same; else it stands beside.
   One that starts when the term is over renews it, if it sells the same or names no product;
   else it is a contract of its own.
10. *An amendment takes the place* of the products it names, from its start; a quantity of 0 takes
    one away; one without lines replaces everything. Its end, if it names one, is the term's.
11. *A lost renewal ends the subscription at the end of its term* (1.2 "when churn happens: access
    end"), with its reason. The term's end may be past and final: then that period is restated.
12. *Without a decision it stays active for the grace* (1.9 ``late_renewal_grace``), and ends after
    it, not before: silence does not change a month that is final; only a decision does. The day
    depends on no clock, so any ``as_of`` sees the same.

Deals that are open, or lost without being a renewal, sell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tasks.facts.dealchains import chains
from tasks.facts.dealcontracts import contract_rows
from tasks.facts.deallanes import version_rows
from tasks.facts.dealrecords import Deal, LineItem, Remark
from tasks.facts.dealsales import sold

Row = Mapping[str, object]
GRACE_DAYS = 30

__all__ = ["GRACE_DAYS", "Deal", "Ledger", "LineItem", "Remark", "ledger"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rows of subscription_versions and contracts under canonical names, and what was left out.

    Days stand for the company's local midnights, as everywhere in raw rows; amounts are Decimals.
    """

    versions: tuple[Row, ...]
    contracts: tuple[Row, ...]
    remarks: tuple[Remark, ...] = ()


def ledger(deals: Iterable[Deal], *, grace_days: int = GRACE_DAYS) -> Ledger:
    """Return what ``deals``, in any order, amount to by the rules above.

    The same deals always give the same rows, under the same ids.
    """
    grace = timedelta(days=grace_days)
    found, remarks = chains(deals)
    versions: list[Row] = []
    contracts: list[Row] = []
    for chain in found:
        sale = sold(chain, grace)
        remarks += sale.remarks
        versions += version_rows(chain.name, sale)
        contracts += contract_rows(chain, sale)
    return Ledger(tuple(versions), tuple(contracts), tuple(remarks))
