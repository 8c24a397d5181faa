"""Which alerts would a history in a CSV file have raised? One row in, one verdict by its own time.

The file has a row for every published version of every observation; only the first look at a
period counts, as it is all that could be known when it was judged. No configuration is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tasks.alerts.replay import Opening, Past, openings
from tasks.calendar import Calendar
from tasks.errors import UnknownName, WrongUse
from tasks.model import Cell, Family, Grain, Period, Severity
from tasks.rules.panel import Panel
from tasks.rules.seasons import MARGIN
from tasks.rules.spike import BUDGET, Sensitivity

if TYPE_CHECKING:
    from tasks.rules.history import Floats

NUMBERS = ("value", "numerator", "denominator", "n", "stddev")
NAMES = ("kpi", "segment", "family", "grain", "bad")
DATES = ("period_start", "as_of")
UNKNOWN = ("NaN", "nan", "NA", "N/A", "null", "NULL", "None")
STOCK = "stock"
FAMILIES = {
    "proportion": Family.BINOMIAL,
    "mean": Family.MEAN_BOUNDED,
    "count": Family.COUNT_RATE,
    "ratio": Family.RATIO_OF_SUMS,
    "sum": Family.SUM_HEAVY,
    "quantile": Family.QUANTILE,
    STOCK: Family.SUM_HEAVY,
}
WRITTEN = (
    "kpi",
    "segment",
    "period_start",
    "severity",
    "direction",
    "chance",
    "window",
)
FIRST_ORDINAL = 719_163  # of 1 January 1970, from which numpy counts days
MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
ON_TIME = 3  # periods within which siblings are learned from, for grains that have no seasons


@dataclass(frozen=True, slots=True)
class Written:
    """How much came of it: alerts that would have been sent, and good news beside them."""

    alerts: int
    good: int


def backtest_history(history: Path, out: Path) -> Written:
    """Judge the observations in ``history`` and write one row an opening to ``out``.

    Raises ``WrongUse`` where a column is missing, ``UnknownName`` for a family or grain nobody
    knows.
    """
    found = verdicts(read(history))
    found.to_csv(out, index=False)
    is_good = found["severity"] == Severity.INFO
    return Written(int((~is_good).sum()), int(is_good.sum()))


def read(history: Path) -> pd.DataFrame:
    """Return the file's rows; raise ``WrongUse`` where it can't be read as a history."""
    types = dict.fromkeys((*NAMES, *DATES), "str") | dict.fromkeys(NUMBERS, "float64")
    marks = ("", *UNKNOWN)  # only here: a segment may be called NA
    unknown = dict.fromkeys((*NUMBERS, *DATES), marks)
    try:
        rows = pd.read_csv(history, dtype=types, keep_default_na=False, na_values=unknown)
        _check(rows)
        rows["period_start"] = rows["period_start"].str[:10]  # a day, wherever it is midnight
        for name in DATES:
            days = pd.to_datetime(rows[name], format="ISO8601", utc=True)
            rows[name] = days.dt.tz_localize(None)
    except FileNotFoundError:
        raise WrongUse(
            f"There is no file {history};", todo="give the path of a CSV file."
        ) from None
    except ValueError as reason:
        what = str(reason).strip().partition(". You might")[0]
        raise WrongUse(
            "The history can't be read:", where=f"{history}: {what};", todo=_columns()
        ) from reason
    return rows


def _columns() -> str:
    return f"it needs the columns {', '.join((*NAMES, *DATES, *NUMBERS))}."


def verdicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for every opening: critical and warning are bad news, info is good news."""
    _check(rows)
    rows = rows.assign(**rows[list(NUMBERS)].where(np.isfinite(rows[list(NUMBERS)])))
    budget = BUDGET[Sensitivity.NORMAL]
    made = []
    for (family, grain, bad), some in first_looks(rows).groupby(["family", "grain", "bad"]):
        past = past_of(some, (str(family), Grain(str(grain)), str(bad)))
        made += [_row(each, str(bad)) for each in openings(past, budget)]
    return pd.DataFrame(made, columns=list(WRITTEN))


def _row(opening: Opening, bad: str) -> tuple[object, ...]:
    is_good = opening.direction not in {bad, "data"}
    return (
        opening.cell.kpi,
        opening.cell.segment,
        opening.period.first_day.isoformat(),
        (Severity.INFO if is_good else opening.severity).value,
        opening.direction,
        opening.chance,
        opening.window,
    )


def _check(rows: pd.DataFrame) -> None:
    missing = [name for name in (*NAMES, *DATES, *NUMBERS) if name not in rows]
    if missing:
        raise WrongUse(f"The history has no column {missing[0]};", todo=_columns())
    for column, known in (("family", FAMILIES), ("grain", [*Grain]), ("bad", ("up", "down"))):
        for name in rows[column].dropna().unique():
            if name not in known:
                raise UnknownName(column, str(name), [str(each) for each in known])


def first_looks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the first version of every observation, those left out that came too late to count.

    A period that became known after a later one of its cell was judged by nobody; one that came
    long after its siblings' can't have taught them anything.
    """
    cell = ["kpi", "segment"]
    known = rows.dropna(subset=[*DATES, *cell, "family", "grain", "bad"])
    known = known[known["as_of"] >= known["period_start"]]
    known = known.sort_values(["as_of", "period_start"], kind="stable", ignore_index=True)
    known = known.drop_duplicates([*cell, "grain", "period_start"])
    places = pd.Series(0, index=known.index)
    for grain, some in known.groupby("grain"):
        places[some.index] = positions(some["period_start"], Grain(str(grain)))
    known = known.assign(place=places)
    margin = (
        known["grain"].map({str(each): MARGIN.get(each, ON_TIME) for each in Grain}).astype(float)
    )
    newest_own = known.groupby([*cell, "grain"], sort=False)["place"].cummax()
    newest = known.groupby(["kpi", "grain"], sort=False)["place"].cummax()
    return known[(known["place"] >= newest_own) & (known["place"] >= newest - margin)]


def positions(days: pd.Series[pd.Timestamp], grain: Grain) -> pd.Series[int]:
    """Return for each day the number of its period; see ``tasks.rules.history.position``."""
    if grain in MONTHS:
        return (days.dt.year * 12 + days.dt.month - 1) // MONTHS[grain]
    ordinals = days.to_numpy().astype("datetime64[D]").astype(np.int64) + FIRST_ORDINAL
    return pd.Series(ordinals // 7 if grain is Grain.WEEK else ordinals, index=days.index)


def past_of(rows: pd.DataFrame, kind: tuple[str, Grain, str]) -> Past:
    """Return the cells of one family, grain and bad side next to each other."""
    family, grain, bad = kind
    keys = pd.MultiIndex.from_frame(rows[["kpi", "segment"]])
    row, names = pd.factorize(keys, sort=True)
    kpi = pd.factorize(names.get_level_values(0))[0]
    first = int(rows["place"].min())
    column = rows["place"].to_numpy() - first
    shape = (len(names), int(column.max()) + 1)

    def spread(name: str) -> Floats:
        cells = np.full(shape, np.nan)
        cells[row, column] = rows[name].to_numpy(dtype=np.float64)
        return cells

    value, above, below, sizes, deviations = (spread(name) for name in NUMBERS)
    panel = Panel(
        grain,
        FAMILIES[family],
        family == STOCK,
        first,
        kpi,
        above,
        below,
        value,
        sizes,
        deviations,
    )
    cells = [Cell(str(kpi), "default", grain, "segment", str(segment)) for kpi, segment in names]
    starts = rows.drop_duplicates("place")["period_start"]
    return Past(panel, bad, cells, tuple(_periods(starts.min().date(), grain, shape[1])))


def _periods(first: date, grain: Grain, count: int) -> Iterator[Period]:
    calendar = Calendar(week_start=first.weekday() if grain is Grain.WEEK else 0)
    period = calendar.containing(grain, first)
    for back in range(count):
        yield calendar.following(period, back)
