"""The gross margin: the share of revenue that is left, and how variants are named after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

USUAL = "80"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_HUNDRED = Decimal(100)


def percent(settings: Mapping[str, Any]) -> str:
    """Return the margin that is set in per cent, as names have it: 0.8 is ``80``."""
    margin = Decimal(settings.get("gross_margin", Decimal(USUAL) / _HUNDRED))
    return f"{(margin * _HUNDRED).normalize():f}"


def margin_of(text: str) -> Fraction:
    """Return the margin with which a name such as ``80`` or ``80_net_of_cac`` begins.

    A name that begins with no number is never computed; it has the usual margin.
    """
    found = _NUMBER.match(text)
    return Fraction(found.group() if found else USUAL) / 100
