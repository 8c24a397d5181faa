"""How does a backtest look? Each KPI that alerted over time, with a mark where an alert opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.backtest import Replayed, Stage
from tasks.alerts.rerun import Told
from tasks.alerts.subjects import Subjects
from tasks.alerts.wording import segment_name
from tasks.errors import WrongUse
from tasks.kpis.base import kpi_named
from tasks.messages.outside import clean
from tasks.model import ALL, Cell, Period
from tasks.rules.base import Subject
from tasks.rules.words import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 12  # pictures below each other
WIDE, HIGH, HEAD, DOTS = 9.0, 1.9, 0.5, 144
CARD, INK, QUIET, HAIR, PAST = "#ffffff", "#1f2733", "#5b6675", "#e3e7ec", "#5f7ea8"
COLOURS = ("#b3261e", "#1f5fb8")  # of the configured rules, and of others
LETTERS = 70
TICKS = 12
EPOCH = date(1970, 1, 1).toordinal()


def draw(path: Path, stage: Stage, found: Sequence[Replayed]) -> None:
    """Write a chart of what was found to ``path``, as SVG or PNG, as its name ends.

    Raises ``WrongUse`` where the file can't be written.
    """
    from matplotlib import rc_context  # noqa: PLC0415 - costs 0.5 s

    with rc_context({"svg.hashsalt": "keepwell"}):  # the same is the same, to the byte
        _drawn(path, stage, found)


def _drawn(path: Path, stage: Stage, found: Sequence[Replayed]) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    cells = cells_drawn(stage, found)
    height = HIGH * max(len(cells), 1) + HEAD
    figure = Figure(figsize=(WIDE, height), dpi=DOTS, facecolor=CARD)
    panels = figure.subplots(max(len(cells), 1), 1, squeeze=False)[:, 0]
    for axes, cell in zip(panels, cells, strict=False):
        _panel(axes, stage, cell, found)
    if not cells:
        panels[0].set_axis_off()
    at = {"x": 0.01, "y": 1 - HEAD / 3 / height, "ha": "left", "va": "center"}
    figure.suptitle(_title(found), color=INK, size=11, parse_math=False, **at)
    figure.tight_layout(rect=(0, 0, 1, 1 - HEAD * 2 / 3 / height))
    try:
        figure.savefig(path, metadata=_bare(path))
    except OSError as error:
        raise WrongUse(f"cannot write {path}: {error.strerror}.", todo="Name another.") from error


def cells_drawn(stage: Stage, found: Sequence[Replayed]) -> tuple[Cell, ...]:
    """Return the cells that are drawn: those that alerted, else the first KPIs as a whole."""
    alerted = dict.fromkeys(_cell(told) for one in found for told in one.alerts)
    known = [cell for cell in alerted if cell in stage.past.histories]
    if known:
        return tuple(known[:MOST])
    grain = stage.periods[0].grain if stage.periods else None
    whole = (cell for cell in stage.past.histories if cell.segment_dimension == ALL)
    return tuple(cell for cell in whole if cell.grain is grain)[: MOST // 4]


def _cell(told: Told) -> Cell:
    return told.alert.lead.cell


def _panel(axes: Axes, stage: Stage, cell: Cell, found: Sequence[Replayed]) -> None:
    history = stage.past.histories[cell]
    heights = [
        float("nan") if one.value is None else float(one.value) for one in history.observations
    ]
    axes.plot(
        [day(period) for period in history.periods], heights, color=PAST, linewidth=1.4, zorder=2
    )
    for number, one in enumerate(found):
        mine = [told for told in one.alerts if _cell(told) == cell]
        _incidents(axes, mine, dict(zip(history.periods, heights, strict=True)), number)
    if stage.periods:
        axes.set_xlim(stage.periods[0].first_day.toordinal() - EPOCH, day(stage.periods[-1]) + 1)
    subject = Subjects([kpi_named(cell.kpi)], stage.currency).of(cell)
    _dressed(axes, cell, subject)


def _incidents(
    axes: Axes, alerts: Iterable[Told], heights: dict[Period, float], number: int
) -> None:
    """Shade each incident from its opening to its end, and mark its opening on the line."""
    colour = COLOURS[number % len(COLOURS)]
    filled = colour if number == 0 else CARD
    for one in alerts:
        until = one.episode.ended or one.episode.newest
        begins = one.opened.first_day.toordinal() - EPOCH
        axes.axvspan(begins, day(until) + 1, color=colour, alpha=0.10, linewidth=0, zorder=1)
        about = next((each for each in heights if each.key == one.alert.lead.period), one.opened)
        height = heights.get(about, float("nan"))
        look: dict[str, Any] = {"markersize": 7 + 3 * number, "markerfacecolor": filled}
        axes.plot([day(about)], [height], "o", color=colour, zorder=4 - number, **look)


def day(period: Period) -> int:
    """Return the last day of ``period`` as charts count days: from the beginning of 1970."""
    return period.end_day.toordinal() - 1 - EPOCH


def _dressed(axes: Axes, cell: Cell, subject: Subject | None) -> None:
    from matplotlib import dates, ticker  # noqa: PLC0415 - as above

    where = segment_name(cell.segment)
    title = clean(f"{kpi_named(cell.kpi).name}{f', {where}' if where else ''}", LETTERS)
    axes.set_title(title, loc="left", color=INK, size=9.5, parse_math=False)
    locator = dates.AutoDateLocator(maxticks=TICKS)  # type: ignore[no-untyped-call] # not typed
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.tick_params(colors=QUIET, labelsize=8, length=0)
    axes.locator_params(axis="y", nbins=4)
    if subject is not None:
        written = ticker.FuncFormatter(lambda value, _: amount(Decimal(f"{value:.6g}"), subject))
        axes.yaxis.set_major_formatter(written)
    axes.grid(axis="y", color=HAIR, linewidth=0.7)
    axes.margins(y=0.15)
    for side in axes.spines.values():
        side.set_visible(False)


def _title(found: Sequence[Replayed]) -> str:
    parts = (
        f"{'hollow' if number else 'filled'}: {one.name}, {len(one.alerts)}"
        for number, one in enumerate(found)
    )
    rest = len({_cell(told) for one in found for told in one.alerts}) - MOST
    more = f"; {rest} more places not drawn" if rest > 0 else ""
    return clean(f"Alerts the rules would have opened ({'; '.join(parts)}{more})", LETTERS * 2)


def _bare(path: Path) -> dict[str, None]:
    """Return what is left out of the file: who drew it and when, so that the same is the same."""
    return {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
