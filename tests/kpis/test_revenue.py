"""How much recurs every month, and what moved it from one close to the next."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.engine.worlds import World, book

WATERFALL = book("""
    customer_id | unit_amount | valid_from | valid_to
    grows       | 200         | 2025-06-01 | 2026-02-10
    grows       | 300         | 2026-02-10 | -
    shrinks     | 400         | 2025-06-01 | 2026-02-20
    shrinks     | 250         | 2026-02-20 | -
    leaves      | 50          | 2025-06-01 | 2026-02-15
    joins       | 80          | 2026-02-05 | -
    returns     | 120         | 2025-01-01 | 2025-07-01
    returns     | 120         | 2026-02-12 | -
""")


def test_the_waterfall_leads_from_the_opening_to_the_close():
    steps = {
        key: WATERFALL.value(key)
        for key in (
            "mrr_opening",
            "mrr_new",
            "expansion_mrr",
            "reactivation_mrr",
            "contraction_mrr",
            "churned_mrr",
            "mrr",
            "net_new_mrr",
            "fx_rebase_mrr",
        )
    }
    assert steps == {
        "mrr_opening": 650,
        "mrr_new": 80,
        "expansion_mrr": 100,
        "reactivation_mrr": 120,
        "contraction_mrr": 150,
        "churned_mrr": 50,
        "mrr": 750,
        "net_new_mrr": 100,
        "fx_rebase_mrr": 0,
    }


def test_the_rates_follow_from_the_waterfall():
    assert WATERFALL.value("nrr") == Fraction(550, 650)
    assert WATERFALL.value("nrr", variant="with_reactivation") == Fraction(670, 650)
    assert WATERFALL.value("grr") == Fraction(450, 650)
    assert WATERFALL.value("mrr_growth_rate") == Fraction(100, 650)
    assert WATERFALL.value("quick_ratio") == Fraction(300, 200)
    assert WATERFALL.value("quick_ratio", variant="without_reactivation") == Fraction(180, 200)
    assert WATERFALL.value("arr") == 9000
    assert WATERFALL.value("arpa_mrr") == Fraction(750, 4)


def test_no_losses_is_no_quick_ratio():
    world = book("""
        customer_id | valid_from | valid_to
        stays       | 2025-06-01 | -
    """)
    assert world.value("quick_ratio") == "no_losses"


@pytest.mark.parametrize(
    ("interval", "count", "amount", "monthly"),
    [
        ("month", 1, 100, Fraction(100)),
        ("month", 3, 300, Fraction(100)),
        ("year", 1, 9600, Fraction(800)),
        ("year", 2, 24000, Fraction(1000)),
        ("week", 1, 30, Fraction(130)),
        ("day", 1, 12, Fraction(365)),
        ("usage", 1, 100, Fraction(0)),
    ],
)
def test_every_interval_is_brought_to_a_month(interval, count, amount, monthly):
    world = book(f"""
        customer_id | unit_amount | interval   | interval_count | valid_from | valid_to
        acme        | {amount}    | {interval} | {count}        | 2025-06-01 | -
        other       | 0.01        | month      | 1              | 2025-06-01 | -
    """)
    assert world.value("mrr") == monthly + Fraction(1, 100)


def test_discount_and_seats_count():
    world = book("""
        customer_id | unit_amount | quantity | discount_pct | valid_from | valid_to
        acme        | 50          | 12       | 20           | 2025-06-01 | -
    """)
    assert world.value("mrr") == 480


def test_trials_are_not_revenue():
    world = book("""
        customer_id | status   | valid_from | valid_to
        acme        | active   | 2025-06-01 | -
        grove       | trialing | 2026-02-05 | -
    """)
    assert world.value("mrr") == 100


def test_thirds_of_a_cent_add_up_to_the_cent():
    lines = "\n".join(f"c{n} | 100 | 2025-06-01 | -" for n in range(300))
    world = book(f"customer_id | unit_amount | valid_from | valid_to\n{lines}")
    yearly = World(
        {
            "subscription_versions": "customer_id | unit_amount | interval | valid_from | valid_to\n"
            + "\n".join(f"c{n} | 100 | year | 2025-06-01 | -" for n in range(300))
        }
    )
    assert world.value("mrr") == 30_000
    assert abs(yearly.value("mrr") - 2500) < Fraction(1, 10_000)


def test_events_see_what_one_customer_did_twice():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        iris        | 90          | 2025-10-05 | 2026-02-08
        iris        | 90          | 2026-02-22 | -
        hazel       | 60          | 2026-02-03 | 2026-02-24
    """)
    by_event = {
        key: world.value(key, variant="event")
        for key in ("mrr_new", "churned_mrr", "reactivation_mrr")
    }
    assert by_event == {"mrr_new": 60, "churned_mrr": 150, "reactivation_mrr": 90}
    assert world.value("churned_mrr") == 0


def test_a_pause_is_a_contraction_and_a_resume_an_expansion():
    world = book("""
        customer_id | status | valid_from | valid_to
        larch       | active | 2025-06-01 | 2026-01-10
        larch       | paused | 2026-01-10 | 2026-02-10
        larch       | active | 2026-02-10 | -
    """)
    for variant in ("default", "event"):
        assert world.value("contraction_mrr", "2026-01", variant=variant) == 100
        assert world.value("expansion_mrr", "2026-02", variant=variant) == 100


EURO = """
    customer_id | unit_amount | currency | valid_from | valid_to
    fir         | 1000        | EUR      | 2025-01-01 | -
    elm         | 1000        | USD      | 2025-01-01 | -
"""


def with_rates(text, **world):
    return World({"subscription_versions": EURO, "fx_rates": text}, **world)


def test_a_new_rate_table_is_a_rebase_and_never_expansion():
    world = with_rates("""
        currency | rate_date  | rate_to_usd
        EUR      | 2025-01-01 | 1.10
        EUR      | 2026-01-01 | 1.20
    """)
    assert world.value("mrr", "2025-12") == 2100
    assert world.value("mrr_opening", "2026-01") == 2100
    assert world.value("fx_rebase_mrr", "2026-01") == 100
    assert world.value("expansion_mrr", "2026-01") == 0
    assert world.value("nrr", "2026-01") == 1
    assert world.value("mrr", "2026-01") == 2200


def test_a_swap_into_another_currency_is_one_movement():
    swap = """
        customer_id | unit_amount | currency | valid_from       | valid_to
        fir         | 1000        | EUR      | 2025-01-01       | 2026-02-10 10:00
        fir         | 300         | USD      | 2026-02-10 10:20 | -
        gone        | 10          | GBP      | 2025-01-01       | 2026-03-10
        gone        | 4           | GBP      | 2026-03-10       | -
    """
    rates = "currency | rate_date | rate_to_usd\nEUR | 2025-01-01 | 1.10"
    world = World({"subscription_versions": swap, "fx_rates": rates})
    assert world.value("contraction_mrr", variant="event") == 800
    assert world.value("expansion_mrr", variant="event") == 0
    assert world.value("contraction_mrr", "2026-03", variant="event") == "missing_fx"
    assert world.value("expansion_mrr", "2026-03", variant="event") == 0


def test_a_currency_without_a_rate_is_unknown_not_small():
    world = with_rates(
        """
        currency | rate_date  | rate_to_usd
        GBP      | 2025-01-01 | 1.30
        """
    )
    assert world.value("mrr") == "missing_fx"
    assert world.value("nrr") == "missing_fx"
    assert world.value("customers_closing") == 2


def test_spot_values_each_end_at_its_own_day():
    world = with_rates("""
        currency | rate_date  | rate_to_usd | kind
        EUR      | 2025-01-01 | 1.10        | locked
        EUR      | 2026-02-01 | 1.10        | spot
        EUR      | 2026-03-01 | 1.20        | spot
    """)
    assert world.value("mrr", variant="spot") == 2200
    assert world.value("fx_impact_mrr") == 100
    assert world.value("mrr") == 2100


def test_by_the_day_nothing_is_rebased():
    world = with_rates(
        """
        currency | rate_date  | rate_to_usd | kind
        EUR      | 2026-02-01 | 1.10        | spot
        EUR      | 2026-03-01 | 1.20        | spot
        """,
        fx_mode="spot",
    )
    assert world.value("fx_impact_mrr") == 100
    assert world.value("fx_rebase_mrr") == 0
