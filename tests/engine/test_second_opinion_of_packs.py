"""The KPIs of shops, workshops, agencies and markets are computed twice like any other."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from tasks.config.packs import PACKS
from tasks.engine.opinion.compare import compared
from tasks.engine.opinion.opine import opine, opinions
from tasks.kpis.base import kpi_named
from tests.engine.companies import BASIS, Company, asked, measured
from tests.engine.shops import shops

CUT = HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture
KEYS = ("revenue_net", "cac", "average_order_value", "average_transaction_value")
KEYS += ("purchase_frequency", "repeat_purchase_ratio", "conversion_rate", "cart_abandonment_rate")
KEYS += ("foot_traffic", "store_conversion_rate", "inventory_turnover", "average_rating")
KEYS += ("positive_rating_share", "gig_completion_rate", "project_success_rate")
KEYS += ("overdue_open_projects", "on_time_delivery_rate", "otif_rate", "defect_rate", "defect_ppm")
KEYS += ("goal_attainment_rate", "employee_engagement_rate", "feedback_negative_share")


@pytest.mark.parametrize("pack", PACKS)
def test_every_kpi_on_a_scorecard_has_a_second_opinion(pack: str) -> None:
    shown = {(key, kpi_named(key).default_variant) for key in PACKS[pack]}
    assert shown - opinions() == set()


def disagreements(company: Company, *periods: str, **more: object) -> list[str]:
    """Return what the engine chosen and pandas do not agree on."""
    request = asked(*periods, kpis=KEYS, **more)
    with TemporaryDirectory() as folder:
        facts = company.facts(Path(folder))
        found, opinion = measured(facts, request), opine(facts, BASIS, request)
    assert opinion is not None
    _, differing = compared(found.observations, opinion)
    return [f"{one.shown.period} {one.what}" for one in differing]


@settings(max_examples=3, deadline=None, suppress_health_check=CUT)
@given(shops())
def test_they_agree_on_any_shop(company: Company) -> None:
    assert disagreements(company, "2026-01", "2026-02", "2026-W06") == []


@settings(max_examples=2, deadline=None, suppress_health_check=CUT)
@given(shops())
def test_they_agree_on_what_was_known_on_a_day(company: Company) -> None:
    known = BASIS.calendar.midnight(BASIS.calendar.period("2026-02-17").first_day)
    assert disagreements(company, "2026-01", "2026-02", as_of=known) == []
