"""What is known when: open periods, as_of, late sources, and what is missing altogether."""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.model import Status
from tests.engine.worlds import World, book

BOOK = book("""
    customer_id | valid_from | valid_to
    a           | 2025-06-01 | 2026-11-10
    b           | 2025-06-01 | 2026-11-25
    c           | 2025-06-01 | -
""")


def test_an_open_period_counts_up_to_the_last_midnight():
    one = BOOK.observe("churned_customers", "2026-11")
    assert (one.numerator, one.status) == (1, Status.PROVISIONAL)
    assert one.as_of == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_closed_period_is_final_as_of_its_end():
    one = BOOK.observe("churned_customers", "2026-10")
    assert (one.status, one.as_of) == (Status.FINAL, datetime(2026, 11, 1, tzinfo=UTC))


def test_as_of_looks_back_into_an_open_period():
    as_of = datetime(2026, 11, 5, tzinfo=UTC)
    one = BOOK.observe("churned_customers", "2026-11", as_of=as_of)
    assert (one.numerator, one.as_of) == (0, as_of)


def test_a_period_that_has_not_begun_has_no_value():
    assert BOOK.measured("2026-12").observations == ()


def test_what_was_decided_later_is_not_known_yet():
    world = World(
        {
            "contracts": """
                customer_id | due_at           | decided_at
                a           | 2026-02-10 17:00 | 2026-02-20 15:00
            """
        }
    )
    early = world.value("renewal_rate", as_of=datetime(2026, 2, 15, tzinfo=UTC))
    assert (early, world.value("renewal_rate")) == (0, 1)


def speaking_until(*until):
    return World(BOOK.tables, watermarks={"subscription_versions": datetime(*until, tzinfo=UTC)})


def test_a_source_that_does_not_speak_of_the_close_makes_the_value_provisional():
    assert speaking_until(2026, 11, 1).observe("mrr", "2026-10").status is Status.FINAL
    assert speaking_until(2026, 10, 31).observe("mrr", "2026-10").status is Status.PROVISIONAL


def test_a_source_that_does_not_reach_the_period_says_nothing():
    assert speaking_until(2026, 10, 31).value("mrr", "2026-11") == "source_stale"


def test_a_kpi_without_its_table_is_named_and_not_zero():
    measured = BOOK.measured("2026-10", kpis=("csat", "mrr"))
    reasons = {one.kpi: one.null_reason for one in measured.observations}
    assert reasons == {"mrr": None, "csat": "source_unavailable"}
    assert measured.lacking == {"csat": ("survey_responses",)}


def test_quarters_and_fiscal_years_add_up_their_months():
    world = World(BOOK.tables, fiscal_year_start=2)
    assert world.value("churned_customers", "2027-Q4") == 1


def test_a_segment_nobody_is_in_is_left_out():
    world = World(
        {
            **BOOK.tables,
            "customers": """
                customer_id | plan
                a           | Starter
                b           | -
                c           | Starter
            """,
        },
        segments=("plan", "region"),
    )
    found = world.measured("2026-10", kpis=("customers_closing",)).observations
    counts = {(one.segment_dimension, one.segment): one.numerator for one in found}
    assert counts == {("ALL", "ALL"): 3, ("plan", "Starter"): 2, ("plan", "(none)"): 1}


TICKETS = """
    created_at       | first_agent_reply_at
    2026-01-20 09:00 | 2026-01-20 10:00
    2026-02-05 09:00 | 2026-02-05 10:00
"""


def of_an_api(**known):
    return World({"tickets": TICKETS}, **known)


def test_a_period_before_the_history_that_was_read_is_no_small_number():
    world = of_an_api(begins={"tickets": datetime(2026, 1, 10, tzinfo=UTC)})
    assert world.value("ticket_volume", "2026-01") == "source_unavailable"
    assert world.value("ticket_volume", "2026-01-20") == 1
    assert world.value("ticket_volume", "2026-02") == 1


def test_an_api_that_was_read_until_before_the_close_is_not_complete():
    mark = {"tickets": datetime(2026, 2, 28, 23, tzinfo=UTC)}
    short = of_an_api(watermarks=mark, exact=frozenset({"tickets"}))
    assert short.value("ticket_volume", "2026-02") == "source_stale"
    assert short.value("ticket_volume", "2026-01") == 1
    assert of_an_api(watermarks=mark).observe("ticket_volume").status is Status.PROVISIONAL
