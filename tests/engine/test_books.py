"""The books balance, and when they do not it is said where."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.engine import books
from tasks.engine.compile import OVERALL, statements
from tasks.engine.cube import Cube
from tasks.engine.measure import rests_on_books
from tasks.kpis import book as measures
from tasks.kpis.base import kpi_named
from tasks.kpis.value import Sample
from tests.engine.worlds import World, book

STRAIGHT = book("""
    customer_id | currency | unit_amount | valid_from | valid_to
    a           | USD      | 100         | 2025-06-01 | 2026-02-10
    b           | USD      | 50          | 2026-02-03 | -
""")


def cube_of(world, samples):
    """Return a cube that says exactly this about the whole of one period."""
    place = (0, OVERALL, "ALL")
    return Cube(
        {measure: {place: Sample(Decimal(total))} for measure, total in samples.items()},
        {(0, OVERALL): frozenset({"ALL"})},
    )


def test_a_waterfall_that_leaks_is_named_with_its_amount():
    cube = cube_of(
        STRAIGHT,
        {
            measures.mrr_closing: 41_930,
            measures.mrr_retained_at_close: 41_200,
            measures.mrr_new: 310,
        },
    )
    (found,) = (one for one in books.breaks(cube, (0,), (OVERALL,)) if "closing" in one.identity)
    assert (found.identity, found.off) == ("kept + new + reactivated = closing", Decimal(-420))


def test_a_leak_below_half_a_cent_is_rounding():
    cube = cube_of(STRAIGHT, {measures.mrr_closing: "100.004", measures.mrr_retained_at_close: 100})
    assert not any("closing" in one.identity for one in books.breaks(cube, (0,), (OVERALL,)))


def test_the_customers_in_whose_books_it_leaks_are_named():
    leak = books.Break(0, OVERALL, "ALL", books.IDENTITIES[1].name, Decimal(1), Decimal(2))
    by_customer = Cube(
        {
            measures.mrr_closing: {(0, books.CUSTOMER, "C-118"): Sample(Decimal(420))},
            measures.mrr_new: {(0, books.CUSTOMER, "C-119"): Sample(Decimal(0))},
        },
        {(0, books.CUSTOMER): frozenset({"C-118", "C-119"})},
    )
    (found,) = books.explained((leak,), lambda _: by_customer)
    assert found.customers == ("C-118",)


def test_measures_can_be_looked_at_customer_by_customer():
    made = statements((measures.mrr_closing, *books.ENTRIES), (books.CUSTOMER,))
    assert [statement.attributes for statement in made] == [("customer_id",)] * 2


DAYS = st.integers(0, 120).map(lambda n: date(2025, 12, 1) + timedelta(days=n))
VERSION = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(["active", "past_due", "paused", "unpaid", "trialing"]),
    st.sampled_from(["0", "9.99", "100", "333.33"]),
    st.sampled_from(["USD", "EUR"]),
    st.sampled_from(["month", "year", "week"]),
    DAYS,
    st.integers(1, 90),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(VERSION, min_size=1, max_size=8))
def test_whatever_happens_the_books_balance(versions):
    lines = [
        f"{who} | s{n} | {status} | {amount} | {currency} | {interval} | {since} | {since + timedelta(days=length)}"
        for n, (who, status, amount, currency, interval, since, length) in enumerate(versions)
    ]
    head = "customer_id | subscription_id | status | unit_amount | currency | interval | valid_from | valid_to"
    world = World(
        {
            "subscription_versions": "\n".join([head, *lines]),
            "customers": """
                customer_id | plan
                a           | Starter
                b           | Starter
                c           | Scale
                d           | -
            """,
            "fx_rates": """
                currency | rate_date  | rate_to_usd
                EUR      | 2025-01-01 | 1.10
                EUR      | 2026-01-01 | 1.25
            """,
        },
        segments=("plan",),
    )
    measured = world.measured("2026-01", "2026-02")
    assert measured.breaks == ()
    by_key = {(one.kpi, one.variant, one.segment, one.period): one for one in measured.observations}
    for segment in ("ALL", "Starter", "Scale"):
        closing = by_key.get(("mrr", "default", segment, "2026-01"))
        opening = by_key.get(("mrr_opening", "default", segment, "2026-02"))
        if closing and opening and closing.null_reason is None:
            assert closing.numerator == opening.numerator


def test_whatever_says_who_pays_from_when_to_when_rests_on_the_books():
    """A broken identity withholds these, and nothing of what customers say or ask."""
    rest = ("survival_probability", "lifetime_months_km", "cohort_retention", "clv_survival")
    rest += ("trial_conversion_rate", "cancellation_notices", "time_to_value", "mrr", "nrr")
    assert all(rests_on_books(kpi_named(key).example) for key in rest)
    assert rests_on_books(kpi_named("churned_mrr").value_of("event"))
    others = ("csat", "nps", "ticket_volume", "first_response_time", "revenue_net", "renewal_rate")
    assert not any(rests_on_books(kpi_named(key).example) for key in others)
