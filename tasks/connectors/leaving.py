"""What may nobody keep? The fields that were named, wherever in a row they stand.

They are dropped before a page is landed, so no file, index or table ever has them; the answer they
came in is then not landed as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tasks.connectors.streams import Page


def without(page: Page, names: tuple[str, ...]) -> Page:
    """Return the page without the fields of these names, at any depth."""
    if not names:
        return page
    left_out = frozenset(names)
    rows = tuple(_object(row, left_out) for row in page.rows)
    return replace(page, rows=rows, body=None)


def _object(row: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: _value(value, names) for name, value in row.items() if name not in names}


def _value(value: Any, names: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return _object(value, names)
    return [_value(one, names) for one in value] if isinstance(value, list) else value
