"""A contract past its end without a decision is listed while its grace runs, as known then."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tasks.engine.caveats import Late, caveats
from tasks.model import Period
from tests.engine.worlds import World
from tests.facts.dealing import bought, by_month, mrr, world

LATER = datetime(2027, 6, 1, tzinfo=UTC)
THREE = """
    deal | customer | kind    | outcome | closed     | starts     | months | amount | reason
    A1   | acme     | new     | won     | -          | 2025-01-11 | 12     | 12000  | -
    B1   | birch    | new     | won     | -          | 2025-01-21 | 12     | 2400   | -
    C1   | cedar    | new     | won     | -          | 2025-01-16 | 12     | 6000   | -
    C2   | cedar    | renewal | lost    | 2026-01-05 | -          | -      | -      | closed down
"""


def late(found: World, period: str, now: datetime = LATER) -> Late | None:
    with found.session() as session:
        chosen: Period = found.basis.calendar.period(period)
        return caveats(session, found.basis, chosen, now=now)[0]


def test_late_renewals_are_listed_with_what_they_are_worth_a_month():
    assert late(world(bought(THREE)), "2026-01") == Late(2, Decimal(1200))


def test_nothing_is_late_before_its_end_or_after_its_grace():
    found = world(bought(THREE))
    assert late(found, "2025-12") is None
    assert late(found, "2026-W02") == Late(1, Decimal(1000))  # acme's term ended on Sunday the 11th
    assert late(found, "2026-02") is None


def test_they_stay_customers_while_the_grace_runs():
    assert mrr(bought(THREE), "2025-12", "2026-02") == [1700, 1200, 0]
    assert by_month(bought(THREE), "churned_customers", "2025-12", "2026-02") == [0, 1, 2]


DECIDED = """
    A2   | acme     | renewal | {outcome}     | {on} | 2026-01-11 | 12     | 12000  | too dear
"""


def test_what_was_decided_after_the_close_was_late_at_the_close():
    decided = bought(THREE + DECIDED.format(outcome="won", on="2026-02-03"))
    assert late(world(decided), "2026-01") == Late(2, Decimal(1200))
    early = bought(THREE + DECIDED.format(outcome="won", on="2026-01-03"))
    assert late(world(early), "2026-01") == Late(1, Decimal(200))


@pytest.mark.parametrize("on", ["2026-02-03", "2026-03-20"])
def test_a_late_yes_makes_the_churn_undone_and_nobody_comes_back(on):
    decided = bought(THREE + DECIDED.format(outcome="won", on=on))
    assert mrr(decided, "2026-01", "2026-03") == [1200, 1000, 1000]
    assert by_month(decided, "reactivated_customers", "2026-01", "2026-04") == [0, 0, 0, 0]


def test_a_late_no_is_a_churn_at_the_end_of_the_term():
    decided = bought(THREE + DECIDED.format(outcome="lost", on="2026-02-03"))
    assert mrr(decided, "2026-01", "2026-02") == [200, 0]
    assert by_month(decided, "churned_customers", "2026-01", "2026-02") == [2, 1]


def test_who_has_left_by_what_billing_says_is_not_late():
    gone = World(
        {
            "contracts": """
                customer_id | due_at     | outcome | decided_at
                acme        | 2026-01-10 | pending | -
                birch       | 2026-01-10 | pending | -
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                acme        | 2025-01-10 | 2026-01-20
                birch       | 2025-01-10 | -
            """,
        }
    )
    assert late(gone, "2026-01") == Late(1, Decimal(100))


def test_without_a_rate_the_amount_is_not_known():
    found = world(bought(THREE.replace("reason", "currency").replace("closed down", "USD")))
    euros = world(
        bought("deal | starts | months | amount | currency\nA | 2025-01-11 | 12 | 9 | EUR")
    )
    assert late(found, "2026-01") == Late(2, Decimal(1200))
    assert late(euros, "2026-01") == Late(1, None)


FAMILY = {
    "customers": """
        customer_id | is_test | parent_id
        parent      | false   | -
        child       | false   | parent
    """
}
CHILD = """
    deal | customer | kind    | outcome | closed     | starts     | months | amount
    P1   | parent   | new     | won     | -          | {starts}   | 24     | 24000
    C1   | child    | new     | won     | -          | 2025-01-01 | 12     | 6000
    C2   | child    | renewal | lost    | 2025-12-01 | -          | -      | -
"""


def test_a_child_that_leaves_a_living_parent_is_contraction():
    deals = bought(CHILD.format(starts="2025-06-01"))
    assert mrr(deals, "2025-12", "2026-01", tables=FAMILY) == [1500, 1000]
    assert by_month(deals, "contraction_mrr", "2026-01", "2026-01", tables=FAMILY) == [500]
    assert by_month(deals, "churned_customers", "2026-01", "2026-01", tables=FAMILY) == [0]
    assert by_month(deals, "customers_closing", "2025-12", "2026-01", tables=FAMILY) == [1, 1]


def test_a_child_that_was_all_there_was_takes_the_parent_with_it():
    deals = bought(CHILD.format(starts="2026-03-01"))
    assert by_month(deals, "churned_customers", "2026-01", "2026-01", tables=FAMILY) == [1]
    assert by_month(deals, "reactivated_customers", "2026-03", "2026-03", tables=FAMILY) == [1]
