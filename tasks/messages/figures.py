"""How is a number written: money, percent, points, minutes, and the change from one to the next?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_compact_currency, format_currency, format_decimal

SAME = "unchanged"
UP, DOWN = "▲", "▼"
SPOKEN = {"seconds": "s", "days": "days", "months": "months", "ppm": "ppm"}
_STEPS = "▁▂▃▄▅▆▇"
_GAP = "·"
_UNGROUPED = re.compile(r"\d{4}")
_CURRENCY_LETTERS = 3
_WHOLE_MONEY_FROM = 100
_PERCENT_UP_TO = Decimal("0.25")
_HOURS_FROM = 120
_DAYS_FROM = 96 * 60
_FINE_PERCENT_BELOW = Decimal("0.001")
_PRECISE_BELOW = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """How one reader's numbers are written; ``currency`` is used where a unit says ``money``."""

    locale: str
    currency: str

    def value(self, value: Decimal, unit: str) -> str:
        """Return ``value`` with its unit: ``$412,300``, ``1.2 %``, ``42 min``, ``38``."""
        if is_money(unit):
            return self.money(value, unit)
        if unit == "ratio":
            return self.percent(value)
        if unit == "minutes":
            return self.duration(value)
        if unit in SPOKEN:
            return f"{self.number(value, 1)} {SPOKEN[unit]}"
        return self.number(value, _digits(value, unit))

    def money(self, value: Decimal, unit: str = "money") -> str:
        """Return an amount in ``unit`` (a currency code, or ``money`` for the company's own)."""
        code = self.currency if unit == "money" else unit
        whole = abs(value) >= _WHOLE_MONEY_FROM or value == value.to_integral_value()
        pattern = _whole_pattern(self.locale) if whole else None
        return format_currency(
            value, code, format=pattern, locale=_known(self.locale), currency_digits=not whole
        )

    def between(self, low: Decimal, high: Decimal, unit: str) -> str:
        """Return a range: ``$30 to $1,220``, ``38 % to 52 %``; money no finer than it is wide."""
        low, high = (_in_steps_of(end, high - low, unit) for end in (low, high))
        least, most = self.value(low, unit), self.value(high, unit)
        return least if least == most else f"{least} to {most}"

    def side(self, value: Decimal, low: Decimal, high: Decimal, unit: str) -> str:
        """Return ``above`` or ``below`` a range; nothing inside of it, or where it reads so."""
        seen, least, most = (
            self.value(_in_steps_of(each, high - low, unit), unit) for each in (value, low, high)
        )
        if value > high and seen != most:
            return "above"
        return "below" if value < low and seen != least else ""

    def tick(self, value: Decimal, unit: str) -> str:
        """Return a value short enough for the axis of a chart: ``$420K``, ``2 %``."""
        if not is_money(unit):
            return self.value(value, unit)
        code = self.currency if unit == "money" else unit
        brief = format_compact_currency(value, code, locale=_known(self.locale), fraction_digits=1)
        return self.money(value, unit) if _UNGROUPED.search(brief) else brief  # German has no K

    def percent(self, ratio: Decimal) -> str:
        """Return a ratio as percent, with one digit where there is something to show."""
        digits = 2 if 0 < abs(ratio) < _FINE_PERCENT_BELOW else 1
        return f"{self.number(ratio * 100, digits)} %"

    def duration(self, minutes: Decimal) -> str:
        """Return minutes as ``42 min``, ``3.2 h`` or ``5.5 days``, whichever reads best."""
        if abs(minutes) < _HOURS_FROM:
            return f"{self.number(minutes, 0)} min"
        if abs(minutes) < _DAYS_FROM:
            return f"{self.number(minutes / 60, 1)} h"
        return f"{self.number(minutes / 1440, 1)} days"

    def number(self, value: Decimal, digits: int) -> str:
        """Return a number with at most ``digits`` decimals, grouped as the reader's people do."""
        rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        return format_decimal(rounded + 0, locale=_known(self.locale))

    def change(self, now: Decimal, before: Decimal, unit: str) -> str:
        """Return the change with its sign: ``▲ 1.2 pt``, ``▼ 8 min``, ``unchanged``."""
        size = self._size(abs(now - before), before, unit)
        if size is None:
            return SAME
        return f"{UP if now > before else DOWN} {size}"

    def _size(self, size: Decimal, before: Decimal, unit: str) -> str | None:
        written, zero = self._written(size, before, unit), self._written(Decimal(0), before, unit)
        return None if written == zero else written

    def _written(self, size: Decimal, before: Decimal, unit: str) -> str:
        if unit == "ratio":
            return f"{self.number(size * 100, 1)} pt"
        is_relative = unit == "x" or (is_money(unit) and size < abs(before) * _PERCENT_UP_TO)
        if is_relative and before:
            return self.percent(size / abs(before))
        return self.value(size, unit)

    def signed(self, value: Decimal, unit: str) -> str:
        """Return a contribution with plus or minus: ``+4.8``, ``-$1,700``, ``-0.4 pt``."""
        size = self._contributed(abs(value), unit)
        if size == self._contributed(Decimal(0), unit):
            return size
        return f"{'+' if value > 0 else '-'}{size}"

    def _contributed(self, size: Decimal, unit: str) -> str:
        if unit == "ratio":
            return f"{self.number(size * 100, 1)} pt"
        return self.number(size, 1) if unit == "count" else self.value(size, unit)


def _in_steps_of(amount: Decimal, width: Decimal, unit: str) -> Decimal:
    """Return an amount of money no finer than a range is wide; others as they are."""
    if not is_money(unit) or width < _WHOLE_MONEY_FROM:
        return amount
    step = Decimal(1).scaleb(width.adjusted() - 2)
    return (amount / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step


def is_money(unit: str) -> bool:
    """Return whether a unit is an amount: ``money``, or a currency code such as ``USD``."""
    return unit == "money" or (len(unit) == _CURRENCY_LETTERS and unit.isupper())


def sparkline(values: tuple[Decimal | None, ...]) -> str:
    """Return a history as one character per period; a missing one is a dot, never a zero."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    return "".join(_step(value, low, high) for value in values)


def _step(value: Decimal | None, low: Decimal, high: Decimal) -> str:
    if value is None:
        return _GAP
    if high == low:
        return _STEPS[len(_STEPS) // 2]
    return _STEPS[round((value - low) / (high - low) * (len(_STEPS) - 1))]


def _digits(value: Decimal, unit: str) -> int:
    if unit in {"count", "points"}:
        return 0
    return 2 if unit == "x" and abs(value) < _PRECISE_BELOW else 1


@cache
def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")  # a mistyped locale must not cost anyone the digest


@cache
def _whole_pattern(locale: str) -> str:
    return str(_known(locale).currency_formats["standard"].pattern).replace("0.00", "0")
