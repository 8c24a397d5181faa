"""Revenue: how much recurs every month, and what moved it from one close to the next."""

from __future__ import annotations

from functools import partial

from tasks.facts.changes import GROWTH
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import ratio, total
from tasks.model import Base, Direction, Family, NullReason

_money = partial(kpi, unit="money", family=Family.SUM_HEAVY, section="Revenue")

MRR_OPENING = _money(
    "mrr_opening",
    "MRR at the start",
    good=Direction.UP,
    value=total(book.mrr_reported_opening),
    definition="Monthly recurring revenue in force just before the period began.",
    bad="It is not what the period before closed with, or less than a period ago.",
    action="Compare it with the close of the period before; the two must be equal.",
    base=Base.LEVEL,
)
MRR = _money(
    "mrr",
    "MRR",
    good=Direction.UP,
    value=total(book.mrr_closing),
    variants={"spot": total(book.mrr_closing_spot)},
    definition="Monthly recurring revenue in force just before the period closed; "
    "trials, usage pricing, one-off amounts and tax are not in it.",
    bad="It falls, or grows more slowly than before.",
    action="Look at the movements below it: which of them changed.",
    base=Base.LEVEL,
)
ARR = _money(
    "arr",
    "ARR",
    good=Direction.UP,
    value=total(book.mrr_closing * 12),
    definition="Twelve times the monthly recurring revenue at the close.",
    bad="It falls, or grows more slowly than before.",
    action="Look at the movements of MRR: which of them changed.",
    base=Base.LEVEL,
)
MRR_NEW = _money(
    "mrr_new",
    "New MRR",
    good=Direction.UP,
    value=total(book.mrr_new),
    variants={"event": total(book.event_new)},
    definition="Closing MRR of customers who had never paid before the period began.",
    bad="It falls, or no longer makes up for what is lost.",
    action="Ask sales which sources brought these customers, and repeat what worked.",
)
EXPANSION_MRR = _money(
    "expansion_mrr",
    "Expansion MRR",
    good=Direction.UP,
    value=total(book.mrr_expansion),
    variants={
        "event": total(book.event_expansion),
        **{kind: total(book.mrr_part[kind]) for kind in (*GROWTH, "resume", "other")},
    },
    definition="What customers of the opening pay more at the close than at the opening; parted "
    "by what brought it, as far as subscriptions say.",
    bad="Customers who stay buy nothing more, or less than before.",
    action="Offer what these customers bought to others who use the product as they do.",
)
CONTRACTION_MRR = _money(
    "contraction_mrr",
    "Contraction MRR",
    good=Direction.DOWN,
    value=total(book.mrr_contraction),
    variants={
        "event": total(book.event_contraction),
        "pause": total(book.mrr_part["paused"]),
    },
    definition="What customers who stayed pay less at the close than at the opening, "
    "pauses included.",
    bad="It grows: customers often shrink before they leave.",
    action="Call the customers who shrank before their next renewal.",
)
CHURNED_MRR = _money(
    "churned_mrr",
    "Churned MRR",
    good=Direction.DOWN,
    value=total(book.mrr_churned),
    variants={
        "event": total(book.event_churned),
        "voluntary": total(book.mrr_churned_by_choice),
        "involuntary": total(book.mrr_churned_unpaid),
    },
    definition="Opening MRR of customers who were gone when the period closed; involuntary is "
    "that of customers whose last subscription ended unpaid.",
    bad="It grows, or one customer is most of it.",
    action="Read the reasons of those who left, largest first.",
)
REACTIVATION_MRR = _money(
    "reactivation_mrr",
    "Reactivation MRR",
    good=Direction.UP,
    value=total(book.mrr_returned),
    variants={"event": total(book.event_returned)},
    definition="Closing MRR of customers who came back: they had paid before, "
    "but not when the period began.",
    bad="Nobody comes back, although there were good reasons to.",
    action="Ask those who came back what changed their mind.",
)
NET_NEW_MRR = _money(
    "net_new_mrr",
    "Net new MRR",
    good=Direction.UP,
    value=total(book.mrr_closing - book.mrr_reported_opening),
    definition="MRR at the close less MRR at the opening.",
    bad="Below zero the book shrinks; or it falls from period to period.",
    action="See which movement is unlike its usual size.",
)
MRR_GROWTH_RATE = kpi(
    "mrr_growth_rate",
    "MRR growth",
    unit="ratio",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Revenue",
    value=ratio(
        book.mrr_closing - book.mrr_reported_opening,
        book.mrr_reported_opening,
        n_of=book.customers_opening,
    ),
    definition="Net new MRR over MRR at the opening.",
    bad="Below zero the book shrinks; or it falls from period to period.",
    action="See which movement is unlike its usual size.",
    base=Base.LEVEL,
)
FX_IMPACT_MRR = _money(
    "fx_impact_mrr",
    "Effect of exchange rates",
    good=Direction.NEUTRAL,
    value=total(book.fx_impact),
    default="spot",
    definition="Opening MRR in foreign currencies, revalued from the rate of the day the period "
    "began to the rate of the day it closed.",
    bad="A large amount either way: the growth that is reported is then not customers' doing.",
    action="Nothing to do: no customer changed anything.",
)
FX_REBASE_MRR = _money(
    "fx_rebase_mrr",
    "New rate table",
    good=Direction.NEUTRAL,
    value=total(book.mrr_rebase),
    definition="What a new table of locked exchange rates did to the opening MRR.",
    bad="A large amount either way: the growth that is reported is then not customers' doing.",
    action="Nothing to do: no customer changed anything.",
)
ARPA_MRR = kpi(
    "arpa_mrr",
    "MRR per customer",
    unit="money",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Revenue",
    value=ratio(book.mrr_closing, book.customers_closing, n_of=book.customers_closing),
    definition="MRR at the close over customers at the close.",
    bad="Each customer pays less than before: large ones leave, or small ones come.",
    action="See whether small customers came or large ones left.",
    of="customers",
    base=Base.LEVEL,
)
_gained = book.mrr_new + book.mrr_expansion
_shed = book.mrr_contraction + book.mrr_churned
_over_losses = partial(
    ratio, denominator=_shed, empty=NullReason.NO_LOSSES, n_of=book.customers_opening
)
QUICK_RATIO = kpi(
    "quick_ratio",
    "Quick ratio",
    unit="x",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Revenue",
    value=_over_losses(_gained + book.mrr_returned),
    variants={"without_reactivation": _over_losses(_gained)},
    definition="MRR won (new, expansion, reactivation) over MRR given up (contraction, churn).",
    bad="Below 1 more is lost than won; or it falls.",
    action="Below 1 the book shrinks: find out which of the four moved.",
)
