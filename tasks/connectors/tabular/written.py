"""How do people write dates, amounts and currencies in sheets? Read here into the usual form.

What cannot be read is given back as it stands: the row is refused later, with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, tzinfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OTHER_MONTHS = {"maer": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12}
PIVOT = 70  # two digits from 70 on are of the last century
NOON = 12
MINUS = "\u2212"

_NUMBERS = re.compile(r"(\d{1,2})[./\- ]+(\d{1,2})[./\- ]+(\d{4}|\d{2})(?!\d)")
_DAY_NAME = re.compile(r"(\d{1,2})\.?[ \-]+([^\W\d]{3,})\.?,?[ \-]+(\d{4}|\d{2})(?!\d)")
_NAME_DAY = re.compile(r"([^\W\d]{3,})\.? +(\d{1,2}),? +(\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CLOCK = re.compile(
    r"[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)? ?([AaPp]\.?[Mm]\.?)? ?(Z|UTC|[+-]\d\d:?\d\d)?"
)
_POINT = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?|\d*(\.\d*)?")
_COMMA = re.compile(r"\d{1,3}(\.\d{3})+(,\d*)?|\d*(,\d*)?")
_BLANKS = re.compile(r"[\s\u00a0\u202f'\u2019]+")
_MONEY = re.compile(r"[€$£¥₹%]|\b[A-Za-z]{2,3}\b|kr\.?")
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": "USD"}
_CODE = re.compile(r"\b[A-Z]{3}\b")


def as_date(text: str, *, day_first: bool | None, zone: tzinfo | None = None) -> str:
    """Return ``3.4.26`` as ``2026-04-03``; a time of day is that of ``zone`` where one is given.

    Where ``day_first`` is None, only dates that can be read in one way are read.
    """
    text = text.strip()
    found = _date(text, day_first=day_first)
    if found is None:
        return text
    (year, month, day), rest = found
    try:
        at = datetime(year, month, day)  # noqa: DTZ001 - the zone is added below
    except ValueError:
        return text
    if not rest.strip():
        return f"{at:%Y-%m-%d}"
    return _with_clock(at, rest, zone) or text


def _date(text: str, *, day_first: bool | None) -> tuple[tuple[int, int, int], str] | None:
    """Return year, month and day, and what follows them."""
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
    elif day_first is not None and (found := _NUMBERS.match(text)):
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        day, month = (first, second) if day_first else (second, first)
    elif found := _DAY_NAME.match(text):
        day, month, year = int(found[1]), _month(found[2]), _year(found[3])
    elif found := _NAME_DAY.match(text):
        month, day, year = _month(found[1]), int(found[2]), _year(found[3])
    else:
        return None
    return (year, month, day), text[found.end() :]


def _year(written: str) -> int:
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004 - two digits or four
        return year
    return year + (1900 if year >= PIVOT else 2000)


def _month(name: str) -> int:
    plain = unaccented(name.lower())
    known = OTHER_MONTHS | {month: at for at, month in enumerate(MONTHS, 1)}
    return next((at for month, at in known.items() if plain.startswith(month)), 0)


def _with_clock(at: datetime, rest: str, zone: tzinfo | None) -> str | None:
    found = _CLOCK.fullmatch(rest.rstrip())
    if found is None:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()[:1]
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    try:
        when = at.replace(hour=hour, minute=int(found[2]), second=int(found[3] or 0))
    except ValueError:
        return None
    if found[5]:
        return f"{when.isoformat()}{found[5].replace('UTC', 'Z')}"
    return when.replace(tzinfo=zone).isoformat()


def as_number(text: str, *, comma: bool) -> str:
    """Return ``1.234,56 €`` as ``1234.56``, and ``(5)`` as ``-5``; ``comma`` parts the cents."""
    bare = _BLANKS.sub("", _MONEY.sub("", text.strip()))
    sign = "-" if bare[:1] in {"-", MINUS, "("} or bare[-1:] == "-" else ""
    bare = bare.strip(f"-{MINUS}()+")
    if not any(map(str.isdigit, bare)) or not (_COMMA if comma else _POINT).fullmatch(bare):
        return text.strip()
    thousands, cents = (".", ",") if comma else (",", ".")
    return sign + bare.replace(thousands, "").replace(cents, ".")


def as_currency(text: str) -> str:
    """Return the currency that a code or a sign in the text says; nothing where it says none."""
    code = _CODE.search(text.upper() if len(text.strip()) == 3 else text)  # noqa: PLR2004 - eur
    if code:
        return code[0]
    return next((currency for sign, currency in SIGNS.items() if sign in text), "")


def as_id(texts: tuple[str | None, ...]) -> str | None:
    """Return an id made of words: case, accents, signs and blanks make no difference."""
    words = "-".join(
        re.sub(r"[\W_]+", "-", unaccented(text.casefold())).strip("-") for text in texts if text
    )
    return words or None


def unaccented(text: str) -> str:
    """Return ``Zürich`` as ``Zurich``."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
