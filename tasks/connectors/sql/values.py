"""What a database gives as text that goes into a page, and what a cursor keeps of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def as_text(value: object, zone: ZoneInfo | None) -> str | None:
    """Return a value as text, None for none; a time without a zone is of ``zone``, if given."""
    if isinstance(value, datetime):
        return _placed(value, zone).isoformat()
    if isinstance(value, list | tuple | set):
        return "|".join(text for text in (as_text(one, zone) for one in value) if text)
    return None if value is None else _plainly(value)


def _plainly(value: object) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if value.is_finite() else None
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", "replace")
        case dict():
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)


def as_moment(value: object, zone: ZoneInfo | None) -> object:
    """Return a time that stands there as text as a time; anything else as it is."""
    if zone is None or not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _placed(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None and zone else moment


_READ: Mapping[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "int": int,
    "float": float,
    "UUID": UUID,
    "str": str,
    "bytes": bytes.fromhex,
}


def kept(value: object) -> list[str] | None:
    """Return a value as a cursor keeps it: its kind and its text. Raise TypeError for another."""
    if value is None:
        return None
    kind = next((one for one in type(value).__mro__ if one.__name__ in _READ), None)
    if kind is None:
        raise TypeError(f"a cursor cannot be of {type(value).__name__}")
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, datetime | date):
        return [kind.__name__, value.isoformat()]
    return [kind.__name__, value.hex() if isinstance(value, bytes) else str(value)]


def read(told: list[str] | None) -> Any:  # noqa: ANN401 - as it was
    """Return what ``kept`` has kept."""
    return None if told is None else _READ[told[0]](told[1])


def before(value: Any, overlap: timedelta) -> Any:  # noqa: ANN401 - what a column holds
    """Return what lies ``overlap`` before a value: a time, or a number that counts no time.

    A number steps back by a thousand: ids are given before they are committed, too.
    """
    if isinstance(value, datetime):
        return value - overlap
    if isinstance(value, date):
        return value - max(overlap, DAY)
    if isinstance(value, int):
        return value - 1000 if overlap else value
    return _text_before(value, overlap) if isinstance(value, str) else value


def _text_before(text: str, overlap: timedelta) -> str:
    """Return an earlier time as the same kind of text; other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) <= len("2026-01-01"):
        return (moment - max(overlap, DAY)).date().isoformat()
    # Without what may follow the seconds: the shorter text sorts before.
    return (moment - overlap).replace(tzinfo=None, microsecond=0).isoformat(sep=text[10])
