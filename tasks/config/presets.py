"""Whose definitions? Each preset: which variant of which KPI, and why it comes to another number.

A preset chooses among our own variants and settings; nothing else changes. What somebody else's
tool does and ours cannot is said in ``cannot``, so that nobody believes the numbers to be theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Definitions = Literal[
    "default", "stripe", "seed_literal", "chartmogul", "profitwell", "baremetrics"
]


@dataclass(frozen=True, slots=True)
class Choice:
    """The variant that a preset takes for a KPI, and why it differs from ours, in a sentence."""

    variant: str
    why: str


@dataclass(frozen=True, slots=True)
class Preset:
    """Somebody's definitions: variants by KPI, KPI settings, and what cannot be followed.

    ``settings_why`` says what its settings change, for whatever KPI comes out otherwise.
    """

    key: str
    about: str
    choices: Mapping[str, Choice] = field(default_factory=lambda: MappingProxyType({}))
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    settings_why: str = ""
    cannot: tuple[str, ...] = ()

    @property
    def variants(self) -> Mapping[str, str]:
        """The variant of each KPI for which it is not our first."""
        return {kpi: choice.variant for kpi, choice in self.choices.items()}


_MOVEMENTS = ("mrr_new", "expansion_mrr", "contraction_mrr", "churned_mrr", "reactivation_mrr")


def _by_event(whose: str) -> dict[str, Choice]:
    why = f"{whose} counts every change as it happens; we compare both ends of the period."
    return {kpi: Choice("event", why) for kpi in _MOVEMENTS}


_DEFAULT = Preset("default", "Ours: the customers of the opening, looked at again at the close.")
_STRIPE = Preset(
    "stripe",
    "Stripe Billing: who leaves counts even if they only joined, over opening and new customers.",
    {
        "logo_churn_rate": Choice(
            "stripe_opening_plus_new",
            "Stripe also counts who left within the period they joined in or came back in, and "
            "divides by opening and new customers; we follow the opening ones only.",
        ),
        **_by_event("Stripe"),
    },
    cannot=(
        "Stripe looks at the last 30 days on any day; periods here are those of the calendar.",
        "Stripe takes only lasting discounts off MRR; no source tells which last: all are taken.",
        "Stripe converts at each day's rate; that is fx.mode: spot, for all KPIs.",
    ),
)
_SEED = Preset(
    "seed_literal",
    "The textbook formulas, word by word, even where they do not measure what they say.",
    {
        "revenue_churn_rate": Choice(
            "seed_literal",
            "Opening less closing MRR, over opening: MRR of new customers hides what was lost.",
        ),
        "csat": Choice(
            "seed_surveyed_denominator",
            "Satisfied answers over everybody asked: silence counts as dissatisfied.",
        ),
        "fcr_rate": Choice(
            "seed_created_denominator",
            "Over all tickets created in the period, also those nobody has solved yet.",
        ),
        "customer_retention_rate": Choice(
            "trap_n_first_time_only",
            "Customers at the end less first-time customers, over those at the start: who came "
            "back counts as if they had stayed.",
        ),
    },
    cannot=(
        "upsell_cross_sell_rate stays over MRR: the textbook divides by total revenue.",
        "Where the textbooks contradict each other (CES) the instrument says which way is good.",
    ),
)
_CHARTMOGUL = Preset(
    "chartmogul",
    "ChartMogul: every movement as it happens, those within the hour taken together.",
    {
        **_by_event("ChartMogul"),
        "revenue_churn_rate": Choice(
            "event",
            "ChartMogul adds up every loss of the period over opening MRR, also of customers who "
            "came after it began and of those who came back.",
        ),
    },
    cannot=(
        "ChartMogul keeps who moves to a free plan as a customer; here they have left.",
        "ChartMogul deducts refunds of Stripe from MRR; here they only lower net revenue.",
    ),
)
_PROFITWELL = Preset(
    "profitwell",
    "ProfitWell: much as ours; who pauses stays a customer without MRR.",
    settings=MappingProxyType({"pause_days": 36_500}),
    settings_why="ProfitWell keeps who pauses as a customer for as long as it lasts; here for as "
    "many days as kpis.settings.pause_days says.",
    cannot=("ProfitWell smooths the churn in its lifetime value; ours is that of the period.",),
)
_BAREMETRICS = Preset(
    "baremetrics",
    "Baremetrics: who joins and leaves within a period counts as churn of it.",
    {
        "logo_churn_rate": Choice(
            "with_flash",
            "Baremetrics counts who joined and left within the period as lost, over the customers "
            "of the opening; we show them apart.",
        ),
        "quick_ratio": Choice(
            "without_reactivation",
            "Baremetrics leaves the MRR of customers who came back out of what was won.",
        ),
    },
    cannot=(
        "Baremetrics looks 30 days back on any day; periods here are those of the calendar.",
        "Baremetrics lets a customer go after 30 days past due; here until the source says unpaid.",
        "Baremetrics spreads the churn of yearly plans over 365 days; see renewal_rate here.",
    ),
)
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.key: preset
        for preset in (_DEFAULT, _STRIPE, _SEED, _CHARTMOGUL, _PROFITWELL, _BAREMETRICS)
    }
)
