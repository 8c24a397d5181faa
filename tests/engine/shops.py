"""Small shops, workshops and agencies drawn at random, beside the companies with subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.engine.companies import (
    MONEY,
    RATES,
    TIMES,
    WHO,
    Company,
    Row,
    attributes,
    customers,
    maybe,
    subscriptions,
)

DAYS = st.integers(0, 130).map(lambda n: date(2025, 11, 20) + timedelta(days=n))
MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03")
SOMEBODY, CURRENCY = st.sampled_from(WHO), st.sampled_from([None, "USD", "EUR", "CHF"])
WORTH = st.sampled_from(["0", "9.99", "100", "-30"]).map(Decimal)
YES_OR_NO = st.sampled_from([True, True, False, None])
UNITS = st.integers(0, 40).map(Decimal)


def rows(
    key: str, most: int = 6, **columns: st.SearchStrategy[Any]
) -> st.SearchStrategy[list[Row]]:
    """Draw rows with a key of their own each."""
    drawn = st.lists(st.fixed_dictionaries(columns), max_size=most)
    return drawn.map(lambda found: [{key: f"{key}{n}", **one} for n, one in enumerate(found)])


def by_month(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    """Draw a row for most months."""
    one = st.fixed_dictionaries(columns)
    months = st.lists(one, min_size=len(MONTHS), max_size=len(MONTHS))
    return months.map(
        lambda found: [{"period": m, **r} for m, r in zip(MONTHS, found, strict=True)]
    )


@st.composite
def costs(draw: st.DrawFn) -> list[Row]:
    """Draw what was spent, in whichever currency; of some months nothing is known."""
    kinds = ("sales_marketing", "sales_marketing_ads", "retention_cs_team")
    spent = draw(st.sets(st.tuples(st.sampled_from(MONTHS), st.sampled_from(kinds), CURRENCY)))
    named = sorted(spent, key=str)
    return [
        {"period": month, "kind": kind, "currency": currency, "amount": draw(MONEY)}
        for month, kind, currency in named
    ]


@st.composite
def lots(draw: st.DrawFn) -> list[Row]:
    """Draw what was made, no more of it defective than made."""
    made = draw(st.lists(st.tuples(DAYS, st.integers(0, 40), st.integers(0, 40)), max_size=5))
    return [
        {
            "lot_id": f"l{number}",
            "produced_on": day,
            "units_produced": Decimal(max(sizes)),
            "units_defective": Decimal(min(sizes)),
        }
        for number, (day, *sizes) in enumerate(made)
    ]


def keyed(
    *key: str, then: Callable[..., Row], of: st.SearchStrategy[Any]
) -> st.SearchStrategy[list[Row]]:
    """Draw rows of which no two have the same key."""
    unique = st.lists(of.map(lambda one: then(*one)), max_size=6)
    return unique.map(lambda found: list({tuple(r[k] for k in key): r for r in found}.values()))


def shops() -> st.SearchStrategy[Company]:
    """Draw a whole company that sells, makes and does everything there is."""
    return st.fixed_dictionaries(
        {
            "customers": customers(),
            "customer_versions": attributes(),
            "subscription_versions": subscriptions(),
            "fx_rates": st.just(RATES),
            "costs": costs(),
            "revenue_lines": rows(
                "line_id",
                customer_id=SOMEBODY,
                recognized_on=DAYS,
                amount=WORTH,
                currency=st.sampled_from(["USD", "USD", "EUR", "CHF"]),
                kind=st.sampled_from(["subscription", "usage", "tax", "refund"]),
            ),
            "orders": rows(
                "order_id",
                customer_id=maybe(SOMEBODY),
                ordered_at=TIMES,
                amount=WORTH,
                channel=st.sampled_from(["web", "WEB", "store", None]),
                status=st.sampled_from(["completed", "completed", "refunded", "cancelled"]),
                currency=CURRENCY,
            ),
            "carts": rows(
                "cart_id", created_at=TIMES, items=st.integers(0, 2), converted_at=maybe(TIMES)
            ),
            "site_traffic": by_month(visitors=st.integers(0, 90), sessions=st.integers(0, 90)),
            "inventory": by_month(cogs=UNITS, opening_inventory=UNITS, closing_inventory=UNITS),
            "footfall": keyed(
                *("store_id", "date"),
                then=lambda store, day, seen: {"store_id": store, "date": day, "visitors": seen},
                of=st.tuples(st.sampled_from("NS"), DAYS, maybe(st.integers(0, 9))),
            ),
            "reviews": keyed(
                *("review_id", "rated_at"),
                then=lambda one, who, at, rating: {
                    "review_id": one,
                    "customer_id": who,
                    "rated_at": at,
                    "rating": Decimal(rating),
                },
                of=st.tuples(st.sampled_from("xyz"), maybe(SOMEBODY), TIMES, st.integers(1, 5)),
            ),
            "jobs": rows(
                "job_id",
                accepted_at=TIMES,
                ended_at=maybe(TIMES),
                outcome=st.sampled_from(
                    ["completed", "completed", "no_show", "cancelled_by_customer", "in_progress"]
                ),
                had_issue=YES_OR_NO,
            ),
            "projects": rows(
                "project_id",
                customer_id=SOMEBODY,
                due_on=DAYS,
                closed_on=maybe(DAYS),
                outcome=st.sampled_from(["delivered", "cancelled", "open"]),
                in_scope=YES_OR_NO,
            ),
            "deliveries": rows(
                "delivery_id",
                customer_id=SOMEBODY,
                original_promise_on=DAYS,
                delivered_at=maybe(TIMES),
                qty_ordered=UNITS,
                qty_delivered=maybe(UNITS),
            ),
            "production": lots(),
            "objectives": rows(
                "objective_id", customer_id=SOMEBODY, due_on=DAYS, achieved_on=maybe(DAYS)
            ),
            "employee_survey": keyed(
                *("employee_id", "responded_at"),
                then=lambda who, at, mean: {
                    "employee_id": who,
                    "responded_at": at,
                    "engagement_mean": mean,
                },
                of=st.tuples(
                    st.sampled_from("abcdefgh"),
                    TIMES,
                    maybe(st.sampled_from(["3.9", "4.0", "4.4"]).map(Decimal)),
                ),
            ),
            "feedback": rows(
                "feedback_id",
                customer_id=maybe(SOMEBODY),
                received_at=TIMES,
                sentiment=st.sampled_from(["negative", "positive", "mixed", None]),
            ),
        }
    ).map(Company)
