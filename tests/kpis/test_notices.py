"""Who has said that they will leave, while they still pay."""

from __future__ import annotations

from tests.engine.worlds import World, book

NOTICES = book("""
    customer_id | subscription_id | status   | unit_amount | valid_from | valid_to   | cancel_requested_at | cancel_at
    leaves      | s1              | active   | 100         | 2025-06-01 | -          | 2026-02-10          | 2026-04-01
    told_before | s2              | active   | 70          | 2025-06-01 | -          | 2026-01-31 23:59    | 2026-04-01
    told_after  | s3              | active   | 30          | 2025-06-01 | -          | 2026-03-01          | 2026-04-01
    two_parts   | s4              | active   | 20          | 2025-06-01 | -          | 2026-02-01          | 2026-03-15
    two_parts   | s5              | active   | 25          | 2025-06-01 | -          | 2026-02-02          | 2026-03-15
    gone        | s6              | active   | 10          | 2025-06-01 | 2026-02-20 | 2026-02-15          | 2026-02-20
    tries       | s7              | trialing | 99          | 2026-02-01 | -          | 2026-02-05          | 2026-02-15
    stays       | s8              | active   | 500         | 2025-06-01 | -          | -                   | -
""")


def test_notices_count_customers_by_the_day_they_asked():
    assert NOTICES.value("cancellation_notices") == 3  # leaves, two_parts, gone
    assert NOTICES.value("cancellation_notices", variant="mrr") == 100 + 20 + 25 + 10
    assert NOTICES.value("cancellation_notices", "2026-01") == 1
    assert NOTICES.value("cancellation_notices", "2026-03") == 1


def test_notices_are_money_where_they_are_money():
    units = {v: NOTICES.observe("cancellation_notices", variant=v).unit for v in ("default", "mrr")}
    assert units == {"default": "count", "mrr": "USD"}


def test_the_day_of_a_notice_is_the_companys():
    world = book(
        """
        customer_id | valid_from | valid_to | cancel_requested_at
        acme        | 2025-06-01 | -        | 2026-03-01 03:00
        first       | 2025-06-01 | -        | 2025-07-01
        """,
        zone="America/New_York",
    )
    assert world.value("cancellation_notices", "2026-02") == 1
    assert world.value("cancellation_notices", "2026-03") == 0


TAKEN_BACK = book("""
    customer_id | unit_amount | valid_from | valid_to   | cancel_requested_at | cancel_at
    in_time     | 100         | 2025-06-01 | 2026-02-20 | 2026-02-10          | 2026-04-01
    in_time     | 100         | 2026-02-20 | -          | -                   | -
    too_late    | 70          | 2025-06-01 | 2026-03-05 | 2026-02-10          | 2026-04-01
    too_late    | 70          | 2026-03-05 | -          | -                   | -
    not_at_all  | 50          | 2025-06-01 | 2026-02-20 | 2026-02-10          | 2026-04-01
    not_at_all  | 60          | 2026-02-20 | -          | 2026-02-10          | 2026-04-01
""")


def test_a_notice_taken_back_in_the_same_period_is_none():
    assert TAKEN_BACK.value("cancellation_notices") == 2  # too_late, not_at_all


def test_a_notice_repeated_by_a_later_version_counts_once():
    assert TAKEN_BACK.value("cancellation_notices", variant="mrr") == 70 + 50


def test_who_went_unpaid_after_a_notice_has_not_taken_it_back():
    world = book("""
        customer_id | status | valid_from | valid_to   | cancel_requested_at
        acme        | active | 2025-06-01 | 2026-02-20 | 2026-02-10
        acme        | unpaid | 2026-02-20 | -          | -
    """)
    assert world.value("cancellation_notices") == 1


def test_before_the_first_notice_there_was_nobody_to_write_them_down():
    assert NOTICES.value("cancellation_notices", "2025-12") == "insufficient_inputs"


def test_a_source_without_notices_has_no_count_of_them():
    world = book("""
        customer_id | valid_from | valid_to
        acme        | 2025-06-01 | -
    """)
    assert world.value("cancellation_notices") == "source_unavailable"
    assert world.value("scheduled_churn_mrr") == 0


def test_a_notice_from_abroad_without_a_rate_is_unknown_money():
    world = book("""
        customer_id | currency | valid_from | valid_to | cancel_requested_at
        fir         | EUR      | 2025-06-01 | -        | 2026-02-10
    """)
    assert world.value("cancellation_notices", variant="mrr") == "missing_fx"
    assert world.value("cancellation_notices") == 1


def test_test_accounts_give_no_notice():
    world = World(
        {
            "customers": """
                customer_id | is_test
                qa          | true
                acme        | false
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to | cancel_requested_at
                qa          | 2025-06-01 | -        | 2026-02-10
                acme        | 2025-06-01 | -        | 2026-01-10
            """,
        }
    )
    assert world.value("cancellation_notices") == 0


SCHEDULED = book("""
    customer_id | subscription_id | unit_amount | valid_from | valid_to   | cancel_requested_at | cancel_at
    told        | s1              | 300         | 2025-06-01 | -          | 2026-02-10          | 2026-04-10
    at_midnight | s2              | 40          | 2025-06-01 | -          | -                   | 2026-03-01
    tells_later | s3              | 70          | 2025-06-01 | -          | 2026-03-02          | 2026-04-10
    one_of_two  | s4              | 20          | 2025-06-01 | -          | 2026-02-10          | 2026-05-01
    one_of_two  | s5              | 25          | 2025-06-01 | -          | -                   | -
    took_back   | s6              | 90          | 2025-06-01 | 2026-02-20 | 2026-02-10          | 2026-04-10
    took_back   | s6              | 90          | 2026-02-20 | -          | -                   | -
    is_gone     | s7              | 80          | 2025-06-01 | -          | 2026-01-10          | 2026-02-20
""")


def test_scheduled_churn_is_what_is_known_to_end_after_the_close():
    assert SCHEDULED.value("scheduled_churn_mrr") == 300 + 40 + 20


def test_scheduled_churn_is_no_churn_yet():
    assert SCHEDULED.value("churned_mrr") == 80  # is_gone
    assert SCHEDULED.value("churned_mrr", "2026-03") == 40  # at_midnight: just after February


def test_a_scheduled_end_that_was_asked_for_after_the_close_was_not_known_then():
    assert SCHEDULED.value("scheduled_churn_mrr", "2026-03") == 300 + 70 + 20
