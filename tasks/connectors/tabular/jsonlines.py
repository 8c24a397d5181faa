"""JSON lines: one object a line, numbers kept exactly as they are written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tasks.connectors.tabular.rows import FileRows, NoRow, text_table, with_places

if TYPE_CHECKING:
    from tasks.connectors.tabular.decoding import Decoded

SHOWN = 200


def json_lines(decoded: Decoded, file: str) -> FileRows:
    """Return the rows of a file with one JSON object a line, all columns text.

    Lists are divided by bars, objects within objects stay JSON.
    """
    found: list[dict[str, object]] = []
    lines: list[int] = []
    no_rows: list[NoRow] = []
    for line, text in enumerate(decoded.text.split("\n"), 1):
        if text.strip():
            value = _object(text)
            if value is None:
                no_rows.append(NoRow(line, text[:SHOWN], "not a JSON object on one line"))
            else:
                found.append(value)
                lines.append(line)
    names = dict.fromkeys(name for row in found for name in row)
    columns = text_table({name: [as_text(row.get(name)) for row in found] for name in names})
    return FileRows(file, with_places(columns, file, lines), tuple(no_rows), decoded.odd_lines)


def _object(text: str) -> dict[str, object] | None:
    try:
        value = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def as_text(value: object) -> str | None:
    """Return a JSON value as the text a CSV file would have."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(as_text(one) or "" for one in value) or None
    return json.dumps(value, ensure_ascii=False)
