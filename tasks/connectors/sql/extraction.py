"""From SELECTs to our tables: each is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.connectors.api import Api
from tasks.connectors.auth import bearer
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.sql.asking import Database, columns_of
from tasks.connectors.sql.statements import statement_of
from tasks.connectors.sql.streams import streams
from tasks.connectors.streams import GONE, StreamReport
from tasks.errors import KeepwellError, SourceUnavailable
from tasks.facts import FACTS
from tasks.facts.mapping import Taken, mapped, plain, unused_columns
from tasks.facts.raw import FILE, LINE, Extracted

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.connectors.base import Surroundings
    from tasks.connectors.sql.settings import SqlSettings
    from tasks.facts.raw import RawTable
    from tasks.model import DataNote


@dataclass(slots=True)
class _Looked:
    """What a look at each SELECT has shown: those that can be read, and what is to be said."""

    statements: dict[str, str] = field(default_factory=dict)
    notes: list[DataNote] = field(default_factory=list)
    problems: list[KeepwellError] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def extracted(settings: SqlSettings, surroundings: Surroundings) -> Extracted:
    """Return the tables; one whose SELECT does not work is a problem, and keeps what was loaded."""
    looked = _look(settings, surroundings.root)
    if settings.in_place:
        return Extracted(settings.name, notes=tuple(looked.notes), problems=tuple(looked.problems))
    landed = Landed(settings.name, _landed(settings, looked, surroundings), surroundings)
    tables = [_table(landed, name) for name in looked.statements]
    found = landed.extracted(tables, tuple(looked.notes))
    return replace(
        found,
        problems=tuple({str(one): one for one in (*looked.problems, *found.problems)}.values()),
        failed=tuple(dict.fromkeys((*looked.failed, *found.failed))),
    )


def _landed(
    settings: SqlSettings, looked: _Looked, surroundings: Surroundings
) -> tuple[StreamReport, ...]:
    """Read the rows, and only then the keys: a row that came between would seem to be gone."""
    declared = streams(settings, looked.statements, surroundings.root)
    rows = [stream for stream in declared if stream.tables]
    keys = [stream for stream in declared if not stream.tables]
    with Session(_asked(settings), surroundings.world) as session:
        reports = land(settings.name, rows, session, surroundings)
        if not keys or any(report.skipped for report in reports):
            return reports
        return (*reports, *land(settings.name, keys, session, surroundings))


def _asked(settings: SqlSettings) -> Api:
    """Return what an old cursor rests on; nothing is ever asked over HTTP."""
    return Api(settings.name, settings.place, bearer(settings.url))


def _table(landed: Landed, name: str) -> RawTable:
    table = landed.table(name, name)
    for row in landed.rows(name):
        if GONE not in row:
            table.add(dict(row))
    return table.raw()


def _look(settings: SqlSettings, root: Path) -> _Looked:
    """Look at every SELECT; where nobody answers at all, once is enough."""
    looked, database = _Looked(), Database(settings, root)
    for name, table in settings.tables.items():
        try:
            statement = statement_of(table.sql, root, f"tables.{name}.sql")
            looked.notes += notes_on(database, name, statement, table.lacks)
            looked.statements[name] = statement
        except SourceUnavailable as problem:
            looked.problems.append(problem)
            looked.failed += [one for one in settings.tables if one not in looked.statements]
            return looked
        except KeepwellError as problem:
            looked.problems.append(problem)
            looked.failed.append(name)
    return looked


def notes_on(database: Database, name: str, statement: str, lacks: Sequence[str]) -> list[DataNote]:
    """Return a note for each column that is not ours; raise MappingInvalid for one that lacks."""
    what = f"{database.settings.name}: {name} is not read"
    with database.connected(what) as connection:
        names = columns_of(connection, statement)
    nothing = pa.table({one: pa.array([], pa.string()) for one in (*names, FILE, LINE)})
    where = f"the SELECT of {name}"
    there = {plain(one) for one in names}
    lacking = {one: Taken() for one in (*lacks, "source") if one not in there}
    mapped(nothing, lacking, FACTS[name], where=where)
    return list(unused_columns(nothing, FACTS[name], source=database.settings.name, where=where))
