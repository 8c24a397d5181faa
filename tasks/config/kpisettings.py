"""What the KPI definitions leave open: every such choice, with the one we ship."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)

from tasks.config.base import Part
from tasks.config.context import context_of
from tasks.config.notation import Day, Days, Number
from tasks.config.wording import Found, meant, together

Positive = Annotated[int, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
Weight = Annotated[Number, Field(ge=0)]


class Csat(Part):
    """Which answers are satisfied ones: scores of 1-5, and of scales with two answers (0-1)."""

    positive: tuple[int, ...] = (4, 5)
    good: tuple[int, ...] = (1,)


class Nps(Part):
    """Up to how many days a customer counts as new in the NPS of new customers."""

    tenure_days: Positive = 90


class Fcr(Part):
    """Within how many days a reopened ticket was not solved at first contact."""

    window_days: Positive = 7


class RenewalRate(Part):
    """The dates at which renewals are looked at once more, beside the close of the period."""

    as_of_dates: tuple[Day, ...] = ()


class ShortAbandon(Part):
    """Under how many seconds a caller who hung up never waited."""

    short_seconds: Positive = 5


class ServiceLevel(Part):
    """Within how many seconds a call is answered in time."""

    within_seconds: Positive = 20


class SelfService(Part):
    """Within how many hours after a help-centre session a ticket shows that it did not help."""

    window_hours: Positive = 24


class CartAbandonment(Part):
    """After how many hours a cart counts as left behind: one variant each."""

    window_hours: tuple[Positive, ...] = (24, 168)


class AverageRating(Part):
    """What the Bayesian mean believes before the first rating, and how firmly."""

    prior_mean: Number = Decimal(4)
    prior_weight: Weight = Decimal(5)


class UsageWeights(Part):
    """How much each part of the usage score counts."""

    active_days: Weight = Decimal(40)
    features: Weight = Decimal(30)
    seats: Weight = Decimal(30)


class UsageScore(Part):
    """The usage score: its weights, and what full marks take."""

    weights: UsageWeights = UsageWeights()
    target_days: Positive = 4
    features: Positive = 4


class HealthWeights(Part):
    """How much each part of the health score counts."""

    usage: Weight = Decimal("0.5")
    nps: Weight = Decimal("0.3")
    support: Weight = Decimal("0.2")


class HealthScore(Part):
    """The health score: weights, what a ticket costs, and from where a customer is at risk."""

    weights: HealthWeights = HealthWeights()
    points_per_ticket: Weight = Decimal(25)
    nps_valid_days: Positive = 90
    minimum_coverage: Share = Decimal("0.5")
    red_below: Weight = Decimal(50)


class EmployeeSurvey(Part):
    """Under how many answers a result would tell who said what, and is not shown."""

    minimum_answers: Positive = 5


class Survival(Part):
    """How many months ahead a lifetime is looked at; and since when those who left are known."""

    horizon_months: Annotated[int, Field(gt=0, le=120)] = 12
    observed_since: Day = date(1900, 1, 1)


class KpiSettings(Part):
    """Everything that can be set about KPIs; a KPI of your own has its settings under its key."""

    model_config = ConfigDict(extra="allow")

    gross_margin: Share = Decimal("0.8")
    pause_days: Annotated[int, Field(ge=0)] = 90
    reactivation_gap_days: Annotated[int, Field(ge=0)] = 30
    movement_grouping_minutes: Annotated[int, Field(ge=0)] = 60
    late_renewal_grace: Annotated[Days, Field(ge=0)] = 30
    mrr_precedence: Literal["billing", "crm"] = "billing"
    usage_mrr: Literal["out", "trailing_3m"] = "out"
    csat: Csat = Csat()
    nps: Nps = Nps()
    fcr: Fcr = Fcr()
    renewal_rate: RenewalRate = RenewalRate()
    call_abandonment_rate: ShortAbandon = ShortAbandon()
    call_service_level: ServiceLevel = ServiceLevel()
    self_service_rate: SelfService = SelfService()
    cart_abandonment_rate: CartAbandonment = CartAbandonment()
    average_rating: AverageRating = AverageRating()
    product_usage_score: UsageScore = UsageScore()
    health_score: HealthScore = HealthScore()
    employee_survey: EmployeeSurvey = EmployeeSurvey()
    survival: Survival = Survival()

    @model_validator(mode="wrap")
    @classmethod
    def _are_about_something(
        cls, data: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        choice = (*cls.model_fields, *context_of(info).catalogues.kpis.keys())
        unknown: list[Found] = [
            ((str(key),), "unknown key;", meant(str(key), choice, "see 'keepwell schema'."))
            for key in (data if isinstance(data, Mapping) else ())
            if key not in choice
        ]
        return together(cls.__name__, unknown, lambda: handler(data))

    def as_mapping(self) -> Mapping[str, Any]:
        """Return the settings as plain values: ``["csat"]["positive"]`` is ``(4, 5)``."""
        return self.model_dump()
