"""Which customers that a digest counts are in doubt, by a late renewal or by what sources say?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from flows.lakeside import facts_of
from flows.workspace import Workspace
from tasks.config import Settings
from tasks.engine.basis import basis_of
from tasks.engine.caveats import Differing, Late, caveats
from tasks.engine.current import Facts
from tasks.facts.precedence import BILLING
from tasks.messages.figures import Figures
from tasks.messages.wording import counted
from tasks.model import ALL, DataNote, Period

LATE, DIFFERING = "renewal_late", "precedence"
NAMES = {True: ("billing", "the CRM"), False: ("the CRM", "billing")}


def caveat_notes(
    workspace: Workspace, period: Period, now: datetime | None = None
) -> Iterator[DataNote]:
    """Yield a note each for late renewals and for sources that disagree, with count and amount.

    ``now`` matters for a period that is still open.
    """
    settings, facts = workspace.settings, facts_of(workspace)
    basis = basis_of(settings)
    if not _may_have_any(facts, basis.second_sources):
        return
    with facts.open() as session:
        late, differing = caveats(session, basis, period, now=now or period.end_at)
    if late:
        yield DataNote(LATE, ALL, _late(late, settings), late.customers, "contracts")
    if differing:
        text = _differing(differing, settings)
        yield DataNote(DIFFERING, ALL, text, differing.customers, "subscription_versions")


def _may_have_any(facts: Facts, second_sources: tuple[str, ...]) -> bool:
    """Say whether it is worth looking: without customers, or with neither, nothing is in doubt."""
    sources = {one.source for one in facts.files if one.table == "subscription_versions"}
    return bool(sources) and ("contracts" in facts.tables or not sources.isdisjoint(second_sources))


def _late(late: Late, settings: Settings) -> str:
    return (
        f"renewal late: {counted(late.customers, 'customer')}, {_money(late.amount, settings)}; "
        "their contracts are over, and nobody has decided yet."
    )


def _differing(differing: Differing, settings: Settings) -> str:
    first, other = NAMES[settings.kpis.settings["mrr_precedence"] == BILLING]
    return (
        f"{counted(differing.customers, 'customer')} with another MRR in {other} than in {first}: "
        f"{_money(differing.other, settings)} there, {_money(differing.counted, settings)} "
        f"here; {first} counts."
    )


def _money(amount: Decimal | None, settings: Settings) -> str:
    if amount is None:
        return "an amount that an exchange rate is missing for"
    company = settings.company
    return Figures(company.locale, company.currency).money(amount)
