"""What do the files in a folder look like? Files with the same header are one sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.connectors.tabular.reading import data_files, read
from tasks.connectors.tabular.written import unaccented
from tasks.errors import KeepwellError
from tasks.facts.raw import FILE, LINE

LOOKED_AT = 20_000  # rows of a sheet; more say nothing new about how it is written
Cells = tuple[str, ...]  # trimmed; blank is ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file, or several with the same header: their names, and what stands in each column."""

    files: tuple[str, ...]
    columns: Mapping[str, Cells]
    rows: int
    is_odd: bool = False  # it has lines that are no UTF-8

    @property
    def is_ascii(self) -> bool:
        """Say whether it reads the same in every encoding."""
        return all(all(map(str.isascii, cells)) for cells in self.columns.values())

    @property
    def name(self) -> str:
        """The files in words."""
        return ", ".join(self.files)

    def filled(self, column: str) -> Cells:
        """Return the cells of a column that hold something."""
        return tuple(cell for cell in self.columns[column] if cell)

    def has_utc(self, column: str) -> bool:
        """Say whether the header itself says that its times are UTC."""
        return "(utc)" in column.lower()


def sheets(folder: Path) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Return the sheets in ``folder``, and what cannot be read; raise ``SourceRejected``."""
    read_ones: dict[tuple[str, ...], list[Sheet]] = {}
    unreadable = []
    for path in data_files(folder):
        sheet = _sheet(path)
        if sheet is None:
            unreadable.append(path.name)
        else:
            read_ones.setdefault(tuple(sheet.columns), []).append(sheet)
    return tuple(map(_joined, read_ones.values())), tuple(unreadable)


def _sheet(path: Path) -> Sheet | None:
    try:
        file = read(path)
    except KeepwellError:
        return None
    rows = file.rows
    seen = rows.slice(0, LOOKED_AT)
    columns = {
        name: tuple("" if cell is None else str(cell).strip() for cell in seen[name].to_pylist())
        for name in rows.schema.names
        if name not in {FILE, LINE}
    }
    return Sheet((path.name,), columns, rows.num_rows, file.odd_lines > 0) if columns else None


def _joined(parts: list[Sheet]) -> Sheet:
    columns = {
        name: tuple(cell for part in parts for cell in part.columns[name])
        for name in parts[0].columns
    }
    files = tuple(file for part in parts for file in part.files)
    is_odd = any(part.is_odd for part in parts)
    return Sheet(files, columns, sum(part.rows for part in parts), is_odd)


def plain(header: str) -> str:
    """Return ``MRR ($)`` as ``mrr``, ``AccountName`` as ``account name``, ``für`` as ``fur``."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|__c$", " ", header)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", bare)
    return " ".join(re.sub(r"[\W_]+", " ", unaccented(words).lower()).split())


def words_of(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the different words in a column, in the order in which they come."""
    return tuple(dict.fromkeys(cell for cell in cells if cell))
