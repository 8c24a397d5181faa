"""How stored values look outside: exact numbers, CSV that no spreadsheet runs, tables, JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

from tasks.calendar import zone_named
from tasks.model import ALL, Observation

COLUMNS = (
    "kpi",
    "variant",
    "grain",
    "period",
    "segment_dimension",
    "segment",
    "value",
    "numerator",
    "denominator",
    "n",
    "unit",
    "status",
    "null_reason",
    "as_of",
    "recorded_at",
    "definition_version",
)
SHOWN = ("kpi", "variant", "period", "segment", "value", "numerator", "denominator", "n", "status")
_NOTHING: Mapping[Observation, Observation] = MappingProxyType({})
HARMLESS = dict.fromkeys({*range(32), 127} - {10}, " ")  # what a name could do to a screen
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run when it opens the file


def exact(number: Decimal | None) -> str:
    """Return a number without an exponent and without idle zeros; empty for None."""
    if number is None:
        return ""
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def instant(at: datetime | None) -> str:
    """Return an instant as ``2026-03-01T05:00:00Z``; empty for None."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def defused(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and does not calculate it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def row(one: Observation) -> dict[str, str]:
    """Return an observation as the columns of `keepwell values`."""
    cells: dict[str, object] = {
        "kpi": one.kpi,
        "variant": one.variant,
        "grain": one.grain,
        "period": one.period,
        "segment_dimension": one.segment_dimension,
        "segment": one.segment,
        "value": exact(one.value),
        "numerator": exact(one.numerator),
        "denominator": exact(one.denominator),
        "n": "" if one.n is None else one.n,
        "unit": one.unit,
        "status": one.status,
        "null_reason": one.null_reason or "",
        "as_of": instant(one.as_of),
        "recorded_at": instant(one.recorded_at),
        "definition_version": one.definition_version,
    }
    return {name: str(cell) for name, cell in cells.items()}


def as_csv(observations: Iterable[Observation]) -> str:
    """Return the observations as CSV with a header; only names people chose are defused."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in observations:
        cells = row(one)
        writer.writerow({**cells, "segment": defused(cells["segment"])})
    return out.getvalue()


def as_records(observations: Iterable[Observation]) -> list[dict[str, str | int | None]]:
    """Return the observations for JSON: exact numbers as text, nothing as null."""
    return [_record(row(one), one) for one in observations]


def _record(cells: dict[str, str], one: Observation) -> dict[str, str | int | None]:
    numbers = {"n": one.n, "definition_version": one.definition_version}
    return {**{name: cell or None for name, cell in cells.items()}, **numbers}


def as_table(
    observations: Iterable[Observation],
    was: Mapping[Observation, Observation] = _NOTHING,
    timezone: str = "UTC",
) -> str:
    """Return the observations as a table for a terminal; values to four digits.

    Beside a value that took the place of another stands what it ``was`` until which local day.
    """
    rows = [[*_line(one), _replaced(one, was.get(one), timezone)] for one in observations]
    columns = (*SHOWN, "")
    return text_table(columns, rows, right=("value", "numerator", "denominator", "n"))


def _replaced(one: Observation, old: Observation | None, timezone: str) -> str:
    """Return ``was 1204 -> 1207 on 2026-12-03`` where it took the place of ``old``."""
    if old is None or one.recorded_at is None:
        return ""
    then, now = (each.null_reason or _short(each.value) for each in (old, one))
    if then == now:  # the parts changed and the value did not
        then, now = (f"{_short(each.numerator)}/{_short(each.denominator)}" for each in (old, one))
    day = one.recorded_at.astimezone(zone_named(timezone)).date()
    return f"was {then} -> {now} on {day}"


def _line(one: Observation) -> list[str]:
    cells = row(one)
    overall = one.segment_dimension == ALL
    segment = ALL if overall else f"{one.segment_dimension}={one.segment}"
    value = cells["null_reason"] or _short(one.value)
    parts = [_short(one.numerator), _short(one.denominator)]
    return [one.kpi, one.variant, one.period, segment, value, *parts, cells["n"], cells["status"]]


def _short(number: Decimal | None) -> str:
    return exact(round(number, 4)) if number is not None else ""


def text_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
) -> str:
    """Return rows below their column names, each column as wide as its widest cell."""
    wide = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    lines = [columns, *rows]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(columns, line, wide, strict=True)
        ).rstrip()
        for line in lines
    )
