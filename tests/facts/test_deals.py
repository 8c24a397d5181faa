"""Worked examples: deals in, exact versions out, and the MRR the engine makes of them.

The numbers are those of the rules in tasks/facts/deals.py.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.facts.deals import ledger
from tests.facts.dealing import bought, by_month, contracts, drawn, mrr, remarks, versions
from tests.facts.drawn import folded, raw, utc, values

CENT = Decimal("0.01")


def test_1_a_total_is_spread_over_its_term():
    deals = bought("""
        deal | starts     | months | amount
        D1   | 2026-01-01 | 7      | 10000
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2026-08-31 | 10000 x 1 every 7 month | new
    """)
    months = mrr(deals, "2026-01", "2026-07")
    assert set(months) == {Decimal("1428.57142857")}
    assert sum(months).quantize(CENT) == 10000


@pytest.mark.parametrize("ends", ["2026-12-31", "2027-01-01"])
def test_1_a_last_day_and_an_anniversary_both_mean_whole_months(ends):
    deals = bought(f"""
        deal | starts     | ends   | amount
        D1   | 2026-01-01 | {ends} | 1200
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2027-01-31 | 1200 x 1 every 12 month | new
    """)


def test_1_a_term_of_odd_days_is_spread_by_the_day():
    deals = bought("""
        deal | starts     | ends       | amount
        D1   | 2026-01-01 | 2026-02-14 | 450
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2026-03-17 | 450 x 1 every 45 day | new
    """)
    assert mrr(deals, "2026-01", "2026-01") == [Decimal("304.16666667")]  # 10 a day


def test_1_where_there_are_lines_the_amount_is_not_read():
    deals = bought(
        """
        deal | starts     | months | amount
        D1   | 2026-01-01 | 12     | 99999
        """,
        """
        deal | product | quantity | price | every   | discount
        D1   | seats   | 10       | 50    | month   | 10
        D1   | support | 1        | 300   | 3 month | -
        """,
    )
    assert versions(deals) == drawn("""
        D1/seats   | 2026-01-01 | 2027-01-31 | 50 x 10 every month -10 % | new
        D1/support | 2026-01-01 | 2027-01-31 | 300 x 1 every 3 month     | new
    """)
    assert mrr(deals, "2026-01", "2026-01") == [550]


def test_1_an_amount_has_the_coins_of_its_currency():
    deals = bought("""
        deal | starts     | months | amount   | currency
        D1   | 2026-01-01 | 12     | 1200.006 | USD
        D2   | 2026-01-01 | 12     | 1200.6   | JPY
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2027-01-31 | 1200.01 x 1 every 12 month | new
        D2/subscription | 2026-01-01 | 2027-01-31 | 1201 x 1 every 12 month    | new
    """)


def test_2_a_ramp_is_stepped():
    deals = bought(
        """
        deal | starts
        D1   | 2025-01-01
        """,
        """
        deal | product | quantity | price | starts     | months
        D1   | seats   | 10       | 20    | 2025-01-01 | 12
        D1   | seats   | 15       | 20    | 2026-01-01 | 12
        D1   | seats   | 15       | 22    | 2027-01-01 | 12
        """,
    )
    assert versions(deals) == drawn("""
        D1/seats | 2025-01-01 | 2026-01-01 | 20 x 10 every month | new
        D1/seats | 2026-01-01 | 2027-01-01 | 20 x 15 every month | seats
        D1/seats | 2027-01-01 | 2028-01-31 | 22 x 15 every month | price_increase
    """)
    assert mrr(deals, "2025-12", "2026-01") == [200, 300]
    assert contracts(deals) == "D1 | 2027-12-31 | 3960.00 | pending | - | -"


def test_3_years_paid_in_advance_are_spread_over_the_term():
    deals = bought(
        """
        deal | starts
        D1   | 2025-03-15
        """,
        """
        deal | price | every | months
        D1   | 36000 | term  | 36
        """,
    )
    assert versions(deals) == drawn("""
        D1/subscription | 2025-03-15 | 2028-04-14 | 36000 x 1 every 36 month | new
    """)
    assert mrr(deals, "2025-02", "2025-04") == [0, 1000, 1000]


def test_4_free_months_count_nothing_and_make_nobody_a_customer():
    deals = bought("""
        deal | starts     | months | amount | free
        D1   | 2026-01-01 | 12     | 10000  | 2
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2026-03-01 | 10000 x 1 every 10 month (free) | new
        D1/subscription | 2026-03-01 | 2027-01-31 | 10000 x 1 every 10 month        | resume
    """)
    assert mrr(deals, "2026-01", "2026-04") == [0, 0, 1000, 1000]
    assert by_month(deals, "new_customers", "2026-01", "2026-03") == [0, 0, 1]


RENEWED_WITH_A_GIFT = bought(
    """
    deal | kind    | starts     | closed
    D1   | new     | 2025-01-01 | -
    D2   | renewal | 2026-01-01 | 2025-12-01
    """,
    """
    deal | price | months | free
    D1   | 100   | 12     | -
    D2   | 120   | 14     | 2
    """,
)


def test_4_free_months_of_a_renewal_take_nobody_away():
    assert mrr(RENEWED_WITH_A_GIFT, "2025-12", "2026-03") == [100, 0, 0, 120]
    for kpi in ("churned_customers", "reactivated_customers"):
        assert by_month(RENEWED_WITH_A_GIFT, kpi, "2025-12", "2026-03") == [0, 0, 0, 0]
    assert contracts(RENEWED_WITH_A_GIFT).splitlines()[0] == (
        "D1 | 2025-12-31 | 1200.00 | renewed | 2025-12-01 | 1440.00"
    )


@pytest.mark.parametrize("end", ["-", "2027-06-30"])
def test_5_an_add_on_ends_with_its_parent(end):
    deals = bought(
        f"""
        deal | kind   | starts     | ends       | amount
        D1   | new    | 2026-01-01 | 2026-12-31 | 1200
        D2   | add_on | 2026-07-01 | {end}      | -
        """,
        """
        deal | product | price
        D2   | reports | 40
        """,
    )
    assert versions(deals) == drawn("""
        D1/reports      | 2026-07-01 | 2027-01-31 | 40 x 1 every month      | cross_sell
        D1/subscription | 2026-01-01 | 2027-01-31 | 1200 x 1 every 12 month | new
    """)
    assert mrr(deals, "2026-06", "2026-07") == [100, 140]
    assert contracts(deals) == "D1 | 2026-12-31 | 1680.00 | pending | - | -"


def test_5_an_add_on_without_lines_is_spread_over_what_is_left_of_the_term():
    deals = bought("""
        deal | kind   | starts     | months | amount
        D1   | new    | 2026-01-01 | 12     | 1200
        D2   | add_on | 2026-09-01 | -      | 200
    """)
    assert mrr(deals, "2026-08", "2026-09") == [100, 150]


def test_5_an_add_on_the_renewal_does_not_name_ends_with_the_old_term():
    deals = bought(
        """
        deal | kind    | starts     | months
        D1   | new     | 2025-01-01 | 12
        D2   | add_on  | 2025-07-01 | -
        D3   | renewal | 2026-01-01 | 12
        """,
        """
        deal | product | price
        D1   | core    | 100
        D2   | reports | 40
        D3   | core    | 100
        """,
    )
    assert versions(deals) == drawn("""
        D1/core    | 2025-01-01 | 2027-01-31 | 100 x 1 every month | new
        D1/reports | 2025-07-01 | 2026-01-01 | 40 x 1 every month  | cross_sell
    """)


def test_6_one_off_lines_and_usage_stay_out_and_are_told():
    deals = bought(
        """
        deal | starts     | months
        D1   | 2026-01-01 | 12
        """,
        """
        deal | product    | quantity | price | every
        D1   | core       | 1        | 100   | month
        D1   | onboarding | 2        | 1500  | one_off
        D1   | messages   | 1        | 0.01  | usage
        """,
    )
    assert mrr(deals, "2026-01", "2026-01") == [100]
    assert remarks(deals) == [("D1", "one-off", 3000), ("D1", "usage", Decimal("0.01"))]


def test_7_credit_notes_and_lines_below_zero_never_move_mrr():
    deals = bought(
        """
        deal | kind   | starts     | months | amount
        D1   | new    | 2026-01-01 | 12     | -
        D2   | credit | 2026-03-01 | -      | -600
        """,
        """
        deal | product | price
        D1   | core    | 100
        D1   | sorry   | -20
        """,
    )
    assert mrr(deals, "2026-01", "2026-04") == [100, 100, 100, 100]
    assert remarks(deals) == [("D2", "credit", -600), ("D1", "negative", -20)]


def test_8_a_renewal_continues_the_subscription():
    deals = bought("""
        deal | kind    | parent | closed     | starts     | months | amount
        D1   | new     | -      | 2024-12-10 | 2025-01-01 | 12     | 1200
        D2   | renewal | D1     | 2025-11-20 | 2026-01-01 | 12     | 1500
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2025-01-01 | 2026-01-01 | 1200 x 1 every 12 month | new
        D1/subscription | 2026-01-01 | 2027-01-31 | 1500 x 1 every 12 month | price_increase
    """)
    assert mrr(deals, "2025-12", "2026-01") == [100, 125]
    assert by_month(deals, "expansion_mrr", "2026-01", "2026-01") == [25]
    assert contracts(deals) == drawn("""
        D1 | 2025-12-31 | 1200.00 | renewed | 2025-11-20 | 1500.00
        D2 | 2026-12-31 | 1500.00 | pending | -          | -
    """)


def test_8_a_renewal_signed_long_after_the_end_is_neither_churn_nor_reactivation():
    deals = bought("""
        deal | kind    | closed     | starts     | months | amount
        D1   | new     | -          | 2025-01-01 | 12     | 1200
        D2   | renewal | 2026-03-10 | 2026-03-15 | 12     | 2400
    """)
    assert mrr(deals, "2025-12", "2026-03") == [100, 100, 100, 200]
    for kpi in ("churned_customers", "reactivated_customers"):
        assert by_month(deals, kpi, "2025-12", "2026-04") == [0, 0, 0, 0, 0]
    assert remarks(deals) == [("D2", "gap", 100)]


def test_8_a_renewal_that_names_no_day_starts_when_the_old_term_ends():
    deals = bought("""
        deal | kind    | closed     | starts     | months | amount
        D1   | new     | -          | 2025-01-01 | 12     | 1200
        D2   | renewal | 2025-10-05 | -          | -      | 1800
    """)
    assert versions(deals).splitlines()[1] == (
        "D1/subscription | 2026-01-01 | 2027-01-31 | 1800 x 1 every 12 month | price_increase"
    )


def test_8_a_renewal_that_names_no_price_goes_on_at_the_old_one():
    deals = bought("""
        deal | kind    | closed     | starts     | months | amount
        D1   | new     | -          | 2025-01-01 | 12     | 1200
        D2   | renewal | 2025-10-05 | -          | -      | -
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2025-01-01 | 2027-01-31 | 1200 x 1 every 12 month | new
    """)
    assert remarks(deals) == [("D2", "no amount", 0)]


def test_8_an_early_renewal_takes_the_place_of_the_rest_of_the_term():
    deals = bought("""
        deal | kind    | closed     | starts     | months | amount
        D1   | new     | -          | 2025-01-01 | 12     | 1200
        D2   | renewal | 2025-10-01 | 2025-10-01 | 12     | 2400
    """)
    assert mrr(deals, "2025-09", "2026-01") == [100, 200, 200, 200, 200]
    assert contracts(deals).splitlines()[0].startswith("D1 | 2025-12-31 | 1200.00 | renewed")


def test_8_of_two_contracts_the_renewal_continues_the_one_that_ends_as_it_starts():
    deals = bought("""
        deal | kind    | starts     | months | amount
        D1   | new     | 2025-01-01 | 12     | 1200
        D2   | new     | 2025-03-01 | 12     | 2400
        D3   | renewal | 2026-01-01 | 12     | 1200
        D4   | renewal | 2026-03-01 | 12     | 2400
    """)
    assert set(mrr(deals, "2025-03", "2026-11")) == {300}


def test_9_an_upsell_at_the_same_price_steps_the_quantity():
    deals = bought(
        """
        deal | kind   | starts     | months
        D1   | new    | 2026-01-01 | 12
        D2   | upsell | 2026-05-10 | -
        """,
        """
        deal | product | quantity | price
        D1   | seats   | 10       | 20
        D2   | seats   | 5        | 20
        """,
    )
    assert versions(deals) == drawn("""
        D1/seats | 2026-01-01 | 2026-05-10 | 20 x 10 every month | new
        D1/seats | 2026-05-10 | 2027-01-31 | 20 x 15 every month | upsell
    """)
    assert mrr(deals, "2026-04", "2026-05") == [200, 300]


def test_9_an_upsell_at_another_price_stands_beside():
    deals = bought(
        """
        deal | kind    | starts     | months
        D1   | new     | 2026-01-01 | 12
        D2   | upsell  | 2026-05-10 | -
        D3   | renewal | 2027-01-01 | 12
        """,
        """
        deal | product | quantity | price
        D1   | seats   | 10       | 20
        D2   | seats   | 5        | 18
        D3   | seats   | 15       | 20
        """,
    )
    assert versions(deals) == drawn("""
        D1/seats   | 2026-01-01 | 2027-01-01 | 20 x 10 every month | new
        D1/seats   | 2027-01-01 | 2028-01-31 | 20 x 15 every month | seats
        D1/seats/2 | 2026-05-10 | 2027-01-01 | 18 x 5 every month  | upsell
    """)


@pytest.mark.parametrize("kind", ["upsell", "add_on", "amendment"])
def test_9_what_comes_on_top_when_the_term_is_over_renews_it(kind):
    deals = bought(f"""
        deal | kind   | starts     | months | amount
        D1   | new    | 2025-01-01 | 12     | 1200
        D2   | {kind} | 2026-01-01 | 12     | 1500
    """)
    assert mrr(deals, "2025-12", "2026-11") == [100] + [125] * 11
    assert contracts(deals).splitlines()[0].startswith("D1 | 2025-12-31 | 1200.00 | renewed")


def test_9_unless_it_sells_something_else_then_it_is_a_contract_of_its_own():
    deals = bought(
        """
        deal | kind    | starts     | months
        D1   | new     | 2025-01-01 | 6
        D2   | add_on  | 2025-07-10 | 12
        D3   | renewal | 2026-07-10 | 12
        """,
        """
        deal | product | price
        D1   | core    | 100
        D2   | reports | 40
        D3   | reports | 50
        """,
    )
    assert mrr(deals, "2025-06", "2025-08", grace=31) == [100, 140, 40]
    assert mrr(deals, "2026-06", "2026-07") == [40, 50]
    assert [row.split(" | ")[:4] for row in contracts(deals).splitlines()] == [
        ["D1", "2025-06-30", "1200.00", "pending"],
        ["D2", "2026-07-09", "480.00", "renewed"],
        ["D3", "2027-07-09", "600.00", "pending"],
    ]


def test_10_an_amendment_takes_the_place_of_the_products_it_names():
    deals = bought(
        """
        deal | kind      | starts     | months
        D1   | new       | 2026-01-01 | 12
        D2   | amendment | 2026-05-01 | -
        """,
        """
        deal | product | quantity | price
        D1   | seats   | 10       | 20
        D1   | reports | 1        | 40
        D1   | archive | 1        | 5
        D2   | seats   | 6        | 20
        D2   | archive | 0        | 5
        """,
    )
    assert versions(deals) == drawn("""
        D1/archive | 2026-01-01 | 2026-05-01 | 5 x 1 every month   | new
        D1/reports | 2026-01-01 | 2027-01-31 | 40 x 1 every month  | new
        D1/seats   | 2026-01-01 | 2026-05-01 | 20 x 10 every month | new
        D1/seats   | 2026-05-01 | 2027-01-31 | 20 x 6 every month  | downgrade
    """)
    assert by_month(deals, "contraction_mrr", "2026-05", "2026-05") == [85]


def test_10_the_end_an_amendment_names_is_the_term_s():
    deals = bought("""
        deal | kind      | starts     | ends       | amount
        D1   | new       | 2026-01-01 | 2026-12-31 | 1200
        D2   | amendment | 2026-05-01 | 2026-06-30 | -
    """)
    assert versions(deals) == drawn("""
        D1/subscription | 2026-01-01 | 2026-07-31 | 1200 x 1 every 12 month | new
    """)


LOST = """
    deal | kind    | outcome | closed     | starts     | months | amount | reason
    D1   | new     | won     | -          | 2025-01-01 | 12     | 1200   | -
    D2   | renewal | lost    | {decided} | 2026-01-01 | 12     | 1200   | too dear
"""


@pytest.mark.parametrize("decided", ["2025-11-03", "2026-01-20", "2026-03-20"])
def test_11_a_lost_renewal_ends_it_at_the_end_of_its_term(decided):
    deals = bought(LOST.format(decided=decided))
    assert mrr(deals, "2025-12", "2026-01") == [100, 0]
    assert by_month(deals, "churned_customers", "2025-12", "2026-03") == [0, 1, 0, 0]
    assert contracts(deals) == f"D1 | 2025-12-31 | 1200.00 | lost | {decided} | 0"


def test_11_why_it_was_lost_stands_in_the_version():
    (row,) = ledger(bought(LOST.format(decided="2025-11-03"))).versions
    names = ("cancel_at", "cancel_requested_at", "cancel_reason")
    assert [str(row[name]) for name in names] == ["2026-01-01", "2025-11-03", "too dear"]


def test_11_a_renewal_that_was_won_after_all_makes_the_loss_good():
    deals = bought(
        LOST.format(decided="2025-12-20")
        + "    D3   | renewal | won     | 2026-01-15 | 2026-01-01 | 12     | 1200   | -\n    "
    )
    assert mrr(deals, "2025-12", "2026-03") == [100, 100, 100, 100]


def test_12_without_a_decision_it_stays_active_for_the_grace_and_ends_after_it():
    deals = bought("""
        deal | starts     | months | amount
        D1   | 2025-01-01 | 12     | 1200
    """)
    assert mrr(deals, "2025-12", "2026-02") == [100, 0, 0]  # 30 days after 1 January: the 31st
    assert mrr(deals, "2025-12", "2026-02", grace=31) == [100, 100, 0]
    assert by_month(deals, "churned_customers", "2025-12", "2026-02", grace=31) == [0, 0, 1]


def test_12_what_has_no_end_needs_no_decision():
    deals = bought("deal | starts\nD1 | 2025-01-01", "deal | price\nD1 | 100")
    assert versions(deals) == "D1/subscription | 2025-01-01 | - | 100 x 1 every month | new"
    assert contracts(deals) == ""


def test_open_and_lost_deals_sell_nothing():
    deals = bought("""
        deal | outcome | starts     | months | amount
        D1   | open    | 2026-01-01 | 12     | 1200
        D2   | lost    | 2026-01-01 | 12     | 1200
    """)
    assert versions(deals) == ""


def test_deals_without_start_term_or_amount_are_told_and_not_guessed():
    deals = bought("""
        deal | starts     | months | amount
        D1   | -          | 12     | 1200
        D2   | 2026-01-01 | -      | 1200
        D3   | 2026-01-01 | 12     | -
    """)
    assert versions(deals) == ""
    assert remarks(deals) == [
        ("D1", "no start", 1200),
        ("D2", "no term", 1200),
        ("D3", "no amount", 0),
    ]


def test_deals_that_continue_each_other_in_a_circle_are_one_chain():
    deals = bought("""
        deal | kind    | parent | starts     | months | amount
        D1   | renewal | D2     | 2025-01-01 | 12     | 1200
        D2   | renewal | D1     | 2026-01-01 | 12     | 1200
    """)
    assert mrr(deals, "2025-12", "2026-01") == [100, 100]


def test_the_rows_fold_as_any_other_source_s_at_the_company_s_midnights():
    found = ledger(RENEWED_WITH_A_GIFT)
    tables = {"subscription_versions": found.versions, "contracts": found.contracts}
    loaded = folded(*(raw(name, _as_text(rows)) for name, rows in tables.items()))
    assert loaded.quarantined == ()
    assert values(
        loaded.tables["subscription_versions"], "valid_from", "status", "unit_amount"
    ) == [
        (utc("2025-01-01 05:00"), "active", 100),
        (utc("2026-01-01 05:00"), "paused", 120),
        (utc("2026-03-01 05:00"), "active", 120),
    ]
    assert values(loaded.tables["contracts"], "due_at", "acv", "decided_at", "renewed_acv") == [
        (utc("2025-12-31 05:00"), 1200, utc("2025-12-01 05:00"), 1440),
        (utc("2027-02-28 05:00"), 1440, None, None),
    ]


def _as_text(rows):
    return [
        {name: cell if cell is None else str(cell) for name, cell in row.items()} for row in rows
    ]
