"""How is a chart drawn? As a light card that stays readable on a dark screen, at double size."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tasks.messages.outside import clean
from tasks.model import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tasks.messages.view import Chart

WIDTH, HEIGHT, DOTS = 4.8, 2.4, 250  # inches and dots per inch: 1,200 dots for 600 places
LETTER = 0.0204  # the width of a letter, as a share of the picture
CARD, INK, QUIET, HAIR = "#ffffff", "#1f2733", "#5b6675", "#e3e7ec"
BAND, PAST = "#e4ecf7", "#9db2cd"
MARKS = {"worse": "#b3261e", "better": "#1b7a43", "level": "#1f5fb8"}
SIZE, TITLE_SIZE, TITLE_LIMIT = 10.5, 11.5, 42  # 10 places on a telephone
LEGEND_LIMIT = 62  # letters of SIZE that stand beside each other
BESIDE, ROOM = 7, 0.24  # periods that a written value is as wide as, and the height it needs
NAMELESS = {"Date": None, "Creator": None}  # what would not be the same another time
_MISSING_GLYPH = "□"


def draw(chart: Chart) -> Image:
    """Return ``chart`` as a PNG; the same chart gives the same bytes."""
    png = BytesIO()
    _figure(chart).savefig(png, format="png", metadata={"Software": None})
    return Image(chart.name, png.getvalue(), chart.alt)


def as_vector(chart: Chart) -> bytes:
    """Return ``chart`` as an SVG that needs no font; the same chart gives the same bytes."""
    from matplotlib import rc_context  # noqa: PLC0415 - costs 0.5 s

    svg = BytesIO()
    with rc_context({"svg.hashsalt": "keepwell"}):
        _figure(chart).savefig(
            svg, format="svg", bbox_inches="tight", pad_inches=0.1, metadata=NAMELESS
        )
    return svg.getvalue()


def _figure(chart: Chart) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415 - costs 0.5 s

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor=CARD)
    left = LETTER * (1.6 + max(len(label) for _, label in chart.ticks))
    axes = figure.add_axes((left, 0.14, 0.965 - left, 0.59))
    for height, text, style in (
        (0.915, clean(chart.title, TITLE_LIMIT), {"size": TITLE_SIZE, "weight": "bold"}),
        (0.805, chart.legend, {"color": QUIET, "size": _fitting(chart.legend)}),
    ):
        _write(axes, LETTER, height, text, transform=figure.transFigure, va="center", **style)
    for part in (_frame, _usual, _goal, _marks, _bars if chart.bars else _line):
        part(axes, chart)
    return figure


def _fitting(legend: str) -> float:
    """Return the size in which a legend still ends inside the picture."""
    return SIZE * min(1.0, LEGEND_LIMIT / max(1, len(legend)))


def _frame(axes: Axes, chart: Chart) -> None:
    places = [place for place, _ in chart.ticks]
    span = places[-1] - places[0]
    axes.set_xlim(-0.6, len(chart.values) - 0.4)
    axes.set_ylim(places[0] - (0 if chart.bars else span * 0.06), places[-1] + span * 0.12)
    axes.set_axis_off()
    edge = -0.6 - len(chart.values) * 0.015
    for place, label in chart.ticks:
        axes.axhline(place, color=HAIR, linewidth=0.7, zorder=0)
        _write(axes, edge, place, label, color=QUIET, ha="right", va="center")
    below = axes.get_ylim()[0] - span * 0.06
    for place, side in ((0, "left"), (len(chart.labels) - 1, "right")):
        at = place + (0.4 if side == "right" else -0.4)
        _write(axes, at, below, chart.labels[place], color=QUIET, ha=side, va="top")


def _usual(axes: Axes, chart: Chart) -> None:
    if chart.ranges:
        _ranges(axes, chart)
    elif chart.usual is not None:
        low, high = chart.usual
        thick = _thickness(chart)
        begins = 0.0 if chart.bars else 1 - 3 / len(chart.values)  # a line may have grown into it
        axes.axhspan(low - thick, high + thick, xmin=begins, color=BAND, linewidth=0, zorder=0.5)


def _thickness(chart: Chart) -> float:
    """Return what makes a range of one single value be seen too."""
    return (chart.ticks[-1][0] - chart.ticks[0][0]) * 0.02


def _ranges(axes: Axes, chart: Chart) -> None:
    """Shade what was expected of each period; the band is as wide as a period."""
    thick = _thickness(chart)
    for place, one in enumerate(chart.ranges):
        if one is not None:
            low, height = one[0] - thick, one[1] - one[0] + 2 * thick
            axes.bar(place, height, 1.0, bottom=low, color=BAND, linewidth=0, zorder=0.5)


def _marks(axes: Axes, chart: Chart) -> None:
    """Draw a line where people did something, and write beside it what, higher than the last."""
    low, high = axes.get_ylim()
    for number, (place, label) in enumerate(chart.marks):
        axes.axvline(place, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1.5)
        is_left = place < len(chart.values) / 2
        style = {"ha": "left" if is_left else "right", "va": "top", "size": SIZE - 1.5}
        height = high - (high - low) * 0.09 * number
        card = {"facecolor": CARD, "edgecolor": "none", "alpha": 0.85, "pad": 0.6}
        beside = place + (0.25 if is_left else -0.25)
        _write(axes, beside, height, label, color=QUIET, zorder=3.5, bbox=card, **style)


def _goal(axes: Axes, chart: Chart) -> None:
    if chart.goal is not None:
        axes.axhline(chart.goal, color=INK, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)


def _bars(axes: Axes, chart: Chart) -> None:
    heights = [value or 0.0 for value in chart.values]
    edges = [PAST] * (len(heights) - 1) + [MARKS[chart.tone]]
    hollow = chart.imported or (False,) * len(heights)
    colours = [CARD if is_hollow else edge for edge, is_hollow in zip(edges, hollow, strict=True)]
    rims = [float(is_hollow) for is_hollow in hollow]
    places = range(len(heights))
    axes.bar(places, heights, color=colours, edgecolor=edges, linewidth=rims, width=0.72, zorder=2)
    _mark(axes, chart, heights[-1])


def _line(axes: Axes, chart: Chart) -> None:
    heights = [float("nan") if value is None else value for value in chart.values]
    axes.plot(range(len(heights)), heights, color=PAST, linewidth=1.8, zorder=2)
    hollow = [(at, heights[at]) for at, is_hollow in enumerate(chart.imported) if is_hollow]
    for at, height in hollow:
        axes.plot([at], [height], "o", color=PAST, markerfacecolor=CARD, markersize=4, zorder=2.5)
    last = chart.values[-1]
    if last is not None:
        axes.plot([len(heights) - 1], [last], "o", color=MARKS[chart.tone], markersize=5, zorder=3)
        _mark(axes, chart, last)


def _mark(axes: Axes, chart: Chart, height: float) -> None:
    span = axes.get_ylim()[1] - axes.get_ylim()[0]
    place, side = _clear_place(chart, height, span)
    style = {"color": MARKS[chart.tone], "weight": "bold", "va": side}
    card = {"facecolor": CARD, "edgecolor": "none", "alpha": 0.85, "pad": 0.8}
    beside = len(chart.values) - 0.6
    _write(axes, beside, place, chart.last, ha="right", zorder=4, bbox=card, **style)


def _clear_place(chart: Chart, height: float, span: float) -> tuple[float, str]:
    """Return where the last value is written: above its point, or below all that is beside it.

    Below goes what a line has fallen to, and what would be written across the goal.
    """
    room = span * 0.04
    beside = [each for each in chart.values[-BESIDE:] if each is not None]
    has_fallen = len(beside) > 1 and height < beside[-2]
    on_goal = chart.goal is not None and 0 <= chart.goal - height < span * ROOM
    if chart.bars or not (has_fallen or on_goal):
        return height + room, "bottom"
    return (height if has_fallen else min(beside)) - room, "top"


def _write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:  # noqa: ANN401 - matplotlib's own text settings
    settings = {"color": INK, "size": SIZE, "parse_math": False, "clip_on": False, **style}
    axes.text(x, y, _drawable(text), **settings)


def _drawable(text: str) -> str:
    known = _glyphs()
    return "".join(each if ord(each) in known else _MISSING_GLYPH for each in text)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - as above

    return frozenset(get_font(findfont(FontProperties())).get_charmap())
