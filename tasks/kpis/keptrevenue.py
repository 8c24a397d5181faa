"""Kept revenue: of the MRR there was when the period began, how much stayed, grew, went away?"""

from __future__ import annotations

from functools import partial

from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import ratio
from tasks.model import Base, Direction, Family

_rate = partial(kpi, unit="ratio", family=Family.RATIO_OF_SUMS, section="Revenue", base=Base.LEVEL)
_over_opening = partial(ratio, denominator=book.mrr_opening, n_of=book.customers_opening)
_gone = book.mrr_churned + book.mrr_contraction
_kept = book.mrr_opening + book.mrr_expansion - book.mrr_contraction - book.mrr_churned

NRR = _rate(
    "nrr",
    "Net revenue retention",
    good=Direction.UP,
    value=_over_opening(_kept),
    variants={
        "with_reactivation": _over_opening(_kept + book.mrr_returned),
        "trailing_12m": ratio(
            book.mrr_since_year_ago, book.mrr_year_ago, n_of=book.customers_year_ago
        ),
    },
    definition="What the customers of the opening pay at the close, over what they paid when the "
    "period began, or a year before its close; new customers are not in it.",
    bad="Under 100 % the customers we have shrink, so that growth has to be bought; or it falls.",
    action="Find out who shrank, and who could grow.",
    of="opening MRR",
)
GRR = _rate(
    "grr",
    "Gross revenue retention",
    good=Direction.UP,
    value=_over_opening(book.mrr_opening - book.mrr_contraction - book.mrr_churned),
    definition="As net revenue retention, but nobody counts for more than they paid at the "
    "opening: growth can't hide losses.",
    bad="A tenth or more of the revenue is lost in a year before any growth, or it falls.",
    action="Read the reasons of those who left or shrank, largest first.",
    of="opening MRR",
)
REVENUE_CHURN_RATE = _rate(
    "revenue_churn_rate",
    "Revenue churn rate",
    good=Direction.DOWN,
    variants={
        "gross": _over_opening(_gone),
        "churn_only": _over_opening(book.mrr_churned),
        "net": _over_opening(_gone - book.mrr_expansion),
        "seed_literal": ratio(
            book.mrr_reported_opening - book.mrr_closing,
            book.mrr_reported_opening,
            n_of=book.customers_opening,
        ),
        "event": _over_opening(book.event_churned + book.event_contraction),
    },
    definition="MRR lost with customers who left and to those who shrank, over MRR at the opening; "
    "net takes growth off, and the literal one of the textbooks counts new customers too.",
    bad="It grows, or eats up what new customers bring.",
    action="Find out what those who left or shrank had in common, and fix the first thing on the "
    "list.",
    counted="MRR lost",
    of="opening MRR",
    alarm="Revenue is leaving",
)
EXPANSION_RATE = _rate(
    "expansion_rate",
    "Expansion rate",
    good=Direction.UP,
    value=_over_opening(book.mrr_expansion),
    definition="What customers of the opening pay more at the close, over MRR at the opening.",
    bad="Customers who stay buy nothing more, or less than before.",
    action="Offer what the growing customers bought to others who use the product as they do.",
    counted="expansion MRR",
    of="opening MRR",
    alarm="Customers grow less",
)
UPSELL_CROSS_SELL_RATE = _rate(
    "upsell_cross_sell_rate",
    "Upsell and cross-sell rate",
    good=Direction.UP,
    value=ratio(
        book.mrr_part["upsell"] + book.mrr_part["cross_sell"],
        book.mrr_closing,
        n_of=book.customers_closing,
    ),
    definition="Growth of customers of the opening that was upsold or cross-sold, over MRR at the "
    "close; price rises and what was merely resumed are not in it.",
    bad="Growth comes from higher prices alone, or the share falls.",
    action="Find customers who use all they have bought, and show them the next thing.",
    counted="MRR upsold and cross-sold",
    of="MRR",
    alarm="Less is sold to customers",
    needs=("subscription_versions.change_kind",),
)
