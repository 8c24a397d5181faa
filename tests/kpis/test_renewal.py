"""Of the contracts that came due, how many were extended, and at what value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tests.engine.worlds import World

DUE = World(
    {
        "contracts": """
            customer_id | due_at           | acv  | outcome | decided_at       | renewed_acv
            early       | 2026-02-10 17:00 | 2400 | renewed | 2026-01-09 15:00 | 3600
            lost        | 2026-02-15 17:00 | 600  | lost    | 2026-02-15 17:00 | 0
            smaller     | 2026-02-20 17:00 | 4800 | renewed | 2026-02-20 17:00 | 3000
            late        | 2026-02-28 20:00 | 1920 | renewed | 2026-03-10 15:00 | 1920
            march       | 2026-03-01 00:00 | 9999 | renewed | 2026-02-25 15:00 | 9999
        """
    },
    settings={"renewal_rate": {"as_of_dates": ["2026-04-01"]}},
)


def test_a_late_renewal_counts_as_not_renewed_at_the_close():
    assert DUE.value("renewal_rate", variant="count_as_of_close") == Fraction(2, 4)


def test_a_later_look_counts_the_late_one():
    assert DUE.value("renewal_rate", variant="count_as_of_2026-04-01") == Fraction(3, 4)


def test_by_value_gross_leaves_growth_out():
    gross = DUE.value("renewal_rate", variant="gross_value_as_of_close")
    net = DUE.value("renewal_rate", variant="net_value_as_of_close")
    assert (gross, net) == (Fraction(5400, 9720), Fraction(6600, 9720))


def test_nothing_due_is_no_rate():
    assert DUE.value("renewal_rate", "2026-04") == "zero_denominator"


def test_month_to_month_never_comes_due():
    world = World(
        {
            "contracts": """
                customer_id | due_at     | decided_at | term_months
                yearly      | 2026-02-10 | 2026-02-09 | 12
                monthly     | 2026-02-10 | -          | 1
            """
        }
    )
    assert world.value("renewal_rate") == 1


def test_without_any_decision_date_there_is_no_rate():
    blind = World(
        {
            "contracts": """
                customer_id | due_at     | decided_at
                acme        | 2026-02-10 | -
            """
        }
    )
    assert blind.measured("2026-02", kpis=("renewal_rate",)).lacking == {
        "renewal_rate": ("contracts.decided_at",)
    }


def test_a_renewal_of_unknown_value_is_no_value():
    world = World(
        {
            "contracts": """
                customer_id | due_at     | decided_at | renewed_acv
                acme        | 2026-02-10 | 2026-02-09 | 1200
                birch       | 2026-02-10 | 2026-02-09 | -
            """
        }
    )
    for variant in ("gross_value_as_of_close", "net_value_as_of_close"):
        assert world.value("renewal_rate", variant=variant) == "insufficient_inputs"


PENDING = """
    customer_id | due_at           | outcome | decided_at       | term_months
    open        | 2026-02-10       | pending | -                | 12
    untold      | 2026-02-10       | -       | -                | 12
    late        | 2026-02-28 20:00 | renewed | 2026-03-10       | 12
    on_the_dot  | 2026-02-28 20:00 | lost    | 2026-03-01       | 12
    early       | 2026-02-10       | renewed | 2026-01-10       | 12
    undated     | 2026-02-10       | lost    | -                | 12
    monthly     | 2026-02-10       | pending | -                | 1
    march       | 2026-03-01       | pending | -                | 12
"""


def test_pending_is_what_came_due_and_nobody_had_decided_on_at_the_close():
    world = World({"contracts": PENDING})
    assert world.value("renewals_pending") == 4  # open, untold, late, on_the_dot
    assert world.value("renewals_pending", "2026-03") == 1
    assert world.value("renewals_pending", "2026-04") == 0


def test_renewals_of_test_accounts_are_not_waited_for():
    world = World(
        {
            "contracts": PENDING,
            "customers": """
                customer_id | is_test
                open        | true
                late        | false
            """,
        }
    )
    assert world.value("renewals_pending") == 3


def test_what_is_renewed_lost_and_pending_is_everything_due():
    world = World({"contracts": PENDING})
    due = world.observe("renewal_rate").denominator
    assert (world.observe("renewal_rate").numerator, due) == (1, 6)
    assert world.value("renewals_pending") == due - 1 - 1  # early is renewed, undated lost


def test_a_later_look_is_not_final_before_its_date():
    """Berlin: 1 April begins at 22:00 UTC the day before, after the clocks went forward."""
    berlin = replace(DUE, zone="Europe/Berlin")

    def seen(now: str, variant: str = "count_as_of_2026-04-01") -> tuple[str, str]:
        moment = datetime.fromisoformat(f"{now}:00+00:00")
        one = berlin.observe("renewal_rate", variant=variant, now=moment)
        return one.status, f"{one.as_of:%m-%d %H:%M}"

    assert seen("2026-03-31T21:59") == ("provisional", "03-30 22:00")
    assert seen("2026-03-31T22:00") == ("final", "03-31 22:00")
    assert seen("2026-05-31T22:00") == ("final", "03-31 22:00")
    assert seen("2026-03-02T12:00", "count_as_of_close") == ("final", "02-28 23:00")


def test_a_look_before_the_close_is_as_final_as_the_close():
    early = replace(DUE, settings={"renewal_rate": {"as_of_dates": ["2026-02-16"]}})
    one = early.observe("renewal_rate", variant="count_as_of_2026-02-16")
    assert (one.status, one.value) == ("final", Decimal("0.25"))
