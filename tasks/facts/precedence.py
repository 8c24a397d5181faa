"""Which source counts where the CRM's deals and the billing system both tell what a customer pays?

The named one, for every customer whom it knows at all: an invoice is worth more than a deal, so
billing is the default. Nobody's MRR is ever the sum of both. The level is the payer, as for
everything else (kpis.md G8): a child that only the CRM knows, of a parent who is billed, is part
of what the parent pays.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_

from tasks.facts.context import people, setting
from tasks.facts.revenue import subscription_versions

BILLING, CRM = "billing", "crm"
CRMS = frozenset({"hubspot", "salesforce"})  # kinds of sources whose subscriptions are deals

SECOND = setting("second_sources", ())


def second(kinds: Mapping[str, str], first: str = BILLING) -> tuple[str, ...]:
    """Return the names of the sources that come second; ``kinds`` has the kind of each source.

    ``first`` is ``billing`` or ``crm``. Where all sources are of one sort, none comes second.
    """
    crms = {name for name, kind in kinds.items() if kind in CRMS}
    behind = crms if first == BILLING else kinds.keys() - crms
    return tuple(sorted(behind)) if behind != kinds.keys() else ()


def is_second() -> ColumnElement[bool]:
    """Return whether a version comes from a source that comes second."""
    return func.coalesce(subscription_versions.c.source, "").in_(SECOND)


def counts() -> ColumnElement[bool]:
    """Return whether a version, joined with its payer, is part of what the payer pays."""
    return or_(~people.c.known_first, ~is_second())
