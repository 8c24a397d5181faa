"""`keepwell backtest --history`: a file in, one row for every alert that would have opened."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.backtest_history import backtest_history, first_looks, read, verdicts
from tasks.errors import UnknownName, WrongUse

WEEKS = pd.date_range("2024-01-01", periods=110, freq="W-MON")
WEEK = timedelta(days=7)
BURST = 80


def rows(family, value, *, bad="up", kpi="kpi", segment="s0", above=None, below=None, n=None):
    """Return a history of one cell, one row a week."""
    value = np.asarray(value, dtype=float)
    return pd.DataFrame(
        {
            "kpi": kpi,
            "segment": segment,
            "family": family,
            "grain": "week",
            "bad": bad,
            "period_start": WEEKS[: len(value)],
            "as_of": WEEKS[: len(value)] + WEEK,
            "value": value,
            "numerator": value if above is None else above,
            "denominator": np.nan if below is None else below,
            "n": np.nan if n is None else n,
            "stddev": np.nan,
        }
    )


def churn(random=None, burst=20):
    random = random or np.random.default_rng(3)
    left = random.binomial(600, 0.005, len(WEEKS))
    left[BURST] = burst
    return rows("proportion", left / 600, above=left, below=600, n=600)


def stock(drop=0.04):
    growth = np.random.default_rng(4).normal(0.006, 0.004, len(WEEKS))
    growth[BURST] -= drop
    return rows("stock", 1000 * np.exp(np.cumsum(growth)), bad="down")


def loud(found):
    return found[found["severity"] != "info"]


def test_a_burst_of_churn_is_one_row():
    (found,) = loud(verdicts(churn())).itertuples()
    assert (found.kpi, found.segment, found.direction) == ("kpi", "s0", "up")
    assert found.period_start == WEEKS[BURST].date().isoformat()
    assert (found.severity, found.window) == ("critical", 1)


def test_the_file_has_what_the_rows_have(tmp_path):
    churn().to_csv(tmp_path / "in.csv", index=False)
    written = backtest_history(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (written.alerts, len(pd.read_csv(tmp_path / "out.csv"))) == (1, 1 + written.good)


def test_a_stock_is_judged_by_its_growth():
    (found,) = loud(verdicts(stock())).itertuples()
    assert (found.period_start, found.direction) == (WEEKS[BURST].date().isoformat(), "down")
    assert loud(verdicts(stock(drop=0))).empty


def test_good_news_is_info():
    found = verdicts(churn().assign(bad="down"))
    assert set(found["severity"]) == {"info"}


def test_half_a_sample_is_a_matter_of_data():
    history = churn(burst=0)
    gone = history.index == BURST
    history.loc[gone, ["numerator", "denominator", "n", "value"]] = [1, 180, 180, 1 / 180]
    (found,) = loud(verdicts(history)).itertuples()
    assert (found.direction, found.period_start) == ("data", WEEKS[BURST].date().isoformat())


def test_what_is_restated_later_was_not_known():
    history = churn()
    again = history.assign(numerator=3.0, value=3 / 600, as_of=history["as_of"] + 3 * WEEK)
    assert verdicts(pd.concat([history, again])).equals(verdicts(history))


def test_the_past_does_not_know_the_future():
    whole = pd.concat([churn(), stock().assign(kpi="mrr")])
    for end in (60, BURST, 95):
        cut = whole[whole["as_of"] <= WEEKS[end] + WEEK]
        then = verdicts(whole)
        known = then[then["period_start"] <= WEEKS[end].date().isoformat()]
        assert verdicts(cut).to_numpy().tolist() == known.to_numpy().tolist()


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_order_and_double_rows_change_nothing(random, doubled):
    history = pd.concat([churn(), stock().assign(kpi="mrr")], ignore_index=True)
    order = [*range(len(history)), *range(doubled)]
    random.shuffle(order)
    assert verdicts(history.iloc[order]).equals(verdicts(history))


@settings(max_examples=8, deadline=None)
@given(st.sampled_from([0.01, 100.0, 12345.0]), st.sampled_from(["sum", "stock", "ratio"]))
def test_money_in_another_currency_is_the_same_money(rate, family):
    amounts = np.exp(np.random.default_rng(5).normal(6, 0.2, len(WEEKS)))
    amounts[BURST] *= 0.2
    history = rows(family, amounts + 0.5, bad="down", n=40)
    scaled = history.assign(value=history["value"] * rate, numerator=history["numerator"] * rate)
    ours, theirs = (loud(verdicts(each)) for each in (history, scaled))
    assert ours["period_start"].tolist() == theirs["period_start"].tolist()
    assert not ours.empty


@pytest.mark.parametrize(
    "history",
    [
        rows("count", [5]),
        rows("sum", [np.nan] * 40),
        rows("proportion", [0.0] * 60, above=0.0, below=0.0, n=0),
        rows("mean", [4.0] * 60, n=40),
        rows("stock", [100.0] * 50 + [100.0]),
        rows("ratio", [2.0] * 40 + [np.nan] * 20 + [2.0]),
        rows("quantile", [0.0] * 60),
        rows("sum", [-5.0, 3.0] * 30),
        rows("stock", [0.0] * 60),
    ],
    ids=[
        "one point",
        "nothing but gaps",
        "zero n",
        "all equal",
        "a stock that stands still",
        "a long gap",
        "nothing but zeros",
        "less than nothing",
        "an empty stock",
    ],
)
def test_bad_input_alarms_nobody(history):
    assert loud(verdicts(history)).empty


def test_a_future_period_and_one_that_came_late_are_not_judged():
    history = churn()
    late = history.index == BURST
    history.loc[late, "as_of"] = WEEKS[BURST] + 9 * WEEK
    early = rows("proportion", [0.5], above=[300], below=600, n=600).assign(
        period_start=WEEKS[-1] + 30 * WEEK, as_of=WEEKS[-1] + WEEK
    )
    assert loud(verdicts(pd.concat([history, early]))).empty
    assert len(first_looks(pd.concat([history, early]))) == len(history) - 1


def test_a_segment_that_appears_is_judged_when_it_has_a_past():
    young = churn()[BURST - 5 :].assign(segment="new")
    assert loud(verdicts(pd.concat([churn(), young])))["segment"].tolist() == ["s0"]


def test_a_missing_file_or_column_and_unknown_names_are_said(tmp_path):
    with pytest.raises(WrongUse, match="no file"):
        read(tmp_path / "none.csv")
    churn().drop(columns="n").to_csv(tmp_path / "in.csv", index=False)
    with pytest.raises(WrongUse, match="no column n"):
        verdicts(read(tmp_path / "in.csv"))
    with pytest.raises(UnknownName, match="unknown family 'counts'"):
        verdicts(churn().assign(family="counts"))
