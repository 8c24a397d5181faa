"""A change is told in percent of amounts and points of rates, and is more than noise or is not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from scipy import stats

from tasks.model import Direction
from tasks.rules.changes import changed, compared
from tests.rules.drawing import (
    CHURN,
    CSAT,
    FIRST_RESPONSE,
    LOAD,
    MRR,
    NEW_MRR,
    NPS,
    TICKETS,
    table,
    weeks,
)


def change(subject, before, now, *, of=None, squares=None):
    below = of if isinstance(of, tuple) else (of, of)
    dots = None if squares is None else [squares, squares]
    pair = weeks([before, now], of=below if of else None, subject=subject, squares=dots)
    return changed(pair.observations[1], pair.observations[0], subject)


@pytest.mark.parametrize(
    ("subject", "before", "now", "of", "text"),
    [
        (MRR, 409_841, 412_300, None, "+0.6 %"),
        (NEW_MRR, 420, 2120, None, "+$1,700"),
        (FIRST_RESPONSE, 50, 42, None, "-8 min"),
        (FIRST_RESPONSE, 42, 42, None, "no change"),
        (CSAT, 214, 212, 233, "-0.9 pt"),
        (TICKETS, 3, 5, None, "+2"),
        (TICKETS, 150, 187, None, "+25 %"),
        (LOAD, 150, 186, 600, "+24 %"),
        (NPS, 35 * 41, 38 * 41, 41, "+3"),
    ],
)
def test_a_change_in_a_readers_words(subject, before, now, of, text):
    assert change(subject, before, now, of=of).text == text


@pytest.mark.parametrize(
    ("subject", "before", "now", "better"),
    [
        (MRR, 400, 410, True),
        (MRR, 410, 400, False),
        (MRR, 400, 400, None),
        (FIRST_RESPONSE, 50, 42, True),
        (TICKETS, 10, 14, False),
        (replace(TICKETS, good=Direction.NEUTRAL), 10, 14, None),
    ],
)
def test_better_is_what_the_kpi_says_is_good(subject, before, now, better):
    assert change(subject, before, now).better is better


def test_percent_of_rates_are_points_and_nothing_else():
    found = change(CSAT, 214, 212, of=233)
    assert found.percent is None
    assert found.delta == Decimal(212) / 233 - Decimal(214) / 233


def test_percent_of_nothing_is_no_percent():
    assert change(NEW_MRR, 0, 2120).percent is None
    assert change(NEW_MRR, 0, 2120).text == "+$2,120"


def test_each_family_has_its_own_test():
    shares = change(CHURN, 1, 7, of=604)
    assert shares.chance == pytest.approx(stats.fisher_exact([[7, 597], [1, 603]]).pvalue)
    counts = change(TICKETS, 150, 187)
    assert counts.chance == pytest.approx(2 * stats.binom.sf(186, 337, 0.5))
    rates = change(LOAD, 150, 187, of=(500, 600))
    assert rates.chance == pytest.approx(2 * stats.binom.sf(186, 337, 600 / 1100))
    means = change(NPS, 35 * 41, 38 * 41, of=41, squares=270_000)
    assert 0.5 < means.chance < 1.0
    assert change(MRR, 400, 410).chance is None
    assert change(CSAT, 900, 800, of=233).chance is None  # no shares of anything
    assert change(NPS, 35 * 41, 38 * 41, of=41).chance is None


def test_beyond_noise_is_one_chance_in_twenty():
    assert not change(CHURN, 1, 4, of=604).is_beyond_noise
    assert change(CHURN, 1, 9, of=604).is_beyond_noise


def test_nothing_is_compared_with_a_missing_value():
    pair = weeks("- 5", of=61)
    assert changed(pair.observations[1], pair.observations[0], CHURN) is None
    assert changed(pair.observations[0], pair.observations[1], CHURN) is None
    assert changed(None, pair.observations[1], CHURN) is None


def test_a_cell_beside_its_past():
    history = weeks([*[2, 1, 3, 2] * 14, 4], of=604)
    found = compared(history, CHURN, "2026-W46", "2025-W47")
    assert (found.current.numerator, found.previous.numerator) == (4, 2)
    assert found.year_before.period == "2025-W47"
    assert found.text == "usually 2"
    assert (found.better, found.delta) == (False, Decimal(4) / 604 - Decimal(2) / 604)
    assert found.usual.low == 0
    assert round(found.usual.high * 604) == 5
    assert found.too_few == "Too few to tell: the smallest change visible here is 3 times the usual"


def test_a_gap_leaves_nothing_to_compare_with():
    history = table("""
        2026-W44 | 3 | 604
        2026-W45 | 2 | 604
        2026-W47 | 4 | 604
    """)
    found = compared(history, CHURN, "2026-W46", "2025-W47")
    assert (found.previous, found.change, found.text) == (None, None, "-")


def test_an_empty_history_compares_as_nothing():
    history = replace(weeks("1", of=61), periods=(), observations=())
    assert compared(history, CHURN, "2026-W46", "2025-W47").text == "-"


def test_rare_events_are_told_by_what_is_usual():
    history = weeks("0 0 1 0 0 " * 12 + "5", of=61)
    assert compared(history, CHURN, "2026-W46", "2025-W47").text == "usually one in five weeks"


def test_common_shares_are_told_by_their_change():
    history = weeks([*[210, 212] * 20, 208], of=233, subject=CSAT)
    assert compared(history, CSAT, "2026-W46", "2025-W47").text == "-1.7 pt"


def test_a_growing_level_stays_in_its_usual_range():
    grown = [400_000 + 1_000 * week for week in range(30)]
    found = compared(weeks([*grown, 430_000], subject=MRR), MRR, "2026-W46", "2025-W47")
    assert found.usual.expected == 430_000
    assert found.text == "+0.2 %"
    assert not found.change.is_beyond_noise
    fallen = compared(weeks([*grown, 380_000], subject=MRR), MRR, "2026-W46", "2025-W47")
    assert fallen.change.is_beyond_noise


def test_minutes_have_the_range_of_their_past():
    waits = [40, 44, 42, 46, 38, 43, 41] * 3
    usual = compared(weeks([*waits, 90], subject=FIRST_RESPONSE), FIRST_RESPONSE, "", "").usual
    assert (usual.expected, usual.count) == (42, None)
    assert (round(usual.low, 1), round(usual.high, 1)) == (Decimal("37.1"), Decimal("46.9"))
    assert compared(weeks([40] * 5, subject=FIRST_RESPONSE), FIRST_RESPONSE, "", "").usual is None
