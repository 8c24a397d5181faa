"""How does a foreign sheet become the rows of one of our tables? Row by row, nothing silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tasks.connectors.tabular.rows import FileRows, NoRow
from tasks.connectors.tabular.written import as_currency, as_date, as_id, as_number
from tasks.errors import MappingInvalid, suggest
from tasks.facts import FACTS
from tasks.facts.columns import about, facts_of
from tasks.facts.mapping import Taken, plain
from tasks.facts.raw import FILE, LINE

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.connectors.files import ColumnSettings, TableSettings

Texts = list[str | None]
NUMBERS = frozenset({"number", "rate", "count"})
DATES = frozenset({"day", "instant"})
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shaped:
    """The rows a table is made of, where each column is, and what is to be said about the rest."""

    rows: FileRows
    columns: Mapping[str, Taken]
    notes: tuple[str, ...] = ()


def shaped(rows: FileRows, path: Path, name: str, table: TableSettings) -> Shaped:
    """Return the rows of a file as ``table`` wants them; raise ``MappingInvalid``.

    Rows that are left out on purpose are counted in a note, rows that are no use are refused.
    """
    if rows.rows.schema.names == [FILE, LINE]:
        return Shaped(rows, {})
    sheet = _Sheet(rows.rows, name)
    kept, refused, notes = _chosen(sheet, table, rows.file)
    sheet = _Sheet(rows.rows.take(kept), name)
    columns, added = {}, dict[str, Texts]()
    for ours in [column.name for column in FACTS[name].columns]:
        taken, values = _column(sheet, ours, table, path)
        if taken is not None:
            columns[ours] = taken
        if values is not None:
            added[str(columns[ours].column)] = values
    placed = _with(sheet.rows, added)
    if table.each_once:
        placed, said = _each_once(placed, columns, name, rows.file)
        notes += said
    no_rows = (*rows.no_rows, *refused)
    return Shaped(FileRows(rows.file, placed, no_rows, rows.odd_lines), columns, tuple(notes))


class _Sheet:
    """The columns of a file as text, found by their name in any spelling."""

    def __init__(self, rows: pa.Table, table: str) -> None:
        self.rows, self.table = rows, table
        self._there = {plain(one): one for one in rows.schema.names if one not in {FILE, LINE}}
        self._texts: dict[str, Texts] = {}

    def has(self, name: str) -> bool:
        return plain(name) in self._there

    def named(self, name: str) -> str:
        """Return how the file writes a column; raise ``MappingInvalid`` where it has none such."""
        try:
            written: str = self._there[plain(name)]
        except KeyError:
            raise MappingInvalid(
                f"{self.table} is not loaded: there is no column '{name}' "
                f"({suggest(name, self._there.values())}).",
                todo="Correct it under 'tables' in the configuration.",
            ) from None
        return written

    def texts(self, name: str) -> Texts:
        """Return the trimmed text of a column; blank is None."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        column = self.named(name)
        if column not in self._texts:
            read = self.rows[column].cast(pa.string()).to_pylist()
            self._texts[column] = [(text or "").strip() or None for text in read]
        return self._texts[column]

    def all_texts(self) -> list[Texts]:
        return [self.texts(name) for name in self._there.values()]


def _chosen(
    sheet: _Sheet, table: TableSettings, file: str
) -> tuple[list[int], list[NoRow], list[str]]:
    """Return which rows are meant, which are no use, and what is to be said about the others."""
    everything = sheet.all_texts()
    lines = sheet.rows[LINE].to_pylist()
    tests = list(_tests(sheet, table))
    kept: list[int] = []
    refused: list[NoRow] = []
    left: Counter[str] = Counter()
    for at, line in enumerate(lines):
        cells = [texts[at] for texts in everything]
        if not any(cells):
            continue  # a blank line, as spreadsheets write it
        reason, is_plan = next(((why, plan) for test, plan in tests if (why := test(at))), ("", 0))
        if not reason:
            kept.append(at)
        elif is_plan:
            left[reason] += 1
        else:
            refused.append(NoRow(line, ",".join(cell or "" for cell in cells)[:SHOWN], reason))
    return kept, refused, [_left_out(file, sheet.rows.num_rows, left)] if left else []


def _left_out(file: str, read: int, left: Counter[str]) -> str:
    reasons = ", ".join(f"{count:,} {why}" for why, count in left.most_common(5))
    return f"{file}: {left.total():,} of {read:,} rows are left out on purpose ({reasons})."


Test = Callable[[int], str]


def _tests(sheet: _Sheet, table: TableSettings) -> Iterator[tuple[Test, bool]]:
    """Yield what says why a row is not taken, and whether that is as it should be."""
    for name, words in table.without.items():
        yield partial(_is_one_of, sheet.texts(name), _folded(words), name), False
    for name, words in table.only.items():
        yield partial(_is_none_of, sheet.texts(name), _folded(words), name), True
    for ours, column in table.columns.items():
        if not isinstance(column, str) and column.needed_where:
            for name, words in column.needed_where.items():
                needed = sheet.texts(column.column or ours)
                yield partial(_lacks, needed, sheet.texts(name), _folded(words), name), False


def _folded(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words)


def _is_one_of(texts: Texts, words: frozenset[str], name: str, at: int) -> str:
    text = texts[at] or ""
    return f"left out, because {name} is '{text}'" if text.casefold() in words else ""


def _is_none_of(texts: Texts, words: frozenset[str], name: str, at: int) -> str:
    text = texts[at] or ""
    if text.casefold() in words:
        return ""
    return f"with {name} '{text}'" if text else f"without {name}"


def _lacks(needed: Texts, texts: Texts, words: frozenset[str], name: str, at: int) -> str:
    text = texts[at] or ""
    if needed[at] or text.casefold() not in words:
        return ""
    return f"{name} is '{text}', but the date that should be there is missing"


def _column(
    sheet: _Sheet, ours: str, table: TableSettings, path: Path
) -> tuple[Taken | None, Texts | None]:
    """Return where one of our columns is, and its values where they had to be worked out."""
    given = table.columns.get(ours)
    if ours in table.lacks:
        return Taken(constant=""), None
    if given is None:
        given = ours if sheet.has(ours) else None
    if given is None:
        return None, None
    column = _settings(given)
    if column.file_time:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Taken(constant=written.isoformat()), None
    values = _values(sheet, ours, column, table)
    source = f"keepwell {ours}" if values is not None else column.column
    return Taken(source, column.values, column.constant), values


def _settings(given: str | ColumnSettings) -> ColumnSettings:
    from tasks.connectors.files import ColumnSettings as Settings  # noqa: PLC0415 - a circle

    return Settings.model_validate({"from": given}) if isinstance(given, str) else given


def _values(sheet: _Sheet, ours: str, column: ColumnSettings, table: TableSettings) -> Texts | None:
    """Return worked-out values; None where the column is taken as it stands."""
    if column.id_of:
        parts = [sheet.texts(name) for name in column.id_of]
        return [as_id(cells) for cells in zip(*parts, strict=True)]
    if column.column is None:
        return None
    read = _reader(facts_of(FACTS[sheet.table].columns[ours]).kind, table)
    if column.minutes_after:
        since = [
            _read(text, _reader("instant", table)) for text in sheet.texts(column.minutes_after)
        ]
        minutes = [_read(text, _reader("number", table)) for text in sheet.texts(column.column)]
        return [_later(start, after) for start, after in zip(since, minutes, strict=True)]
    if read is None and not column.plus_days:
        return None  # one that is not there is told with all the others
    texts = [_read(text, read) for text in sheet.texts(column.column)]
    if column.plus_days:
        return [_shifted(text, column.plus_days) for text in texts]
    return texts


def _reader(kind: str, table: TableSettings) -> Callable[[str], str] | None:
    """Return what reads a cell of such a column; None where cells are written our way."""
    if kind in DATES and (table.dates or table.timezone):
        zone = ZoneInfo(table.timezone) if table.timezone else None
        first = None if table.dates is None else table.dates == "day_first"
        return partial(as_date, day_first=first, zone=zone)
    if kind in NUMBERS and table.numbers:
        return partial(as_number, comma=table.numbers == "comma")
    if kind == "currency" and table.numbers:
        return as_currency
    return None


def _read(text: str | None, read: Callable[[str], str] | None) -> str | None:
    return (read(text) or None) if text and read else text


def _shifted(text: str | None, days: int) -> str | None:
    try:
        at = datetime.fromisoformat(text or "") + timedelta(days=days)
    except (ValueError, OverflowError):
        return text
    return at.isoformat() if "T" in str(text) or " " in str(text) else f"{at:%Y-%m-%d}"


def _later(start: str | None, minutes: str | None) -> str | None:
    """Return the instant so many minutes after another; what is no number stays, to be refused."""
    if not start or not minutes:
        return None
    try:
        return (datetime.fromisoformat(start) + timedelta(minutes=float(minutes))).isoformat()
    except (ValueError, OverflowError):
        return f"{start} and {minutes} minutes"


def _with(rows: pa.Table, added: Mapping[str, Texts]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    for name, values in added.items():
        rows = rows.append_column(name, pa.array(values, pa.string()))
    return rows


def _each_once(
    rows: pa.Table, columns: Mapping[str, Taken], table: str, file: str
) -> tuple[pa.Table, list[str]]:
    """Return the last row of each key, and what is lost by that."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    (key,) = about(FACTS[table]).key
    source = columns[key].column if key in columns else None
    if source is None:
        return rows, []
    texts = [(text or "").strip() for text in rows[source].cast(pa.string()).to_pylist()]
    last = {text: at for at, text in enumerate(texts) if text}
    said = []
    if none := texts.count(""):
        said.append(f"{file}: {none:,} of {len(texts):,} rows name no {table[:-1]}.")
    if differing := _differing(rows, columns, texts):
        said.append(
            f"{file}: {differing:,} of {len(last):,} {table} stand in rows that differ; "
            "the last row of each counts."
        )
    return rows.take(sorted(last.values())), said


def _differing(rows: pa.Table, columns: Mapping[str, Taken], keys: Sequence[str]) -> int:
    """Return how many keys have rows that do not say the same."""
    names = {taken.column for taken in columns.values() if taken.column in rows.schema.names}
    cells = [rows[name].to_pylist() for name in sorted(filter(None, names))]
    said: dict[str, set[tuple[object, ...]]] = {}
    for key, row in zip(keys, zip(*cells, strict=True), strict=True):
        said.setdefault(key, set()).add(row)
    return sum(1 for key, rows_of in said.items() if key and len(rows_of) > 1)
