"""Which of our own tables is a file? Told by its name and by its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from tasks.connectors.tabular.reading import stem_and_kind
from tasks.facts import FACTS
from tasks.facts.columns import facts_of

ALIKE = 0.8  # how alike two names must be, of 1
ENOUGH = 0.6  # the share of required columns that a file must have to be that table


@dataclass(frozen=True, slots=True)
class Guess:
    """One file, the table it probably is, and its names for our columns."""

    table: str
    file: str
    columns: Mapping[str, str]
    missing: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the file needs no mapping: it has our name and our columns."""
        is_named = stem_and_kind(Path(self.file))[0].lower() == self.table
        return is_named and all(ours == theirs for ours, theirs in self.columns.items())


def guess_at(file: str, header: Sequence[str]) -> Guess | None:
    """Return which table a file is, by its name or its columns; None where it is none of ours."""
    stem = _plain(stem_and_kind(Path(file))[0])
    named = _table_called(stem)
    if named and _coverage(named, header) >= ENOUGH:
        return _mapped(named, file, header)
    fitting = [name for name in FACTS if _coverage(name, header) >= ENOUGH]
    if not fitting:
        return None
    # the table that explains most of the file: small tables fit into nearly every file
    return _mapped(max(fitting, key=lambda name: len(_columns(name, header))), file, header)


def _table_called(stem: str) -> str | None:
    """Return the table whose name is in ``stem``, or nearly is the whole of it."""
    inside = [name for name in FACTS if f"_{name}_" in f"_{stem}_"]
    close = get_close_matches(stem, FACTS, n=1, cutoff=ALIKE)
    return max(inside, key=len) if inside else next(iter(close), None)


def _coverage(table: str, header: Sequence[str]) -> float:
    wanted = _required(table)
    found = set(_columns(table, header))
    return len(found & set(wanted)) / len(wanted) if wanted else 0.0


def _mapped(table: str, file: str, header: Sequence[str]) -> Guess:
    columns = _columns(table, header)
    missing = tuple(name for name in _required(table) if name not in columns)
    return Guess(table, file, columns, missing)


def _required(table: str) -> tuple[str, ...]:
    return tuple(one.name for one in FACTS[table].columns if facts_of(one).required)


def _columns(table: str, header: Iterable[str]) -> dict[str, str]:
    """Return their name for each of our columns: the same once written our way, or nearly."""
    theirs = {_plain(name): name for name in header}
    names = [column.name for column in FACTS[table].columns]
    found = {ours: theirs.pop(ours) for ours in names if ours in theirs}
    for ours in names:
        if ours not in found and (close := get_close_matches(ours, theirs, n=1, cutoff=ALIKE)):
            found[ours] = theirs.pop(close[0])
    return found


def _plain(name: str) -> str:
    """Return ``Customer ID`` as ``customer_id`` and ``customerId`` as well."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
