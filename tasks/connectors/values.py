"""What does a value in an answer mean: an instant in any notation, an id, a list of tags?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]  # one object as its vendor sent it
Row = dict[str, str | None]  # one row under canonical names; what it lacks is None

MILLISECONDS = 10**11  # no epoch in seconds is that large before the year 5138
_EPOCH = re.compile(r"-?\d{9,14}(\.\d+)?")


def instant(value: object) -> datetime | None:
    """Return the UTC instant of ISO text in any of its forms or of an epoch; None for neither."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _epoch(float(value))
    text = str(value).strip()
    if _EPOCH.fullmatch(text):
        return _epoch(float(text))
    return _iso(text)


def _epoch(value: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(value / 1000 if abs(value) >= MILLISECONDS else value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def written(moment: datetime | None) -> str | None:
    """Return an instant the way the lake reads it, such as ``2026-02-02T15:00:00Z``."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def when(value: object) -> str | None:
    """Return a value that stands for an instant the way the lake reads it.

    What is not an instant stays as it is, so that it is refused where everybody can see it.
    """
    moment = instant(value)
    return plain(value) if moment is None else written(moment)


def plain(value: object) -> str | None:
    """Return a single value as text, 12.0 as ``12``; None for nothing, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value).strip() or None
    return None


def flag(value: object) -> str | None:
    """Return a yes or no as text, None where nobody said."""
    return plain(value) if isinstance(value, bool) else None


def several(value: object) -> tuple[str, ...]:
    """Return a list of words, whatever else came in its place as no words."""
    words = value if isinstance(value, list | tuple) else ()
    return tuple(word for one in words if (word := plain(one)) is not None)


def inside(value: object, *path: str) -> Any:  # noqa: ANN401 - whatever was put there
    """Return what stands at ``path`` inside nested objects; None where one of them is missing."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def whole(value: object) -> int | None:
    """Return a whole number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None
