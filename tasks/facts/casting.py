"""How the text of a raw value becomes a typed one, as SQL that never fails: NULL means no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.errors import suggest
from tasks.facts.columns import RATE_SCALE, SCALE, facts_of
from tasks.facts.duck import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Column

    from tasks.facts.columns import ColumnFacts

# Patterns, because DuckDB takes several milliseconds to plan an IN with a handful of words.
MISSING = r"(?i)null|\\N|nan|nat|none|n/a"  # what exports write where there is nothing
YES = r"1|1\.0|TRUE|T|YES|Y"
NO = r"0|0\.0|FALSE|F|NO|N"
EARLIEST, LATEST = 1900, 2200  # years outside are typing errors, or stand for "never"

_DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?"
_EPOCH = r"\d{10}(\d{3})?"  # seconds or milliseconds since 1970

WRONG_KIND = {
    "currency": "not a currency code such as EUR",
    "month": "not a month such as 2026-02",
    "number": "not a number such as 1234.50",
    "rate": "not a rate such as 1.10",
    "count": "not a whole number",
    "flag": "neither yes nor no (1/0, true/false, yes/no)",
    "day": "not a date such as 2026-02-28",
    "instant": "not a time such as 2026-02-28T17:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A reason to refuse a row: where ``when`` holds, ``column`` is wrong for ``reason``."""

    column: str
    when: str
    reason: str


def raw_text(column: str) -> str:
    """Return the SQL of a raw column as trimmed text; blank is NULL."""
    return f"nullif(trim(CAST({named(column)} AS VARCHAR)), '')"


def list_text(column: str) -> str:
    """Return the SQL of a raw column of lists as text divided by bars."""
    return f"nullif(array_to_string({named(column)}, '|'), '')"


def text_of(column: Column[Any]) -> str:
    """Return the SQL name under which the text of ``column`` stands beside its typed value."""
    return named(column.name if _is_words(column) else f"text of {column.name}")


def _is_words(column: Column[Any]) -> bool:
    """Say whether the text is the value, so that it need not be there twice."""
    return facts_of(column).kind == "text" and not facts_of(column).values


def readings(column: Column[Any]) -> dict[str, str]:
    """Return the first half of the cast: SQL by name, each reading the text of ``column``.

    Two halves, because a statement that nests everything takes DuckDB long to plan.
    """
    kind, text = facts_of(column).kind, f"upper({text_of(column)})"
    if _is_words(column):
        return {}
    if kind == "instant":
        return {_read(column): _absolute(text), _wall(column): _local(text)}
    return {_read(column): _READINGS[kind](text)}


def value(column: Column[Any]) -> str:
    """Return the second half of the cast: the SQL of the typed value, given the readings."""
    kind, read, wall = facts_of(column).kind, _read(column), _wall(column)
    if _is_words(column):
        return text_of(column)
    if kind == "count":
        return f"CASE WHEN {read} = trunc({read}) THEN CAST({read} AS BIGINT) END"
    if kind == "day":
        return f"CASE WHEN {_plausible(read)} THEN {read} END"
    if kind == "instant":
        when = f"coalesce({read}, {wall})"
        return f"CASE WHEN {_plausible(when)} THEN coalesce({read}, from_local({wall})) END"
    return read


def nothing(column: Column[Any]) -> str:
    """Return the SQL of a typed NULL, for a column that the file leaves out."""
    return f"CAST(NULL AS {_SQL_TYPES[facts_of(column).kind]})"


def _read(column: Column[Any]) -> str:
    return named(f"read of {column.name}")


def _wall(column: Column[Any]) -> str:
    return named(f"wall of {column.name}")


def checks(column: Column[Any]) -> list[Check]:
    """Return what can be wrong with one value, given its text and its typed value."""
    name, facts = column.name, facts_of(column)
    value, text = named(name), text_of(column)
    is_text = facts.kind == "text"
    # There are customers whose name is Null; in any other kind of column that means missing.
    gone = f"{text} IS NULL" if is_text else f"({text} IS NULL OR {_matches(text, MISSING)})"
    found = []
    if facts.filled:
        found.append(Check(name, f"CASE WHEN {value} IS NULL THEN {gone} END", "empty"))
    if not is_text:
        never = f" AND NOT {_never(text)}" if _may_mean_never(facts) else ""
        wrong = f"CASE WHEN {value} IS NULL THEN NOT {gone}{never} END"
        found.append(Check(name, wrong, WRONG_KIND[facts.kind]))
    if facts.values:
        wrong = f"NOT {_matches(value, '|'.join(facts.values))}"
        found.append(Check(name, wrong, _not_one_of(facts.values)))
    return found + _range(name, value, facts)


def _range(name: str, value: str, facts: ColumnFacts) -> list[Check]:
    found = []
    if facts.kind == "rate":
        found.append(Check(name, f"{value} <= 0", "not above 0"))
    elif facts.low is not None:
        found.append(Check(name, f"{value} < {facts.low}", f"below {facts.low}"))
    if facts.high is not None:
        found.append(Check(name, f"{value} > {facts.high}", f"above {facts.high}"))
    return found


def _not_one_of(words: tuple[str, ...]) -> str:
    return f"not one of {', '.join(words)}"


def in_words(check: Check, column: Column[Any] | None, value: str) -> str:
    """Return the reason, with "did you mean" where the value is a word that nearly fits."""
    words = facts_of(column).values if column is not None else ()
    if words and check.reason == _not_one_of(words):
        hint = suggest(value.lower(), words)
        return f"{check.reason}; {hint}" if hint.startswith("did") else check.reason
    return check.reason


def _may_mean_never(facts: ColumnFacts) -> bool:
    """Say whether 9999-12-31 in such a column is a way to write "no end"."""
    return facts.kind in {"day", "instant"} and not facts.happened and not facts.filled


def _never(text: str) -> str:
    far = f"coalesce(TRY_CAST(left({text}, 4) AS INTEGER) >= {LATEST}, false)"
    return f"({_matches(text, _DATE + '.*')} AND {far})"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"


def _currency(text: str) -> str:
    return f"CASE WHEN {_matches(text, '[A-Z]{3}')} THEN {text} END"


def _month(text: str) -> str:
    first = f"TRY_CAST(concat(left({text}, 7), '-01') AS DATE)"
    shape = _matches(text, r"\d{4}-\d{2}(-\d{2}.*)?")
    return f"CASE WHEN {shape} AND {first} IS NOT NULL THEN left({text}, 7) END"


def _decimal(text: str, digits: int = SCALE) -> str:
    shape = _matches(text, _NUMBER)
    return f"CASE WHEN {shape} THEN TRY_CAST({text} AS DECIMAL(18, {digits})) END"


def _flag(text: str) -> str:
    return f"CASE WHEN {_matches(text, YES)} THEN true WHEN {_matches(text, NO)} THEN false END"


def _plausible(value: str) -> str:
    return f"year({value}) >= {EARLIEST} AND year({value}) < {LATEST}"


def _with_offset(text: str) -> str:
    """Return the instant that a text with an offset means; a blank before +02:00 is allowed."""
    return f"TRY_CAST(replace(replace({text}, ' +', '+'), ' -', '-') AS TIMESTAMPTZ)"


def _absolute(text: str) -> str:
    """Return the UTC instant of a text that says where on earth it is, or counts from 1970."""
    # The first line is the usual case, and needs no calendar: the others are much slower.
    return f"""CASE
        WHEN {_matches(text, _DATE + _CLOCK + "Z")} THEN TRY_CAST({text} AS TIMESTAMP)
        WHEN {_matches(text, _DATE + _CLOCK + _OFFSET)} THEN in_utc({_with_offset(text)})
        WHEN {_matches(text, _EPOCH)}
            THEN make_timestamp(CAST(rpad({text}, 16, '0') AS BIGINT)) END"""


def _local(text: str) -> str:
    """Return what the company's clocks showed, for a text without an offset."""
    return f"""CASE WHEN right({text}, 1) = 'Z' THEN NULL
        WHEN {_matches(text, f"{_DATE}({_CLOCK})?")} THEN TRY_CAST({text} AS TIMESTAMP) END"""


def _day(text: str) -> str:
    # Midnight in UTC is how systems write a date that has no time: it stays that date.
    without_zone = rf"{_DATE}({_CLOCK}|[ T]0?0:00(:00(\.0+)?)?{_OFFSET})?"
    return f"""CASE
        WHEN {_matches(text, without_zone)}
            THEN TRY_CAST(regexp_extract({text}, '{_DATE}') AS DATE)
        WHEN {_matches(text, _DATE + _CLOCK + _OFFSET)} THEN local_day({_with_offset(text)}) END"""


_READINGS: dict[str, Callable[[str], str]] = {
    "text": lambda text: f"lower({text})",
    "currency": _currency,
    "month": _month,
    "number": _decimal,
    "rate": lambda text: _decimal(text, RATE_SCALE),
    "count": _decimal,
    "flag": _flag,
    "day": _day,
}

_SQL_TYPES = {
    "text": "VARCHAR",
    "currency": "VARCHAR",
    "month": "VARCHAR",
    "number": f"DECIMAL(18, {SCALE})",
    "rate": f"DECIMAL(18, {RATE_SCALE})",
    "count": "BIGINT",
    "flag": "BOOLEAN",
    "day": "DATE",
    "instant": "TIMESTAMP",
}
