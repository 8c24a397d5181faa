"""Which figures are outside their usual range is told as it is written, and with which side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.kpis.base import kpi_named
from tasks.messages.digest import digest_view
from tasks.messages.figures import Figures
from tasks.messages.inputs import DigestInputs
from tasks.messages.rows import usual_words
from tasks.messages.unusual import Unusual, listed
from tasks.rules.base import Usual
from tests.messages.stories import OPEN, bad_week, good_week

FIGURES = Figures("en_US", "USD")


def with_usual(inputs: DigestInputs, **ranges: tuple[str, str]) -> DigestInputs:
    """Return the inputs with the range that was expected of some KPIs."""
    comparisons = dict(inputs.assessment.comparisons)
    for key, (low, high) in ranges.items():
        cell = next(cell for cell in comparisons if (cell.kpi, cell.segment) == (key, "ALL"))
        usual = Usual(Decimal(low), Decimal(low), Decimal(high))
        comparisons[cell] = replace(comparisons[cell], usual=usual)
    return replace(inputs, assessment=replace(inputs.assessment, comparisons=comparisons))


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "side"),
    [
        ("1.0043", "0.997", "1.0041", "ratio", ""),  # 100.4 % of 99.7 % to 100.4 %
        ("1.0046", "0.997", "1.0041", "ratio", "above"),
        ("0.9964", "0.997", "1.0041", "ratio", "below"),
        ("415334", "412350", "415170", "money", "above"),
        ("415174", "412350", "415170", "money", ""),  # both read $415,170
        ("412.6", "412", "412.4", "count", "above"),
        ("42.4", "38", "42.2", "minutes", ""),
        ("5", "5", "5", "count", ""),
    ],
)
def test_what_reads_like_an_end_of_the_range_is_inside_it(
    value: str, low: str, high: str, unit: str, side: str
) -> None:
    assert FIGURES.side(Decimal(value), Decimal(low), Decimal(high), unit) == side


def test_a_row_says_on_which_side_it_is() -> None:
    inputs = with_usual(good_week(), mrr=("380000", "410000"))
    cell = next(cell for cell in inputs.assessment.comparisons if cell.kpi == "mrr")
    comparison = inputs.assessment.comparisons[cell]
    assert comparison.current is not None
    words = usual_words(comparison, comparison.current, FIGURES)
    assert words == "above the usual $380,000 to $410,000"


def test_nothing_is_near_pace_beside_unusual_figures() -> None:
    view = digest_view(with_usual(bad_week(), mrr=("380000", "410000"), csat=("0.93", "0.97")))
    assert view.lead[2] == (
        "The other goals are met or on pace. "
        "Outside the usual range: CSAT (below, bad), MRR (above, good)."
    )
    assert view.subject == "Week 47 · Starter/EMEA is leaving; other goals on pace"


def test_a_week_with_unusual_figures_is_not_called_quiet() -> None:
    view = digest_view(with_usual(good_week(), mrr=("380000", "410000")))
    assert view.lead[0].startswith(
        "All 4 goals met or on pace, no alerts. Outside the usual range: MRR (above, good). MRR $"
    )
    assert view.subject == (
        "Week 47 · No alerts, all 4 goals met or on pace, MRR above its usual range"
    )


def test_a_week_in_which_everything_loud_is_muted_says_so() -> None:
    muted = replace(OPEN[1], phase="muted")
    quiet = digest_view(replace(good_week(), open_alerts=(muted,)))
    assert "nothing else moved beyond its usual range, 1 alert muted." in quiet.lead[0]
    assert "muted" not in digest_view(good_week()).lead[0]


def test_an_alert_speaks_for_what_is_bad_of_those_that_follow_from_it() -> None:
    unusual = with_usual(bad_week(), churned_mrr=("0", "1200"), mrr=("380000", "410000"))
    view = digest_view(replace(unusual, spoken_for=frozenset({"churned_mrr", "mrr"})))
    assert view.lead[2].endswith("Outside the usual range: MRR (above, good).")


def test_whoever_has_no_good_side_is_only_above_or_below() -> None:
    tickets = Unusual(kpi_named("ticket_volume"), "above", None)
    assert listed([tickets] * 5).startswith("outside the usual range: Tickets (above), ")
    assert listed([tickets] * 5).endswith(", 2 more")


def test_a_range_that_reads_as_one_number_is_one() -> None:
    assert FIGURES.between(Decimal("0.9998"), Decimal(1), "ratio") == "100 %"
    assert FIGURES.between(Decimal("0.99"), Decimal(1), "ratio") == "99 % to 100 %"
