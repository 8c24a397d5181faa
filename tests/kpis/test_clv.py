"""What a customer is worth by the churn of one period."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tasks.kpis.margin import margin_of
from tests.engine.worlds import World, book

# four customers at the start, one lost: 25 %; three who pay 300 together, one new among them
BOOK = """
    customer_id | valid_from | valid_to   | unit_amount
    acorn       | 2025-01-01 | -          | 40
    birch       | 2025-01-01 | -          | 90
    cedar       | 2025-01-01 | 2026-02-15 | 50
    larch       | 2025-01-01 | -          | 70
    elm         | 2026-02-10 | -          | 100
"""
COSTS = "period | kind | amount\n2026-02 | sales_marketing | 240"
COMPANY = World({"subscription_versions": BOOK, "costs": COSTS})
VALUE = Fraction(300, 4) / Fraction(1, 4)  # MRR per customer over churn


def test_it_is_mrr_per_customer_over_the_churn_rate():
    assert COMPANY.value("clv_simple") == VALUE == 300


def test_the_margin_names_its_variants():
    assert COMPANY.value("clv_simple", variant="gross_margin_80") == VALUE * Fraction(8, 10)
    assert COMPANY.value("clv_simple", variant="gm80_net_of_cac") == VALUE * Fraction(8, 10) - 240


def test_another_margin_names_them_otherwise():
    settings = {"gross_margin": Decimal("0.825")}
    world = World({"subscription_versions": BOOK, "costs": COSTS}, settings=settings)
    found = world.measured("2026-02", kpis=("clv_simple",)).observations
    assert {one.variant: one.value for one in found} == {
        "default": 300,
        "gross_margin_82.5": Decimal("247.5"),
        "gm82.5_net_of_cac": Decimal("7.5"),
    }


def test_a_name_without_a_number_has_the_usual_margin():
    assert (margin_of("all"), margin_of("75_net_of_cac")) == (Fraction(4, 5), Fraction(3, 4))


def test_with_nobody_lost_it_has_no_answer():
    world = book("customer_id | valid_from\nacorn | 2025-01-01")
    assert world.value("clv_simple") == "zero_denominator"


def test_with_nobody_left_it_has_no_answer_either():
    world = book("customer_id | valid_from | valid_to\nacorn | 2025-01-01 | 2026-02-10")
    assert world.value("clv_simple") == "zero_denominator"


def test_only_what_rests_on_costs_has_no_segments():
    customers = "customer_id | segment\n" + "\n".join(
        f"{name} | SMB" for name in ("acorn", "birch", "cedar", "larch", "elm")
    )
    tables = {"subscription_versions": BOOK, "costs": COSTS, "customers": customers}
    found = World(tables, segments=("segment",)).measured("2026-02", kpis=("clv_simple",))
    by_variant = {(one.variant, one.segment): one.value for one in found.observations}
    assert by_variant == {
        ("default", "ALL"): 300,
        ("default", "SMB"): 300,
        ("gross_margin_80", "ALL"): 240,
        ("gross_margin_80", "SMB"): 240,
        ("gm80_net_of_cac", "ALL"): 0,
    }


def test_the_ratio_to_cost_is_both_at_full_revenue():
    assert COMPANY.value("ltv_cac_ratio") == VALUE / 240


def test_customers_who_cost_nothing_have_no_ratio():
    costs = "period | kind | amount\n2026-02 | sales_marketing | 0"
    world = World({"subscription_versions": BOOK, "costs": costs})
    assert world.value("ltv_cac_ratio") == "zero_denominator"


def test_without_a_new_customer_there_is_no_ratio_as_there_is_no_cost():
    lost = BOOK.replace("2026-02-15", "2026-03-15")
    nobody_new = World({"subscription_versions": lost, "costs": COSTS.replace("02 |", "03 |")})
    assert nobody_new.value("clv_simple", "2026-03") == 375  # 300 / 4 over 1 of 5
    assert nobody_new.value("ltv_cac_ratio", "2026-03") == "zero_denominator"


def test_the_parts_of_a_value_are_whole_numbers():
    one = COMPANY.observe("ltv_cac_ratio")
    assert (one.numerator, one.denominator) == (5, 4)
