"""What a column of a canonical table can be, and what its values have to obey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
)

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

metadata = MetaData()

SCALE = 6  # digits behind the point of money and numbers
RATE_SCALE = 8  # of exchange rates
INFO = "fact"  # the key of Column.info and Table.info under which our own facts stand


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a file has to say in one column, beyond its SQL type.

    ``kind`` is text, currency, month, number, rate, count, flag, day or instant. ``required``:
    the column must be there; ``filled``: every row must have a value. ``values`` are the words
    allowed, ``low`` and ``high`` the range. ``references`` is (table, column) of the row it
    points at; ``firm`` says that a row that points at nothing is no use. ``happened`` is False
    for instants and days that are plans or limits and so say nothing about how fresh data are.
    """

    kind: str
    required: bool = True
    filled: bool = False
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    references: tuple[str, str] | None = None
    firm: bool = False
    happened: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that contradicts itself: where ``when`` (SQL over the row) holds it is not loaded.

    ``column`` is the one to look at, ``reason`` what is wrong with its value.
    """

    column: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a canonical table is: one line about it, its key, its time column, its rules.

    ``time`` is the main time column, by whose month the lake is cut; None keeps the table whole.
    ``versions_of`` is the column whose spans from valid_from to valid_to must not overlap.
    ``refusals`` are the rules over a whole row. ``optional`` are the columns that a file may
    leave out.
    """

    what: str
    key: tuple[str, ...]
    time: str | None = None
    versions_of: str | None = None
    refusals: tuple[Refusal, ...] = ()
    optional: tuple[str, ...] = ()


def facts_of(column: Column[Any]) -> ColumnFacts:
    """Return what ``column`` has to obey."""
    facts: ColumnFacts = column.info[INFO]
    return facts


def about(table: Table) -> TableFacts:
    """Return what ``table`` is."""
    facts: TableFacts = table.info[INFO]
    return facts


def fact(
    name: str,
    what: str,
    *columns: Column[Any],
    key: tuple[str, ...],
    time: str | None = None,
    versions_of: str | None = None,
    refusals: tuple[Refusal, ...] = (),
) -> Table:
    """Return the canonical table ``name``; ``source`` and ``updated_at`` come with every table."""
    given = {column.name for column in columns}
    common = (text("source", required=False), instant("updated_at", required=False))
    everything = (*columns, *(column for column in common if column.name not in given))
    for column in everything:
        column.primary_key = column.name in key and not column.nullable
    optional = tuple(column.name for column in everything if not facts_of(column).required)
    facts = TableFacts(what, key, time, versions_of, refusals, optional)
    return Table(name, metadata, *everything, comment=what, info={INFO: facts})


def no_end_before_start(start: str, end: str) -> Refusal:
    """Return the rule that ``end``, where there is one, is not before ``start``."""
    return Refusal(end, f"{end} < {start}", f"before {start}")


def _column(name: str, sql_type: TypeEngine[Any], facts: ColumnFacts) -> Column[Any]:
    return Column(name, sql_type, nullable=not facts.filled, info={INFO: facts})


def text(
    name: str,
    *,
    required: bool = True,
    filled: bool = False,
    values: tuple[str, ...] = (),
    references: str = "",
    firm: bool = False,
) -> Column[Any]:
    """Return a column of words or ids; ``references`` is ``table.column``."""
    table, _, target = references.partition(".")
    pointer = (table, target) if references else None
    facts = ColumnFacts("text", required, filled, values, references=pointer, firm=firm)
    return _column(name, String(), facts)


def identifier(name: str) -> Column[Any]:
    """Return the column a row is known by."""
    return text(name, filled=True)


def customer(name: str = "customer_id", *, filled: bool = True) -> Column[Any]:
    """Return a column that points at a customer who must exist; ``filled``: and be named."""
    return text(name, filled=filled, references="customers.customer_id", firm=True)


def currency(name: str = "currency", *, required: bool = True, filled: bool = True) -> Column[Any]:
    """Return a column of currency codes such as EUR; an empty one means the company's own."""
    return _column(name, String(), ColumnFacts("currency", required, filled))


def month(name: str) -> Column[Any]:
    """Return a column of months written ``2026-02``."""
    return _column(name, String(), ColumnFacts("month", filled=True))


def number(
    name: str,
    *,
    required: bool = True,
    filled: bool = False,
    low: int | None = None,
    high: int | None = None,
) -> Column[Any]:
    """Return a column of exact numbers or money, six digits behind the point."""
    facts = ColumnFacts("number", required, filled, low=low, high=high)
    return _column(name, Numeric(18, SCALE), facts)


def rate(name: str) -> Column[Any]:
    """Return a column of exchange rates, eight digits behind the point, above zero."""
    facts = ColumnFacts("rate", filled=True, low=0)
    return _column(name, Numeric(18, RATE_SCALE), facts)


def count(
    name: str,
    *,
    required: bool = True,
    filled: bool = False,
    low: int | None = 0,
    high: int | None = None,
) -> Column[Any]:
    """Return a column of whole numbers, by default not below zero."""
    facts = ColumnFacts("count", required, filled, low=low, high=high)
    return _column(name, Integer(), facts)


def flag(name: str, *, required: bool = True, filled: bool = False) -> Column[Any]:
    """Return a column of yes and no."""
    return _column(name, Boolean(), ColumnFacts("flag", required, filled))


def day(
    name: str, *, required: bool = True, filled: bool = False, happened: bool = True
) -> Column[Any]:
    """Return a column of local dates."""
    return _column(name, Date(), ColumnFacts("day", required, filled, happened=happened))


def instant(
    name: str, *, required: bool = True, filled: bool = False, happened: bool = True
) -> Column[Any]:
    """Return a column of instants, kept as UTC without a zone."""
    facts = ColumnFacts("instant", required, filled, happened=happened)
    return _column(name, DateTime(), facts)
