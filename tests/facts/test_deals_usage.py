"""Usage pricing is nothing, or by option the mean of the three months before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tasks.facts.dealusage import Used, usage_rows, with_usage
from tests.facts.dealing import mrr_of
from tests.facts.drawn import NEW_YORK, folded, raw, values


def used(text: str) -> list[Used]:
    cells = (line.split() for line in text.strip().splitlines())
    return [Used("acme", "USD", date.fromisoformat(day), Decimal(amount)) for day, amount in cells]


def test_a_month_is_worth_the_mean_of_the_three_before_it():
    spent = used("""
        2026-01-10 100
        2026-01-20 50
        2026-02-10 240
        2026-03-10 300
        2026-04-10 30
    """)
    months = mrr_of(list(usage_rows(spent)), "2026-01", "2026-08")
    assert months == [0, 150, 195, 230, 190, 110, 10, 0]


def test_what_is_credited_again_is_nothing():
    assert list(usage_rows(used("2026-01-10 100\n2026-01-31 -100"))) == []


def test_the_usage_of_a_source_stands_beside_its_subscriptions_at_local_midnight():
    lines = raw(
        "revenue_lines",
        """
        line_id | customer_id | recognized_on | amount | currency | kind
        L1      | acme        | 2026-01-10    | 90     | USD      | usage
        L2      | acme        | 2026-01-10    | 500    | USD      | one_off
        """,
    )
    found = with_usage(folded(lines), NEW_YORK, "USD")
    rows = values(found.tables["subscription_versions"], "valid_from", "unit_amount", "source")
    assert [(str(since), amount, source) for since, amount, source in rows] == [
        ("2026-02-01 05:00:00", 90, "exports"),
        ("2026-03-01 05:00:00", 90, "exports"),
        ("2026-04-01 04:00:00", 90, "exports"),
    ]
    assert found.totals[-1].loaded == 3


def test_a_load_without_usage_stays_as_it_is():
    nothing = folded(raw("owners", "owner_id | name\nana | Ana"))
    assert with_usage(nothing, NEW_YORK, "USD") is nothing
