"""What the second opinion says of worked examples, and when two calculations count as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pytest

from tasks.engine.opinion.compare import agree, compared, withheld
from tasks.engine.opinion.figures import Mean, Percentile, Share, Sum
from tasks.engine.opinion.opine import MOST_ACCOUNTS, Opinion, Place, opine
from tasks.engine.opinion.people import end, pointers
from tasks.kpis.value import Components
from tasks.model import Grain, NullReason, Observation
from tests.engine.companies import BASIS, Company, asked

MRR = Observation(
    "mrr", "default", Grain.MONTH, "2026-02", "USD", datetime(2026, 3, 1, tzinfo=UTC), n=2
)


def everything(rows):
    """Return all rows: no segments here."""
    return rows


def opinion(value, **more):
    """Return what pandas says of MRR, overall."""
    place = Place("mrr", "default", "2026-02", **more)
    return Opinion({place: Components(Decimal(value), None, 2)}, frozenset({"ALL"}))


def test_the_seed_example_start_100_lose_5_is_5_percent(tmp_path):
    versions = [
        {
            "version_id": f"v{n}",
            "subscription_id": f"s{n}",
            "customer_id": f"c{n}",
            "status": "active",
            "valid_from": datetime(2025, 1, 1),  # noqa: DTZ001 - as in the lake
            "valid_to": datetime(2026, 2, 10) if n < 5 else None,  # noqa: DTZ001
            "unit_amount": Decimal(10),
            "quantity": Decimal(1),
            "currency": "USD",
            "interval": "month",
            "interval_count": 1,
        }
        for n in range(100)
    ]
    facts = Company({"subscription_versions": versions}).facts(tmp_path)
    found = opine(facts, BASIS, asked("2026-02", kpis=("logo_churn_rate", "churned_mrr")))
    rate = found.found[Place("logo_churn_rate", "default", "2026-02")]
    assert (rate.numerator, rate.denominator, rate.n) == (5, 100, 100)
    assert found.found[Place("churned_mrr", "default", "2026-02")].numerator == 50


def test_beyond_a_hundred_thousand_accounts_nothing_is_computed_twice(tmp_path):
    facts = Company({"customers": [{"customer_id": "a"}]}).facts(tmp_path)
    many = replace(facts, files=[replace(facts.files[0], rows=MOST_ACCOUNTS + 1)])
    assert opine(many, BASIS, asked("2026-02")) is None
    assert opine(facts, BASIS, asked("2026-02", kpis=("mrr",))) is not None


def test_the_same_to_the_last_digit_is_checked():
    checked, found = compared([replace(MRR, numerator=Decimal("120.00"))], opinion("120"))
    assert (checked, found) == ({("mrr", "default")}, ())


def test_one_cent_is_a_disagreement_and_is_said_with_both_amounts():
    shown = replace(MRR, numerator=Decimal("120.01"))
    _, (found,) = compared([shown], opinion("120.00"))
    assert found.what == (
        "mrr withheld: the second calculation does not agree, 120.01 is not 120.00."
    )
    (gone,) = withheld([shown], [found])
    assert (gone.value, gone.null_reason) == (None, NullReason.WITHHELD)


def test_a_segment_in_dispute_takes_the_whole_kpi_with_it():
    smb = replace(MRR, segment_dimension="segment", segment="SMB", numerator=Decimal(1))
    whole = replace(MRR, numerator=Decimal(120))
    other = Opinion(
        {**opinion("120").found, **opinion("2", dimension="segment", segment="SMB").found},
        frozenset({"ALL", "segment"}),
    )
    _, found = compared([whole, smb], other)
    assert [one.shown for one in found] == [smb]
    assert len(withheld([whole, smb], found)) == 2


@pytest.mark.parametrize("reason", [NullReason.SOURCE_STALE, NullReason.WITHHELD])
def test_what_nobody_can_know_is_not_compared(reason):
    shown = replace(MRR, n=None, null_reason=reason)
    assert compared([shown], opinion("120")) == (frozenset(), ())


def test_a_dimension_that_pandas_does_not_cut_by_is_not_compared():
    shown = replace(MRR, segment_dimension="tenure_band", segment="0-90 days", numerator=Decimal(9))
    assert compared([shown], opinion("120")) == (frozenset(), ())


@pytest.mark.parametrize(
    ("here", "there", "unit", "same"),
    [
        (Components(Decimal(5), Decimal(100), 100), Components(Decimal(5), Decimal(100), 100), "ratio", True),
        (Components(Decimal(5), Decimal(100), 100), Components(Decimal(6), Decimal(100), 100), "ratio", False),
        (Components(Decimal("61.5"), None, 3), Components(Decimal("61.500001"), None, 3), "minutes", True),
        (Components(Decimal("61.5"), None, 3), Components(Decimal("61.50001"), None, 3), "minutes", False),
        (Components(Decimal(0), None, 0), None, "count", True),
        (Components(Decimal(1), None, 1), None, "count", False),
        (Components(null_reason=NullReason.NO_RESPONSES), Components(Decimal(0), None, 0), "points", False),
    ],
)  # fmt: skip
def test_two_calculations_count_as_one_when_every_part_is_the_same(here, there, unit, same):
    assert agree(here, there, unit) is same


def test_one_amount_that_is_not_known_makes_the_sum_unknown():
    rows = pd.DataFrame({"amount": [Decimal(1), Decimal(2)], "unknown": [False, True]})
    assert Sum(rows).components(everything).null_reason is NullReason.MISSING_FX
    assert Share(rows, rows).components(everything).null_reason is NullReason.MISSING_FX


def test_nothing_to_divide_by_is_no_zero():
    none = pd.DataFrame({"amount": []})
    assert Share(none, none).components(everything).null_reason is NullReason.ZERO_DENOMINATOR
    assert Mean(none).components(everything).null_reason is NullReason.NO_RESPONSES
    assert Percentile(none).components(everything).null_reason is NullReason.NO_RESPONSES


def test_a_percentile_lies_between_two_rows_in_proportion():
    rows = pd.DataFrame({"amount": [Decimal(10), Decimal(20), Decimal(40)]})
    assert Percentile(rows, 0.9).components(everything).numerator == 36


def test_a_chain_of_duplicates_ends_and_a_circle_stands_for_its_first_name():
    assert end("a", {"a": "b", "b": "c"}) == "c"
    assert end("d", {"d": "c", "c": "b", "b": "c"}) == "b"
    assert pointers(pd.Series({"a": "b", "b": "b", "c": "gone"})) == {"a": "b"}
