"""Two samples and their intervals, against scipy's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tasks.rules.evidence import (
    Sample,
    count_interval,
    counts_differ_by_luck,
    mean_interval,
    means_differ_by_luck,
    share_interval,
    shares_differ_by_luck,
)


@pytest.mark.parametrize(
    ("events", "trials", "before", "earlier"),
    [(5, 61, 1, 61), (3, 40, 75, 1000), (0, 12, 5, 10), (212, 233, 190, 230), (7, 604, 2, 600)],
)
def test_two_shares_are_compared_by_fishers_exact_test(events, trials, before, earlier):
    exact = stats.fisher_exact([[events, trials - events], [before, earlier - before]]).pvalue
    assert shares_differ_by_luck(events, trials, before, earlier) == pytest.approx(exact, rel=1e-6)


def test_no_events_at_all_are_no_difference():
    assert shares_differ_by_luck(0, 61, 0, 60) == 1.0
    assert counts_differ_by_luck(0, 1, 0, 1) == 1.0


def test_large_shares_are_compared_by_their_normal_limit():
    exact = stats.fisher_exact([[1100, 28900], [1000, 29000]]).pvalue
    assert shares_differ_by_luck(1100, 30000, 1000, 30000) == pytest.approx(exact, abs=0.002)


@pytest.mark.parametrize(("events", "before", "share"), [(9, 2, 0.5), (5, 0, 0.5), (3, 9, 0.25)])
def test_two_counts_are_compared_given_their_sum(events, before, share):
    total = events + before
    tails = stats.binom.sf(events - 1, total, share), stats.binom.cdf(events, total, share)
    found = counts_differ_by_luck(events, share, before, 1 - share)
    assert found == pytest.approx(min(2 * min(tails), 1.0))


def test_two_means_are_compared_by_welch():
    now, before = (
        np.array([100, 100, 0, -100, 100, 0, 100]),
        np.array([-100, 0, 0, -100, 100, -100]),
    )
    exact = stats.ttest_ind(now, before, equal_var=False).pvalue
    samples = [Sample(x.mean(), x.var(ddof=1), len(x)) for x in (now, before)]
    assert means_differ_by_luck(*samples) == pytest.approx(exact)


def test_means_without_any_variance_differ_or_they_do_not():
    assert means_differ_by_luck(Sample(3.0, 0.0, 5), Sample(3.0, 0.0, 4)) == 1.0
    assert means_differ_by_luck(Sample(3.0, 0.0, 5), Sample(4.0, 0.0, 4)) == 0.0


def test_wilsons_interval_of_14_in_606():
    low, high = share_interval(14, 606, 0.8)
    exact = stats.binomtest(14, 606).proportion_ci(0.8, "wilson")
    assert (low, high) == (pytest.approx(exact.low), pytest.approx(exact.high))
    assert (round(low, 4), round(high, 4)) == (0.0165, 0.0323)


def test_the_exact_interval_of_a_count():
    low, high = count_interval(14, 0.8)
    assert low == pytest.approx(stats.chi2.ppf(0.1, 28) / 2)
    assert high == pytest.approx(stats.chi2.ppf(0.9, 30) / 2)
    assert count_interval(0, 0.8).low == 0.0


def test_students_interval_of_a_mean():
    low, high = mean_interval(Sample(38.0, 5000.0, 41), 0.8)
    exact = stats.t.interval(0.8, 40, loc=38.0, scale=(5000 / 41) ** 0.5)
    assert (low, high) == (pytest.approx(exact[0]), pytest.approx(exact[1]))
