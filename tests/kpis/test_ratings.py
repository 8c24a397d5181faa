"""What do public reviews say, one voice for each review."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.engine.worlds import World

REVIEWS = World(
    {
        "reviews": """
            review_id | customer_id | rated_at   | rating
            W1        | acorn       | 2026-02-06 | 5
            W2        | cedar       | 2026-02-09 | 4
            W3        | dahlia      | 2026-02-10 | 1
            W3        | dahlia      | 2026-02-20 | 3
            W4        | -           | 2026-02-23 | 5
            W5        | qa          | 2026-02-23 | 1
            W2        | cedar       | 2026-03-01 | 2
        """,
        "customers": """
            customer_id | is_test
            acorn       | false
            cedar       | false
            dahlia      | false
            qa          | true
        """,
    },
)


def test_the_latest_version_of_each_review_counts():
    assert REVIEWS.value("average_rating") == Fraction(17, 4)
    assert REVIEWS.value("positive_rating_share") == Fraction(3, 4)


def test_an_edit_in_a_later_month_does_not_change_the_earlier_one():
    assert REVIEWS.value("average_rating", "2026-03") == 2
    assert REVIEWS.value("average_rating", "2026-Q1") == Fraction(5 + 2 + 3 + 5, 4)


def test_few_ratings_are_pulled_to_what_was_believed_before():
    one = REVIEWS.observe("average_rating", variant="bayes_prior4_w5")
    assert (one.numerator, one.denominator, one.n) == (37, 9, 4)


@pytest.mark.parametrize(
    ("chosen", "variant", "value"),
    [
        ({"prior_mean": 3}, "bayes_prior3_w5", Fraction(32, 9)),
        (
            {"prior_mean": Decimal("3.50"), "prior_weight": Decimal("2.5")},
            "bayes_prior3.5_w2.5",
            Fraction(103, 26),
        ),
        ({"prior_weight": 10}, "bayes_prior4_w10", Fraction(57, 14)),
        ({"prior_weight": 0}, "bayes_prior4_w0", Fraction(17, 4)),
    ],
)
def test_the_prior_is_a_setting_and_names_the_variant(chosen, variant, value):
    world = World(REVIEWS.tables, settings={"average_rating": chosen})
    assert world.value("average_rating", variant=variant) == value


def test_without_a_rating_the_prior_alone_is_no_value():
    for variant in ("default", "bayes_prior4_w5"):
        assert REVIEWS.value("average_rating", "2026-04", variant=variant) == "no_responses"
    assert REVIEWS.value("positive_rating_share", "2026-04") == "no_responses"


def test_a_mean_keeps_what_its_noise_needs():
    one = REVIEWS.observe("average_rating")
    assert (one.n, one.sum_of_squares) == (4, 25 + 16 + 9 + 25)
