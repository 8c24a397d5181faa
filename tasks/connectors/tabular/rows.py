"""What comes out of one file: rows, the lines that are no rows, and how it was encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.facts.raw import FILE, LINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class NoRow:
    """A line that is not a row of its file: which, what it says, why it is none."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class FileRows:
    """The rows of one file, with _file and _line; a file of zero bytes has no other column."""

    file: str
    rows: pa.Table
    no_rows: tuple[NoRow, ...] = ()
    odd_lines: int = 0


def with_places(columns: pa.Table, file: str, lines: Sequence[int]) -> pa.Table:
    """Return ``columns`` with the file and the line of every row."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    places = pa.table(
        {
            FILE: pa.repeat(pa.scalar(file, pa.string()), len(lines)),
            LINE: pa.array(lines, pa.int64()),
        }
    )
    for name, values in zip(columns.schema.names, columns.columns, strict=True):
        free = name if name not in {FILE, LINE} else f"{name}_"
        places = places.append_column(free, values)
    return places


def text_table(columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """Return columns of text."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def distinct(names: Sequence[str]) -> list[str]:
    """Return column names, the empty and the repeated ones numbered."""
    found: list[str] = []
    for position, name in enumerate(names, 1):
        plain = name.strip() or f"column_{position}"
        found.append(plain if plain not in found else f"{plain}_{position}")
    return found
