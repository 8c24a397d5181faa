"""From configured files to raw tables: what one table lacks does not stop the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from tasks.connectors.tabular.checking import answers
from tasks.connectors.tabular.reading import KINDS, all_files, data_files, read, stem_and_kind
from tasks.connectors.tabular.rows import with_places
from tasks.connectors.tabular.shaping import Shaped, shaped
from tasks.connectors.tabular.statements import statement_of
from tasks.connectors.tabular.workbench import Workbench
from tasks.errors import KeepwellError, SourceRejected, suggest
from tasks.facts import FACTS
from tasks.facts.duck import duck
from tasks.facts.load import Quarantined, TableTotal
from tasks.facts.mapping import Taken, mapped, unused_columns
from tasks.facts.raw import FILE, LINE, Extracted, RawTable
from tasks.model import DataNote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tasks.connectors.base import Surroundings
    from tasks.connectors.files import ColumnSettings, FilesSettings, TableSettings
    from tasks.connectors.tabular.rows import FileRows, NoRow

NAMED = 5  # so many of the files that are no table are named


@dataclass(eq=False)
class Gathering:
    """What has been got out of a source so far."""

    source: str
    tables: list[RawTable] = field(default_factory=list)
    notes: list[DataNote] = field(default_factory=list)
    problems: list[KeepwellError] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)

    def attempt(self, table: str, gather: Callable[[], Iterable[RawTable]]) -> None:
        """Add what ``gather`` returns, or the problem it raises, for one canonical table."""
        try:
            self.tables.extend(tuple(gather()))
        except KeepwellError as problem:
            self.problems.append(problem)
            self.failed.append(table)

    def told_once(self, sheet: Shaped) -> Shaped:
        """Return the sheet without the lines of its file that another table has refused."""
        file = sheet.rows.file
        fresh = [one for one in sheet.rows.no_rows if (file, one.line) not in self.refused]
        self.refused |= {(file, one.line) for one in fresh}
        return replace(sheet, rows=replace(sheet.rows, no_rows=tuple(fresh)))


def extracted(settings: FilesSettings, surroundings: Surroundings) -> Extracted:
    """Return everything the files of one source give, and every problem met on the way."""
    folder = surroundings.root / settings.path
    try:
        data_files(folder)
    except SourceRejected as problem:
        failed = tuple(settings.tables) or tuple(FACTS)
        return Extracted(settings.name, problems=(problem,), failed=failed)
    gathering = Gathering(settings.name)
    with duck(surroundings.timezone) as connection:
        bench = Workbench(connection, folder, encoding=settings.encoding)
        if settings.tables:
            for name, table in settings.tables.items():
                gathering.attempt(
                    name, _table(name, table, settings, surroundings, gathering, bench)
                )
        else:
            _by_name(folder, settings, gathering)
        notes, problems = answers(settings, surroundings.root, bench)
        gathering.notes += notes
        gathering.problems += problems
        return _everything(gathering, bench)


def _everything(gathering: Gathering, bench: Workbench) -> Extracted:
    source = gathering.source
    for read_file in bench.read.values():
        gathering.notes.extend(_encoding_notes(source, read_file))
    broken = [read_file for read_file in bench.read.values() if read_file.no_rows]
    return Extracted(
        source=source,
        tables=tuple(one for one in gathering.tables if one.table not in gathering.failed),
        refused=tuple(row for one in broken for row in _refused(source, one.file, one)),
        totals=tuple(_raw_total(source, one) for one in broken),
        notes=tuple(dict.fromkeys(gathering.notes)),  # tables of one file say some things twice
        problems=tuple(gathering.problems),
        failed=tuple(gathering.failed),
    )


def _by_name(folder: Path, settings: FilesSettings, gathering: Gathering) -> None:
    """Take every file that has the name of a canonical table; name the others in one note."""
    others = []
    for path in all_files(folder):
        name, kind = stem_and_kind(path)
        if name.lower() in FACTS and kind in KINDS:
            table = name.lower()
            gathering.attempt(table, partial(_canonical, path, table, settings, gathering))
        else:
            others.append(path.name)
    if others:
        gathering.notes.append(_others(settings.name, others))
    if not gathering.tables and not gathering.problems:
        gathering.problems.append(_no_table(folder))


def _canonical(
    path: Path, table: str, settings: FilesSettings, gathering: Gathering
) -> Iterable[RawTable]:
    rows = read(path, encoding=settings.encoding)
    source = settings.name
    notes = unused_columns(rows.rows, FACTS[table], source=source, where=rows.file)
    gathering.notes += [*_encoding_notes(source, rows), *notes]
    yield _raw(source, table, rows, {})


def _raw(source: str, table: str, rows: FileRows, columns: Mapping[str, Taken]) -> RawTable:
    """Return the rows under our names; a file of zero bytes has none, and lacks no column."""
    empty = rows.rows.schema.names == [FILE, LINE]
    ours = rows.rows if empty else mapped(rows.rows, columns, FACTS[table], where=rows.file)
    return RawTable(table, ours, tuple(_refused(source, table, rows)))


def _table(
    name: str,
    table: TableSettings,
    settings: FilesSettings,
    surroundings: Surroundings,
    gathering: Gathering,
    bench: Workbench,
) -> Callable[[], Iterable[RawTable]]:
    """Return what gets one configured table: from files by columns, or by its SELECT."""
    if table.sql is not None:
        return lambda: _selected(name, table.sql or "", settings, surroundings, gathering, bench)
    folder = surroundings.root / settings.path
    return lambda: _mapped_files(name, table, folder, settings, gathering)


def _mapped_files(
    name: str, table: TableSettings, folder: Path, settings: FilesSettings, gathering: Gathering
) -> Iterable[RawTable]:
    columns = {ours: _taken(theirs) for ours, theirs in table.columns.items()}
    for path in _found(folder, table.files, name):
        rows = read(path, encoding=settings.encoding)
        gathering.notes.extend(_encoding_notes(settings.name, rows))
        if not table.is_shaped:
            yield _raw(settings.name, name, rows, columns)
            continue
        sheet = gathering.told_once(shaped(rows, path, name, table))
        gathering.notes += [DataNote("sheet", settings.name, text, 0, name) for text in sheet.notes]
        yield _raw(settings.name, name, sheet.rows, sheet.columns)


def _taken(given: str | ColumnSettings) -> Taken:
    if isinstance(given, str):
        return Taken(given)
    return Taken(given.column, given.values, given.constant)


def _found(folder: Path, patterns: Iterable[str], table: str) -> Iterable[Path]:
    """Yield the files that patterns stand for; raise ``SourceRejected`` for one without any."""
    for pattern in patterns:
        paths = sorted(folder.glob(pattern)) if set("*?[") & set(pattern) else [folder / pattern]
        there = [path for path in paths if path.is_file()]
        if not there:
            names = [path.name for path in data_files(folder)]
            raise SourceRejected(
                f"{table} is not loaded: there is no file '{pattern}'.",
                where=f"Looked in {folder};",
                todo=suggest(pattern, names),
            )
        yield from there


def _selected(
    name: str,
    sql: str,
    settings: FilesSettings,
    surroundings: Surroundings,
    gathering: Gathering,
    bench: Workbench,
) -> Iterable[RawTable]:
    statement, where = statement_of(sql, surroundings.root, f"tables.{name}.sql")
    rows = bench.rows(statement, what=f"{name} is not loaded", where=where)
    placed = with_places(rows, where, range(1, rows.num_rows + 1))
    gathering.notes.extend(unused_columns(placed, FACTS[name], source=settings.name, where=where))
    yield RawTable(name, mapped(placed, {}, FACTS[name], where=where))


def _refused(source: str, table: str, rows: FileRows) -> Iterable[Quarantined]:
    return (_quarantined(source, table, rows.file, row) for row in rows.no_rows)


def _quarantined(source: str, table: str, file: str, row: NoRow) -> Quarantined:
    return Quarantined(source, table, file, row.line, "", "", row.text, row.reason)


def _raw_total(source: str, rows: FileRows) -> TableTotal:
    loaded, refused = rows.rows.num_rows, len(rows.no_rows)
    return TableTotal(source, rows.file, loaded + refused, loaded, refused)


def _encoding_notes(source: str, rows: FileRows) -> Iterable[DataNote]:
    if count := rows.odd_lines:
        lines = "line is" if count == 1 else "lines are"
        text = f"{rows.file}: {count} {lines} in another encoding than the rest; nothing is lost."
        yield DataNote("encoding", source, text, count)


def _others(source: str, names: list[str]) -> DataNote:
    named = ", ".join(map(_with_hint, names[:NAMED]))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    text = f"Not used, because no table has their name: {named}{more}."
    return DataNote("unused_file", source, text, len(names))


def _with_hint(name: str) -> str:
    stem = name.split(".", maxsplit=1)[0]
    hint = suggest(stem, FACTS)
    return f"{name} ({hint})" if hint.startswith("did") else name


def _no_table(folder: Path) -> SourceRejected:
    return SourceRejected(
        "No file has the name of a table.",
        where=f"Looked in {folder}.",
        todo="Name files like customers.csv, or map them under 'tables' in the configuration.",
    )
