"""How are the cells of a sheet written? Told from the cells, where they tell it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tasks.connectors.tabular.written import SIGNS, as_currency

TOTALS = frozenset(
    {
        "total",
        "totals",
        "grand total",
        "sum",
        "subtotal",
        "summe",
        "gesamt",
        "gesamtsumme",
        "total:",
    }
)
LATEST_MONTH = 12
NO_CURRENCY = frozenset({"UTC", "MRR", "ARR", "ACV"})
_PARTS = re.compile(r"(\d{1,2})([./\- ])\s*(\d{1,2})[./\- ]\s*(?:\d{4}|\d{2})(?!\d)")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_COMMA_LAST = re.compile(r"\d,\d{1,2}(?!\d)|\d,\d{4,}|\.\d{3},|\d\.\d{3}\.\d{3}(?!\d)")
_POINT_LAST = re.compile(r"\d\.\d{1,2}(?!\d)|\d\.\d{4,}|,\d{3}\.|\d,\d{3},\d{3}(?!\d)")
_NEEDS_READING = re.compile(r"[^\d.+\-Ee]|,")

UNKNOWN = "unknown"


def dates_of(cells: Iterable[str]) -> str | None:
    """Return day_first, month_first, ``UNKNOWN``, or None where dates are written our way."""
    orders: Counter[str] = Counter()
    for cell in cells:
        if found := _PARTS.match(cell):
            first, second = int(found[1]), int(found[3])
            if first > LATEST_MONTH or found[2] == ".":
                orders["day_first"] += 1
            elif second > LATEST_MONTH:
                orders["month_first"] += 1
            else:
                orders[UNKNOWN] += 1
        elif cell[:1].isalpha() or re.match(r"\d{1,2}\.?[ \-][^\W\d]", cell):
            orders["named"] += 1
    for sure in ("day_first", "month_first", UNKNOWN):
        if orders[sure]:
            return sure
    return "day_first" if orders["named"] else None


def numbers_of(cells: Iterable[str]) -> str | None:
    """Return comma or point, or None where numbers are written our way."""
    written = [cell for cell in cells if not _PLAIN_NUMBER.fullmatch(cell) and _digits(cell)]
    every = [cell for cell in cells if _digits(cell)]
    comma = sum(1 for cell in every if _COMMA_LAST.search(cell))
    point = sum(1 for cell in every if _POINT_LAST.search(cell))
    if comma > point:
        return "comma"
    return "point" if written else None


def _digits(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def currencies_of(cells: Iterable[str]) -> Counter[str]:
    """Return how often each currency is named by a code or a sign."""
    found = Counter(as_currency(cell) for cell in cells)
    del found[""]
    return found


def currency_in(header: str) -> str:
    """Return the currency that a header names: ``MRR (€)``, ``Amount in USD``."""
    for sign, currency in SIGNS.items():
        if sign in header:
            return currency
    code = re.search(r"[(\[]\s*([A-Z]{3})\s*[)\]]|\bin ([A-Z]{3})\b", header)
    named = (code[1] or code[2]) if code else ""
    return "" if named in NO_CURRENCY else named


def totals_in(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the words with which rows of totals begin."""
    return tuple(dict.fromkeys(cell for cell in cells if cell.strip(" :").casefold() in TOTALS))
