"""What holds for all deals: nothing sold is lost or counted twice, and no order matters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.facts.deals import Deal, LineItem, ledger
from tasks.facts.dealterms import A_MONTH, plus_months

HALF_A_CENT = Fraction(1, 200)
# a machine that is busy proves nothing about deals
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

starts = st.dates(date(2020, 1, 1), date(2026, 12, 31))
lengths = st.integers(1, 60)
totals = st.decimals(1, 1_000_000, places=2)
prices = st.decimals(Decimal("0.01"), 10_000, places=2)
quantities = st.integers(1, 500).map(Decimal)


def closes(first: date, count: int) -> list[date]:
    """Return the days after so many month ends, from that of ``first`` on."""
    month = first.replace(day=1)
    return [plus_months(month, number) for number in range(1, count + 1)]


def mrr_at(rows, close: date) -> Fraction:
    """Return the MRR just before ``close``: as kpis.md 1.1 defines it, on rows of versions."""
    return sum((_a_month(row) for row in rows if _is_in_force(row, close)), Fraction(0))


def _is_in_force(row, close: date) -> bool:
    return row["valid_from"] < close and (row["valid_to"] is None or row["valid_to"] >= close)


def _a_month(row) -> Fraction:
    if row["status"] != "active":
        return Fraction(0)
    full = Fraction(row["unit_amount"]) * Fraction(row["quantity"]) * A_MONTH[row["interval"]]
    return full / row["interval_count"] * (1 - Fraction(row["discount_pct"]) / 100)


def over_the_term(deals, months: int) -> Fraction:
    """Return what the closes of the first term's months add up to, without the grace."""
    rows = ledger(deals, grace_days=0).versions
    first = min(row["valid_from"] for row in rows)
    return sum((mrr_at(rows, close) for close in closes(first, months)), Fraction(0))


@unhurried
@given(starts, lengths, totals, st.data())
def test_the_months_of_a_term_add_up_to_its_total(start, months, total, data):
    free = data.draw(st.integers(0, months - 1))
    deal = Deal(
        deal_id="D1",
        customer_id="acme",
        currency="USD",
        starts_on=start,
        term_months=months,
        amount=total,
        free_months=free,
    )
    assert abs(over_the_term([deal], months) - Fraction(total)) < HALF_A_CENT


@unhurried
@given(starts, st.lists(st.tuples(st.integers(1, 12), quantities, prices), min_size=1, max_size=5))
def test_the_months_of_a_ramp_add_up_to_its_lines(start, steps):
    lines, begun = [], 0
    for number, (months, quantity, price) in enumerate(steps):
        lines.append(
            LineItem(
                line_id=f"{number}",
                unit_price=price,
                quantity=quantity,
                starts_on=plus_months(start, begun),
                ends_on=plus_months(start, begun + months) - timedelta(days=1),
            )
        )
        begun += months
    deal = Deal(deal_id="D1", customer_id="acme", currency="USD", lines=tuple(lines))
    sold = sum(Fraction(price * quantity) * months for months, quantity, price in steps)
    assert abs(over_the_term([deal], begun) - sold) < HALF_A_CENT


lines = st.builds(
    LineItem,
    line_id=st.uuids().map(str),
    product=st.sampled_from(["core", "seats", "reports"]),
    unit_price=st.sampled_from([Decimal(10), Decimal(20), Decimal("12.50"), Decimal(-5)]),
    quantity=st.integers(0, 9).map(Decimal),
    interval=st.sampled_from(["day", "week", "month", "year", "term", "one_off", "usage"]),
    interval_count=st.integers(1, 3),
    discount_pct=st.sampled_from([Decimal(0), Decimal(25), Decimal(100)]),
    starts_on=st.none() | starts,
    term_months=st.none() | lengths,
    free_months=st.integers(0, 3),
)
some_deals = st.lists(
    st.builds(
        Deal,
        deal_id=st.integers(1, 99).map("D{}".format),
        customer_id=st.sampled_from(["acme", "birch"]),
        currency=st.sampled_from(["USD", "JPY"]),
        kind=st.sampled_from(["new", "renewal", "upsell", "add_on", "amendment", "credit"]),
        outcome=st.sampled_from(["won", "won", "won", "lost", "open"]),
        parent_id=st.none() | st.integers(1, 99).map("D{}".format),
        closed_on=st.none() | starts,
        starts_on=st.none() | starts,
        term_months=st.none() | lengths,
        amount=st.none() | totals,
        free_months=st.integers(0, 3),
        lines=st.lists(lines, max_size=3).map(tuple),
    ),
    max_size=6,
    unique_by=lambda deal: deal.deal_id,
)


@unhurried
@given(some_deals, st.randoms(use_true_random=False))
def test_the_order_of_deals_and_lines_does_not_matter(deals, chance):
    mixed = [_with_lines(deal, chance.sample(deal.lines, len(deal.lines))) for deal in deals]
    chance.shuffle(mixed)
    one, other = ledger(deals), ledger(mixed)
    assert _sorted(one.versions) == _sorted(other.versions)
    assert _sorted(one.contracts) == _sorted(other.contracts)
    assert sorted(map(repr, one.remarks)) == sorted(map(repr, other.remarks))


@unhurried
@given(some_deals, st.sampled_from(["core", "seats", "something else"]))
def test_a_line_of_nothing_changes_nothing(deals, product):
    nothing = LineItem(line_id="nothing", product=product, unit_price=Decimal(0))
    more = [
        _with_lines(deal, [*deal.lines, nothing])
        if deal.timed and deal.kind != "amendment"  # there, nothing takes something away
        else deal
        for deal in deals
    ]
    assert ledger(more).versions == ledger(deals).versions


@unhurried
@given(some_deals)
def test_versions_of_one_subscription_never_overlap(deals):
    lanes = defaultdict(list)
    for row in ledger(deals).versions:
        lanes[row["subscription_id"]].append((row["valid_from"], row["valid_to"] or date.max))
    for spans in lanes.values():
        spans.sort()
        assert all(start < end for start, end in spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@unhurried
@given(some_deals)
def test_keys_are_unique(deals):
    found = ledger(deals)
    for rows, key in ((found.versions, "version_id"), (found.contracts, "contract_id")):
        keys = [row[key] for row in rows]
        assert len(set(keys)) == len(keys)


def _with_lines(deal, ones):
    return replace(deal, lines=tuple(ones))


def _sorted(rows):
    return sorted(map(repr, rows))
