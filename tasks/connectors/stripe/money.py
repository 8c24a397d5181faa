"""How much is an amount of Stripe's? It counts in the smallest units of a currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

# Currencies without small change. UGX and ISK have none either, but Stripe writes them with two
# digits all the same.
WHOLE = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905 - legible
)
THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
SIX_DIGITS = Decimal("0.000001")  # what the lake keeps of a price


def currency_of(value: object) -> str:
    """Return a currency the way everybody writes it."""
    return str(value or "").upper()


def amount(minor: object, currency: str) -> Decimal | None:
    """Return an amount in whole units of its currency; None where there is none."""
    if minor is None or isinstance(minor, bool):
        return None
    try:
        number = Decimal(str(minor))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return number.scaleb(-_digits(currency))


def _digits(currency: str) -> int:
    if currency in WHOLE:
        return 0
    return 3 if currency in THREE else 2


def text(number: Decimal | None) -> str | None:
    """Return a number as text, without zeros that say nothing."""
    return None if number is None else f"{number.normalize():f}"
