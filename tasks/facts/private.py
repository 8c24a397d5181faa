"""What of people never gets into the lake: what is dropped, what is too old, who is forgotten.

The rows of a forgotten customer stay, or every sum they are part of would come out differently.
They stand under a made-up name, which is the same each time, and without a word that people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tasks.config.privacy import PERSONAL, Privacy
from tasks.facts import FACTS
from tasks.facts.columns import about, facts_of

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Table

    from tasks.facts.folding import Folded, FoldedTable
    from tasks.facts.load import Quarantined

CUSTOMER = ("customers", "customer_id")
ID, PERSON, NAME = "id", "person", "name"  # the kinds of what a customer is called
STANDS_FOR = Callable[[str, str], "str | None"]  # kind, value -> the pseudonym of whom it names


def nobody(kind: str, value: str) -> None:
    """Return None: nobody was forgotten."""


@dataclass(frozen=True, slots=True)
class Discretion:
    """What must not get into the lake, as things stand ``now`` (aware UTC)."""

    privacy: Privacy
    now: datetime
    stands_for: STANDS_FOR = field(default=nobody)

    def fold(self, folded: Folded) -> Folded:
        """Return a load without what must not be kept."""
        tables = {name: self._table(table) for name, table in folded.tables.items()}
        refused = tuple(self.refused(one) for one in folded.raw_refused)
        return replace(folded, tables=tables, raw_refused=refused)

    def rows(self, table: str, rows: pa.Table) -> pa.Table:
        """Return rows of a canonical table without what must not be kept."""
        rows = cleared(rows, self.privacy.drop.get(table, ()))
        rows = self._aged(table, rows)
        return rows if self.stands_for is nobody else renamed(table, rows, self.stands_for)

    def refused(self, row: Quarantined) -> Quarantined:
        """Return a row in quarantine without what must not be kept."""
        if row.column in self.privacy.drop.get(row.table, ()):
            row = replace(row, value="")
        if name := self.stands_for(ID, row.value):
            row = replace(row, value=name)
        if name := self.stands_for(ID, row.key):
            row = replace(row, key=name)
        return row

    def _table(self, table: FoldedTable) -> FoldedTable:
        beside = None
        if table.kept is not None:
            beside = self.rows("refused_answers", table.kept)
        return replace(
            table,
            rows=self.rows(table.table, table.rows),
            quarantined=tuple(self.refused(one) for one in table.quarantined),
            kept=beside,
        )

    def _aged(self, table: str, rows: pa.Table) -> pa.Table:
        time = about(FACTS[table]).time
        for column, length in self.privacy.aging(table).items():
            if time is not None:
                rows = _without_old(rows, column, time, self.now - length)
        return rows


def cleared(rows: pa.Table, columns: Iterable[str]) -> pa.Table:
    """Return ``rows`` with nothing in ``columns``."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    for column in columns:
        at = rows.schema.get_field_index(column)
        if at >= 0:
            kind = rows.schema.field(at)
            rows = rows.set_column(at, kind, pa.nulls(rows.num_rows, kind.type))
    return rows


def renamed(table: str, rows: pa.Table, stands_for: STANDS_FOR) -> pa.Table:
    """Return ``rows`` with every forgotten customer under its pseudonym, and without its words."""
    of_customers = [name for name in customer_columns(FACTS[table]) if name in rows.schema.names]
    names = {
        value: name
        for column in of_customers
        for value in rows[column].unique().to_pylist()
        if value and (name := stands_for(ID, value))
    }
    rows = _people_renamed(table, rows, stands_for)
    if not names:
        return rows
    theirs = _theirs(rows, of_customers[:1], names)
    for column in of_customers:
        rows = _renamed_in(rows, column, names)
    rows = _with_theirs(rows, (*PERSONAL.get(table, ()), "external_ids"), theirs, lambda _: None)
    if table == CUSTOMER[0]:
        rows = _named_like_their_ids(rows, theirs)
    keys = [name for name in _texts(FACTS[table]) if name not in of_customers]
    inside = words(names)
    return _with_theirs(rows, keys, theirs, lambda text: inside.sub(lambda m: names[m[0]], text))


def customer_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that name customers, whose row it is first."""
    found = [
        column.name
        for column in table.columns
        if facts_of(column).references == CUSTOMER or column.name == CUSTOMER[1]
    ]
    return tuple(sorted(found, key=lambda name: name != CUSTOMER[1]))


def words(literals: Collection[str]) -> re.Pattern[str]:
    """Return what finds any of ``literals`` where it stands as a word of its own."""
    longest_first = sorted(literals, key=len, reverse=True)
    return re.compile(rf"(?<![\w])(?:{'|'.join(map(re.escape, longest_first))})(?![\w])")


def _people_renamed(table: str, rows: pa.Table, stands_for: STANDS_FOR) -> pa.Table:
    """Return the rows with ids that are the address of somebody forgotten replaced."""
    for column in _texts(FACTS[table]):
        if not column.endswith("_id") or column not in rows.schema.names:
            continue
        addresses = [one for one in rows[column].unique().to_pylist() if one and "@" in one]
        names = {one: name for one in addresses if (name := stands_for(PERSON, one))}
        if names:
            rows = _renamed_in(rows, column, names)
    return rows


def _texts(table: Table) -> list[str]:
    """Return the columns of words and ids, but for those whose words are a choice."""
    return [
        column.name
        for column in table.columns
        if facts_of(column).kind == "text" and not facts_of(column).values
    ]


def _theirs(rows: pa.Table, columns: Iterable[str], names: Mapping[str, str]) -> list[bool]:
    theirs = [False] * rows.num_rows
    for column in columns:
        for at, value in enumerate(rows[column].to_pylist()):
            theirs[at] = theirs[at] or value in names
    return theirs


def _named_like_their_ids(customers: pa.Table, theirs: list[bool]) -> pa.Table:
    ids, names = customers["customer_id"].to_pylist(), customers["name"].to_pylist()
    shown = [one if mine else name for one, name, mine in zip(ids, names, theirs, strict=True)]
    return _put(customers, "name", shown)


def _renamed_in(rows: pa.Table, column: str, names: Mapping[str, str]) -> pa.Table:
    return _put(rows, column, [names.get(value, value) for value in rows[column].to_pylist()])


def _with_theirs(
    rows: pa.Table, columns: Iterable[str], theirs: list[bool], change: Callable[[str], Any]
) -> pa.Table:
    for column in columns:
        if column in rows.schema.names:
            values = rows[column].to_pylist()
            new = [
                change(value) if mine and value is not None else value
                for value, mine in zip(values, theirs, strict=True)
            ]
            rows = _put(rows, column, new) if new != values else rows
    return rows


def _put(rows: pa.Table, column: str, values: list[Any]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    at = rows.schema.get_field_index(column)
    kind = rows.schema.field(at)
    return rows.set_column(at, kind, pa.array(values, kind.type))


def _without_old(rows: pa.Table, column: str, time: str, before: datetime) -> pa.Table:
    """Return the rows with nothing in ``column`` where ``time`` was before a moment."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    at = rows.schema.get_field_index(column)
    if at < 0:
        return rows
    kind = rows.schema.field(at)
    moment = pa.scalar(before.replace(tzinfo=None), rows.schema.field(time).type)
    is_old = pc.fill_null(pc.less(rows[time], moment), False)  # noqa: FBT003 - its only argument
    return rows.set_column(at, kind, pc.if_else(is_old, pa.scalar(None, kind.type), rows[column]))
