"""The tails of whole arrays agree with the laws they are taken from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tasks.rules.tails import count_tails, share_tails, student_tails, whole_moves_tails


def test_a_count_without_extra_spread_is_a_poisson():
    seen, mean = np.array([0.0, 3.0, 12.0, 30.0]), np.array([2.0, 2.0, 10.0, 10.0])
    exact = stats.poisson.sf(seen, mean) + stats.poisson.pmf(seen, mean) / 2
    assert count_tails(seen, mean, mean).up == pytest.approx(exact, rel=0.02)


def test_a_count_with_extra_spread_is_a_negative_binomial():
    seen, mean, variance = np.array([12.0]), np.array([5.0]), np.array([9.0])
    n, p = 5.0 / 0.8, 1 / 1.8
    exact = stats.nbinom.sf(12, n, p) + stats.nbinom.pmf(12, n, p) / 2
    assert count_tails(seen, mean, variance).up == pytest.approx([exact], rel=1e-6)


def test_the_two_tails_of_a_count_add_up_to_one():
    tails = count_tails(np.arange(20.0), np.full(20, 6.0), np.full(20, 8.0))
    assert tails.up + tails.down == pytest.approx(np.ones(20))


def test_a_common_share_is_close_to_a_binomial():
    seen, trials, mean = np.array([150.0]), np.array([233.0]), np.array([170.0])
    variance = mean * (1 - mean / trials)
    exact = stats.binom.cdf(149, 233, 170 / 233) + stats.binom.pmf(150, 233, 170 / 233) / 2
    assert share_tails(seen, trials, mean, variance).down == pytest.approx([exact], rel=0.25)


def test_a_rare_share_is_counted():
    some = np.array([5.0]), np.array([67.0]), np.array([0.17]), np.array([0.18])
    assert share_tails(*some).up == pytest.approx(count_tails(some[0], *some[2:]).up)
    assert share_tails(*some).up < 1e-5


def test_student():
    tails = student_tails(np.array([2.0]), np.array([9.0]))
    assert (tails.up, tails.down) == pytest.approx((stats.t.sf(2, 9), stats.t.cdf(2, 9)))


def test_one_customer_more_or_less_among_few_is_no_rare_event():
    still = whole_moves_tails(np.array([-1.0, -2.0, -5.0]), np.full(3, 0.2))
    assert still.down[0] > 0.1
    assert still.down[1] > 0.01
    assert still.down[2] < 1e-4
    assert still.up == pytest.approx(np.ones(3))


def test_many_small_moves_are_almost_normal():
    tails = whole_moves_tails(np.array([3000.0]), np.array([1e6]))
    assert tails.up == pytest.approx(stats.norm.sf(3), rel=0.05)
