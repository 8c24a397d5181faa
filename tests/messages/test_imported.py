"""What somebody else measured is drawn hollow, and the words beside the picture say so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tasks.messages.digest import digest_view
from tasks.messages.drawing import draw
from tasks.model import Status
from tests.messages.stories import bad_week


def with_past(kpi, count, **changed):
    """The bad week, the first ``count`` values of one KPI imported."""
    inputs = bad_week()
    history = {
        cell: tuple(
            replace(seen, status=Status.IMPORTED, **changed)
            if cell.kpi == kpi and at < count
            else seen
            for at, seen in enumerate(past)
        )
        for cell, past in inputs.history.items()
    }
    return digest_view(replace(inputs, history=history)).charts


def test_without_imported_values_nothing_is_hollow():
    for chart in digest_view(bad_week()).charts:
        assert chart.imported == ()
        assert "imported" not in chart.alt + chart.legend


def test_imported_values_of_a_line_are_hollow_points():
    chart = with_past("mrr", 3)[-1]
    assert chart.imported == (True,) * 3 + (False,) * 9
    assert chart.legend.endswith("Hollow: imported")
    assert chart.alt.endswith(" 3 values were imported.")
    plain = digest_view(bad_week()).charts[-1]
    assert draw(chart).png != draw(replace(chart, imported=())).png
    assert draw(replace(chart, imported=(), legend=plain.legend)).png == draw(plain).png


def test_imported_counts_are_hollow_bars():
    chart = with_past("logo_churn_rate", 1)[0]
    assert chart.bars
    assert chart.imported == (True,) + (False,) * (len(chart.values) - 1)
    assert chart.alt.endswith(" 1 value was imported.")
    assert draw(chart).png != draw(replace(chart, imported=())).png


def test_an_imported_share_is_no_number_of_customers():
    chart = with_past("logo_churn_rate", 3, numerator=Decimal("0.02"), denominator=None)[0]
    assert chart.bars
    assert chart.values[:3] == (None, None, None)
    assert None not in chart.values[3:]
    assert chart.imported == ()
