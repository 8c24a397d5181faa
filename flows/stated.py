"""What does finance's list say each customer pays a month? Read as it is, whatever its headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from flows.intake import BOOKS
from flows.intake_cells import TOTALS, currency_in, numbers_of
from flows.intake_sheets import Sheet, plain
from flows.intake_words import roles_of
from tasks.connectors.tabular.reading import read
from tasks.connectors.tabular.written import as_currency, as_number
from tasks.engine.reconcile import Book, Stated
from tasks.errors import WrongUse
from tasks.facts.raw import FILE, LINE

WHO = ("customer_id", "record_id", "customer_name", "name")
MONTHS = {
    **dict.fromkeys(("month", "monthly", "months", "monat", "monatlich"), Decimal(1)),
    **dict.fromkeys(("quarter", "quarterly", "quartal", "vierteljährlich"), Decimal(3)),
    **dict.fromkeys(("year", "yearly", "annual", "annually", "jahr", "jährlich"), Decimal(12)),
}
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})  # who writes "$" means their own
MOST = 0.5  # share of a column's cells that must be somebody's before it is believed
EIGHT = Decimal("0.00000001")
_MONTHLY, _YEARLY = Decimal(1), Decimal(12)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of their list are used: who, how much, for how many months, in what money."""

    who: tuple[str, ...]
    amount: str
    months: Decimal = _MONTHLY
    interval: str | None = None
    currency: str | None = None

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read."""
        return tuple(one for one in (*self.who, self.amount, self.interval, self.currency) if one)


@dataclass(frozen=True, slots=True)
class TheirList:
    """The rows of their list, how it was read, and which lines could not be."""

    rows: tuple[Stated, ...]
    notes: tuple[str, ...]
    refused: tuple[str, ...]


Line = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """The columns that were named by hand, where the headers alone do not tell."""

    who: str | None = None
    amount: str | None = None


def list_at(
    path: Path, book: Book, knows: Callable[[str], bool], named: Named | None = None
) -> TheirList:
    """Return finance's list; raise ``WrongUse`` where it is none.

    ``knows`` says whether a text is the id or the name of somebody, for lists whose headers do
    not tell which column has the customers.
    """
    if not path.is_file():
        raise WrongUse(f"there is no file {path}.", todo="Give the CSV that finance sent.")
    if path.suffix.lower() in BOOKS:
        raise WrongUse(f"{path.name} is a workbook.", todo="Save its sheet as CSV; give that.")
    found = read(path)
    lines = tuple(_lines(found.rows.to_pylist()))
    if not lines:
        raise WrongUse(f"{path.name} has no rows.", todo="It needs a header and a row a customer.")
    sheet = _sheet(path.name, lines)
    columns = _columns(sheet, knows, named or Named())
    broken = [f"line {row.line}: {row.reason}" for row in found.no_rows]
    return _read(sheet, lines, columns, book, broken)


def _lines(rows: Sequence[Mapping[str, object]]) -> Iterator[Line]:
    for row in rows:
        cells = {
            name: "" if cell is None else str(cell).strip()
            for name, cell in row.items()
            if name not in {FILE, LINE}
        }
        if any(cells.values()):
            yield int(str(row[LINE])), cells


def _sheet(name: str, lines: Sequence[Line]) -> Sheet:
    headers = tuple(lines[0][1])
    cells = {header: tuple(row[header] for _, row in lines) for header in headers}
    return Sheet((name,), cells, len(lines))


def _columns(sheet: Sheet, knows: Callable[[str], bool], named: Named) -> Columns:
    roles = roles_of(sheet)
    for wanted in (named.who, named.amount):
        if wanted is not None and wanted not in sheet.columns:
            raise _no_column(sheet, f"is called '{wanted}'", "Take one of those.")
    who = (named.who,) if named.who else _who(sheet, roles, knows)
    if not who:
        todo = "Name the column with --customer."
        raise _no_column(sheet, "has customers whom we know", todo)
    amount, months = _amount(sheet, roles, who, named.amount)
    interval = roles.get("interval") if months == _MONTHLY and "mrr" not in roles else None
    return Columns(who, amount, months, interval, roles.get("currency"))


def _who(sheet: Sheet, roles: Mapping[str, str], knows: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the columns that name customers: by their headers, else by whom they name."""
    found = tuple(dict.fromkeys(roles[role] for role in WHO if role in roles))
    if found and any(_known(sheet, column, knows) for column in found):
        return found
    shares = {column: _known(sheet, column, knows) for column in sheet.columns}
    best = max(shares, key=lambda column: shares[column])
    return (*found, best) if shares[best] >= MOST and best not in found else found


def _known(sheet: Sheet, column: str, knows: Callable[[str], bool]) -> float:
    cells = sheet.filled(column)
    return sum(map(knows, cells)) / len(cells) if cells else 0.0


def _amount(
    sheet: Sheet, roles: Mapping[str, str], who: Sequence[str], named: str | None
) -> tuple[str, Decimal]:
    """Return the column with the money, and how many months it is for."""
    if named:
        return named, _YEARLY if named == roles.get("arr") else _MONTHLY
    for role, months in (("mrr", _MONTHLY), ("arr", _YEARLY), ("amount", _MONTHLY)):
        if role in roles:
            return roles[role], months
    numeric = [name for name in sheet.columns if name not in who and _is_numeric(sheet, name)]
    likely = [name for name in numeric if set(plain(name).split()) & _MONEY_WORDS] or numeric
    if len(likely) != 1:
        todo = "Name the column with --amount."
        raise _no_column(sheet, "is clearly the monthly amount", todo)
    words = set(plain(likely[0]).split())
    return likely[0], _YEARLY if words & _YEAR_WORDS else _MONTHLY


_YEAR_WORDS = {"arr", "acv", "annual", "annually", "year", "yearly", "jahr", "jahresbetrag"}
_MONEY_WORDS = {"mrr", "amount", "revenue", "fee", "price", "value", "betrag"} | _YEAR_WORDS


def _is_numeric(sheet: Sheet, column: str) -> bool:
    cells = sheet.filled(column)
    comma = numbers_of(cells) == "comma"
    return bool(cells) and sum(_number(cell, comma) is not None for cell in cells) > MOST * len(
        cells
    )


def _no_column(sheet: Sheet, what: str, todo: str) -> WrongUse:
    headers = ", ".join(sheet.columns)
    return WrongUse(f"no column of {sheet.name} {what}.", where=f"It has {headers}.", todo=todo)


def _number(text: str, comma: bool) -> Decimal | None:
    read_as = as_number(text, comma=comma)
    try:
        number = Decimal(read_as)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _read(
    sheet: Sheet, lines: Sequence[Line], columns: Columns, book: Book, broken: Sequence[str]
) -> TheirList:
    comma = numbers_of(sheet.filled(columns.amount)) == "comma"
    header = currency_in(columns.amount)
    rows: list[Stated] = []
    totals: list[tuple[int, Decimal | None]] = []
    refused = list(broken)
    for line, cells in lines:
        names = tuple(cells[name] for name in columns.who if cells[name])
        if _is_total(names, cells):
            totals.append((line, _number(cells[columns.amount], comma)))
            continue
        try:
            rows.append(_stated(line, cells, names, columns, book, comma=comma, header=header))
        except ValueError as why:
            refused.append(f"line {line}: {why}")
    notes = (*_how(sheet, columns, book), *_total_notes(rows, totals))
    return TheirList(tuple(rows), notes, tuple(refused))


def _is_total(names: Sequence[str], cells: Mapping[str, str]) -> bool:
    first = names[0] if names else next((cell for cell in cells.values() if cell), "")
    return first.strip(" :").casefold() in TOTALS or (not names and _has_one_cell(cells))


def _has_one_cell(cells: Mapping[str, str]) -> bool:
    return sum(bool(cell) for cell in cells.values()) == 1


def _stated(
    line: int,
    cells: Mapping[str, str],
    names: tuple[str, ...],
    columns: Columns,
    book: Book,
    *,
    comma: bool,
    header: str,
) -> Stated:
    """Return one row; raise ``ValueError`` with why it is none."""
    text = cells[columns.amount]
    number = _number(text, comma)
    if not names:
        raise ValueError("it names no customer")
    if number is None:
        raise ValueError(f"'{text}' is no amount" if text else f"no amount for {names[-1]}")
    monthly = number / _months(cells, columns)
    money = _currency(cells, columns, text, header, book.currency)
    ours = book.in_ours(monthly, money)
    if ours is None:
        raise ValueError(f"there is no exchange rate for {money}")
    original = monthly if money != book.currency else None
    return Stated(line, names, ours.quantize(EIGHT).normalize() + 0, original, money)


def _months(cells: Mapping[str, str], columns: Columns) -> Decimal:
    if columns.interval is None:
        return columns.months
    return MONTHS.get(cells[columns.interval].casefold(), _MONTHLY)


def _currency(cells: Mapping[str, str], columns: Columns, text: str, header: str, ours: str) -> str:
    """Return the currency of a row: its own column's, its amount's, the header's, or ours."""
    for place in (cells[columns.currency] if columns.currency else "", text):
        if "$" in place and not any(map(str.isalpha, place)) and ours in DOLLARS:
            return ours
        if named := as_currency(place):
            return named
    return ours if not header or ("$" in columns.amount and ours in DOLLARS) else header


def _how(sheet: Sheet, columns: Columns, book: Book) -> Iterator[str]:
    yearly = ", a year's amount divided by 12" if columns.months == _YEARLY else ""
    who, amount = " and ".join(columns.who), columns.amount
    yield f"Read from {sheet.name}: customers from {who}, amounts from {amount}{yearly}."
    unused = [name for name in sheet.columns if name not in columns.used]
    if unused:
        yield f"Not used: {', '.join(unused)}."
    if book.close.replace(tzinfo=book.period.end_at.tzinfo) < book.period.end_at:
        yield f"{book.period} is not over: our side is what it was on {book.day(book.close)}."


def _total_notes(
    rows: Sequence[Stated], totals: Sequence[tuple[int, Decimal | None]]
) -> Iterator[str]:
    """Yield how each row of totals compares with the rows; it is nobody's row itself."""
    total = sum((row.original or row.amount for row in rows), Decimal(0))
    for line, stated in totals:
        if stated is None:
            continue
        agrees = "the rows add up to it" if stated == total else f"the rows add up to {total:,.2f}"
        yield f"Line {line} is a total of {stated:,.2f}: {agrees}."
