"""How foreign columns become ours: by name, by mapping, by translating words."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tasks.errors import MappingInvalid, suggest
from tasks.facts.columns import facts_of
from tasks.facts.raw import FILE, LINE
from tasks.model import DataNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa
    from sqlalchemy import Table


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the value of one canonical column comes from.

    The foreign column ``column``, its words translated by ``words`` where they are listed there;
    ``constant`` where that is empty, or, without a column, in every row.
    """

    column: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    constant: str | None = None


def mapped(rows: pa.Table, columns: Mapping[str, Taken], table: Table, *, where: str) -> pa.Table:
    """Return ``rows`` under canonical names; columns not in ``columns`` are found by their name.

    Raise ``MappingInvalid`` with every column that is missing. ``where`` is the file in words.
    """
    there = {plain(name): name for name in rows.schema.names}
    wanted = {column.name: _taken(column.name, columns, there) for column in table.columns}
    _complain(columns, wanted, table, rows.schema.names, where)
    import pyarrow as pa  # noqa: PLC0415 - heavy

    found = {
        name: _values(rows, taken, there) for name, taken in wanted.items() if taken is not None
    }
    return pa.table({**found, FILE: rows[FILE], LINE: rows[LINE]})


def plain(name: str) -> str:
    """Return a column name as it is compared: ``Customer ID`` and ``customer_id`` are one."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def unused_columns(rows: pa.Table, table: Table, *, source: str, where: str) -> Iterable[DataNote]:
    """Yield a note per column of a canonical file that is none of ours."""
    ours = [column.name for column in table.columns]
    for name in rows.schema.names:
        if plain(name) not in ours and name not in {FILE, LINE}:
            meant = get_close_matches(plain(name), ours, n=1, cutoff=0.6)
            hint = f"; did you mean '{meant[0]}'?" if meant else "."
            text = f"{where}: column '{name}' is not used{hint}"
            yield DataNote("unknown_column", source, text, rows.num_rows, table.name)


def _taken(name: str, columns: Mapping[str, Taken], there: Mapping[str, str]) -> Taken | None:
    return columns.get(name) or (Taken(there[name]) if name in there else None)


def _complain(
    columns: Mapping[str, Taken],
    wanted: Mapping[str, Taken | None],
    table: Table,
    names: Iterable[str],
    where: str,
) -> None:
    """Raise ``MappingInvalid`` where a column is missing, or mapped from one that is."""
    there = {plain(name): name for name in names if name not in {FILE, LINE}}
    gone = [
        f"there is no column '{taken.column}' for {name} ({suggest(taken.column, there.values())})"
        for name, taken in columns.items()
        if taken.column is not None and plain(taken.column) not in there
    ]
    missing = [name for name, taken in wanted.items() if taken is None and _needed(table, name)]
    if missing:
        gone.append(f"{_columns(missing)} missing ({_have(there.values())})")
    if gone:
        raise MappingInvalid(
            f"{table.name} is not loaded: {'; '.join(gone)}.",
            where=f"Look at {where}.",
            todo="Add the column, or map it under 'tables' in the configuration.",
        )


def _needed(table: Table, name: str) -> bool:
    return facts_of(table.columns[name]).required


def _columns(names: list[str]) -> str:
    noun = "the required column" if len(names) == 1 else "the required columns"
    return f"{noun} {', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _have(names: Iterable[str]) -> str:
    return f"the file has {', '.join(names) or 'no columns'}"


def _values(rows: pa.Table, taken: Taken, there: Mapping[str, str]) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    if taken.column is None:
        return pa.chunked_array([pa.repeat(pa.scalar(taken.constant, pa.string()), rows.num_rows)])
    values = rows[there[plain(taken.column)]]
    if taken.words:
        text = values.cast(pa.string())
        words = pa.array(taken.words.values(), pa.string())
        at = pc.index_in(pc.utf8_trim_whitespace(text), pa.array(taken.words, pa.string()))
        values = pc.coalesce(pc.take(words, at), text)
    if taken.constant is not None:
        values = pc.fill_null(values.cast(pa.string()), taken.constant)
    return values
