"""Charts are PNGs at double size, the same for the same history, and say what they show."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from tasks.messages.digest import digest_view
from tasks.messages.drawing import SIZE, _clear_place, _fitting, draw
from tasks.messages.pictures import nice_steps
from tests.messages.stories import bad_week, hostile_names, withheld


def size(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.fixture(scope="module")
def charts():
    return digest_view(bad_week()).charts


def test_a_chart_is_1200_pixels_wide_for_600_places(charts):
    image = draw(charts[0])
    assert size(image.png) == (1200, 600)
    assert (image.name, image.alt) == (charts[0].name, charts[0].alt)


def test_the_same_chart_gives_the_same_bytes(charts):
    assert draw(charts[1]).png == draw(charts[1]).png


def test_a_gap_is_drawn_as_a_gap():
    (chart,) = digest_view(withheld()).charts
    assert chart.values[-1] is None
    assert chart.last == "no data"
    assert size(draw(chart).png) == (1200, 600)


def test_a_flat_history_can_be_drawn(charts):
    flat = replace(charts[1], values=(5.0,) * 12, ticks=((5.0, "5"), (7.5, "7.5")))
    assert draw(flat).png


@pytest.mark.parametrize(
    ("values", "goal", "place"),
    [
        ((380.0, 400.0, 410.0), None, (411.6, "bottom")),  # rising, and nothing in the way
        ((380.0, 410.0, 400.0), None, (398.4, "top")),  # falling: the line is above
        ((408.0, 409.0, 415.0), 420.0, (406.4, "top")),  # the goal is where it would be written
        ((408.0, 409.0, 415.0), 440.0, (416.6, "bottom")),
    ],
)
def test_the_last_value_is_written_where_nothing_else_is(charts, values, goal, place):
    chart = replace(charts[1], values=values, goal=goal, bars=False)
    at, side = _clear_place(chart, values[-1], span=40.0)
    assert (round(at, 6), side) == place


@pytest.mark.parametrize("title", ["東京 🎉 \u202e", "$x$ \\frac{1}{2}", "x" * 500])
def test_any_name_can_stand_above_a_chart(charts, title):
    assert draw(replace(charts[0], title=title)).png


def test_hostile_names_can_be_drawn():
    assert all(draw(chart).png for chart in digest_view(hostile_names()).charts)


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (380_000, 412_300, (380_000, 400_000, 420_000)),
        (0.01, 0.031, (0.01, 0.02, 0.03, 0.04)),
        (7, 7, (5, 7.5)),
        (-40, 35, (-50, -25, 0, 25, 50)),
    ],
)
def test_an_axis_has_round_numbers(low, high, steps):
    assert nice_steps(low, high) == steps


def test_an_axis_of_counts_has_whole_numbers():
    assert nice_steps(0, 1, whole=True) == (0, 1)
    assert nice_steps(0, 5, whole=True) == (0, 2, 4, 6)
    assert nice_steps(0, 0, whole=True) == (0, 1)


def test_a_long_legend_ends_inside_the_picture():
    assert _fitting("x" * 40) == SIZE
    assert _fitting("x" * 93) == pytest.approx(7.0)
    assert _fitting("") == SIZE
