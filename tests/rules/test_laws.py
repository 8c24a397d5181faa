"""The tails are those of the textbook laws, to many digits and far out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tasks.rules.laws import CountLaw, MeanLaw, ShareLaw


def beta_binomial(law: ShareLaw):
    weight = (law.trials - law.ratio) / (law.ratio - 1)
    p = law.mean / law.trials
    return stats.betabinom(law.trials, p * weight, (1 - p) * weight)


def test_five_of_sixty_one_where_one_in_five_weeks_is_usual_is_one_in_517_000():
    law = ShareLaw(0.2, 61)
    assert law.at_least(5) == pytest.approx(stats.binom.sf(4, 61, 0.2 / 61), rel=1e-10)
    assert round(1 / law.at_least(5), -3) == 517_000


def test_a_poisson_count_of_nine_where_two_are_usual():
    assert CountLaw(2.0).at_least(9) == pytest.approx(stats.poisson.sf(8, 2.0), rel=1e-12)
    assert CountLaw(2.0).at_most(0) == pytest.approx(stats.poisson.pmf(0, 2.0), rel=1e-12)


@pytest.mark.parametrize("seen", [0, 1, 7, 19, 40, 61])
@pytest.mark.parametrize(("mean", "ratio"), [(2.0, 1.3), (12.2, 1.05), (30.5, 4.0), (60.0, 1.2)])
def test_shares_that_wander_follow_the_beta_binomial(mean, ratio, seen):
    law = ShareLaw(mean, 61, ratio)
    exact = beta_binomial(law)
    assert law.at_least(seen) == pytest.approx(exact.sf(seen - 1), rel=1e-6, abs=1e-12)
    assert law.at_most(seen) == pytest.approx(exact.cdf(seen), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("seen", [0, 3, 12, 30, 90])
@pytest.mark.parametrize(("mean", "ratio"), [(0.2, 1.02), (12.0, 1.5), (12.0, 6.0)])
def test_counts_that_wander_follow_the_negative_binomial(mean, ratio, seen):
    law = CountLaw(mean, ratio)
    exact = stats.nbinom(mean / (ratio - 1), 1 / ratio)
    assert law.at_least(seen) == pytest.approx(exact.sf(seen - 1), rel=1e-7, abs=1e-15)
    assert law.at_most(seen) == pytest.approx(exact.cdf(seen), rel=1e-7, abs=1e-15)


def test_a_sum_over_a_thousand_terms_is_still_exact():
    law = ShareLaw(2500.0, 5000, 3.0)
    assert law.at_most(2300) == pytest.approx(beta_binomial(law).cdf(2300), rel=1e-6)
    assert law.at_least(2700) == pytest.approx(law.at_most(2300), rel=1e-6)


def test_a_mean_follows_students_t():
    law = MeanLaw(30.0, 10.0, 20.0)
    assert law.at_least(60) == pytest.approx(stats.t.sf(3, 20))
    assert law.at_most(10) == pytest.approx(stats.t.cdf(-2, 20))
    assert law.quantile(0.95) == pytest.approx(30 + 10 * stats.t.ppf(0.95, 20))


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
@pytest.mark.parametrize(
    ("law", "exact"),
    [
        (CountLaw(0.2), stats.poisson(0.2)),
        (CountLaw(12.0), stats.poisson(12.0)),
        (CountLaw(50.0, 1.5), stats.nbinom(100.0, 1 / 1.5)),
        (ShareLaw(210.0, 233), stats.binom(233, 210 / 233)),
        (ShareLaw(12.2, 61, 2.0), stats.betabinom(61, 11.8, 47.2)),
    ],
)
def test_the_range_ends_on_whole_numbers(law, exact, share):
    assert law.quantile(share) == exact.ppf(share)


def test_a_very_wide_law_is_ranged_by_its_normal_limit():
    exact = stats.poisson(10_000)
    assert CountLaw(10_000.0).quantile(0.95) == pytest.approx(exact.ppf(0.95), abs=2)


@given(
    mean=st.floats(1e-3, 60.9),
    ratio=st.floats(1.0, 20.0),
    seen=st.integers(-2, 63),
)
def test_a_tail_is_a_probability_and_both_tails_share_what_was_seen(mean, ratio, seen):
    for law in (ShareLaw(mean, 61, ratio), CountLaw(mean, ratio)):
        up, down = law.at_least(seen), law.at_most(seen)
        assert 0.0 <= up <= 1.0
        assert 0.0 <= down <= 1.0
        assert up + law.at_most(seen - 1) == pytest.approx(1.0, abs=1e-7)
        assert law.at_least(seen + 1) <= up + 1e-9


@given(mean=st.floats(0.01, 200.0), ratio=st.floats(1.0, 5.0))
def test_the_larger_share_has_the_larger_quantile(mean, ratio):
    law = CountLaw(mean, ratio)
    assert law.quantile(0.05) <= law.quantile(0.5) <= law.quantile(0.95)
