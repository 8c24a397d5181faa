"""How is a database asked? Read-only, from its own cursor, and in words where it says no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Connection,
    NullPool,
    Select,
    Subquery,
    column,
    create_engine,
    event,
    false,
    literal_column,
    select,
    text,
)
from sqlalchemy.exc import (
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    ResourceClosedError,
    SQLAlchemyError,
)

from tasks.errors import SourceRejected, SourceUnavailable

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from tasks.connectors.sql.settings import SqlSettings
    from tasks.errors import KeepwellError

CONNECT_S = 15
LATER = "Nothing is lost: the next sync goes on from here."
# Drivers raise the same for a server that is down; only the words differ.
NOT_LET_IN = re.compile(
    r"authentication failed|no password supplied|Access denied|Login failed|pg_hba\.conf"
    r"|(?:role|database) \"[^\"]*\" does not exist"
)
# A colon before a word would be a parameter to SQLAlchemy.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is only read; ``root`` is where a relative SQLite file is looked for."""

    settings: SqlSettings
    root: Path

    @contextmanager
    def connected(self, what: str) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one moment, and can write nothing.

        What the database says is raised as SourceUnavailable where asking again may help, else
        as SourceRejected; ``what`` begins the sentence.
        """
        with self.in_words(what):
            engine = self._engine()
            made = _made_by(engine)
            try:
                with engine.connect() as connection:
                    yield connection
                    connection.rollback()
            finally:
                engine.dispose()
                for one in made:
                    _close(one)

    def _engine(self) -> Engine:
        url = self._found()
        kind = url.get_backend_name()
        more = {"connect_timeout": CONNECT_S} if kind in {"postgresql", "mysql", "mariadb"} else {}
        engine = create_engine(url, poolclass=NullPool, connect_args=more, hide_parameters=True)
        event.listen(engine, "connect", lambda made, _record: self._set_up(made, kind))
        if kind == "postgresql":
            return engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        return engine

    def _found(self) -> URL:
        """Return the address; a SQLite file that is not there must not come into being."""
        url = self.settings.address
        if url.get_backend_name() != "sqlite" or not url.database:
            return url
        path = self.root / url.database
        if not path.is_file():
            raise SourceRejected(
                f"{self.settings.name}: there is no such database.",
                where=f"Looked for {path}.",
                todo="Paths are relative to the configuration file.",
            )
        return url.set(database=str(path))

    def _set_up(self, made: Any, kind: str) -> None:  # noqa: ANN401 - whatever the driver makes
        """Tell a fresh connection that it only reads, and how long it may take."""
        limit = int(self.settings.timeout_s * 1000)
        told = {
            "sqlite": ("PRAGMA query_only = ON",),
            "postgresql": (f"SET statement_timeout = {limit}",),
            "mysql": ("SET SESSION TRANSACTION READ ONLY",),
            "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
        }
        cursor = made.cursor()
        for statement in told.get(kind, ()):
            cursor.execute(statement)
        cursor.close()
        if kind == "postgresql":
            made.commit()

    @contextmanager
    def in_words(self, what: str) -> Iterator[None]:
        """Raise in our words what a driver raises."""
        try:
            yield
        except (NoSuchModuleError, ImportError) as error:
            raise SourceRejected(
                f"{self.settings.name}: there is no driver for {self.settings.place}.",
                where=f"({str(error).splitlines()[0]})",
                todo="Install it beside Keepwell, such as pip install snowflake-sqlalchemy.",
            ) from error
        except ResourceClosedError as error:
            raise SourceRejected(
                f"{what}: what was asked returns no rows.", todo="Write a SELECT."
            ) from error
        except SQLAlchemyError as error:
            raise self._said(what, error) from error

    def _said(self, what: str, error: SQLAlchemyError) -> KeepwellError:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        first = self._scrubbed(said.splitlines()[0]) if said else type(error).__name__
        where = f"The database {self.settings.place} says: {first}"
        if NOT_LET_IN.search(said):
            who = self.settings.address.username or "its user"
            return SourceRejected(
                f"{what}: the database does not let {who} in.",
                where=where,
                todo="See whether the user, the password and the name of the database are right.",
            )
        if _may_help(error):
            return SourceUnavailable(
                f"{what}: the database does not answer.", where=where, todo=LATER
            )
        todo = "Try the SELECT by hand as the same user; it needs the right to read its tables."
        return SourceRejected(f"{what}: the database refuses.", where=where, todo=todo)

    def _scrubbed(self, said: str) -> str:
        password = self.settings.address.password
        return said.replace(str(password), "***") if password else said


def _made_by(engine: Engine) -> list[Any]:
    """Return a list of the driver's connections and cursors that is filled as they are made.

    SQLAlchemy leaves those open that broke; a broken connection must be closed before its cursors.
    """
    made: list[Any] = []

    def cursor(_connection: object, one: object, *_: object) -> None:
        made.append(one)

    event.listen(engine, "connect", lambda one, _record: made.append(one))
    event.listen(engine, "before_cursor_execute", cursor)
    return made


def _close(what: Any) -> None:  # noqa: ANN401 - a driver's connection or cursor, or none
    with suppress(Exception):
        what.close()


def _may_help(error: SQLAlchemyError) -> bool:
    """Return whether asking again may help: SQLite calls a wrong statement operational too."""
    if not isinstance(error, OperationalError):
        return isinstance(error, DBAPIError) and error.connection_invalidated
    of_sqlite = type(error.orig).__module__.startswith("sqlite3")
    return not of_sqlite or "locked" in str(error.orig)


def columns_of(connection: Connection, sql: str) -> tuple[str, ...]:
    """Return the names of the columns that a SELECT gives; none of its rows is asked for."""
    asked: Select[Any] = select(literal_column("*")).select_from(_given(sql)).where(false())
    return tuple(connection.execute(asked).keys())


def given(sql: str, names: tuple[str, ...]) -> Subquery:
    """Return a SELECT as a table with these columns."""
    return text(_written(sql)).columns(*map(column, names)).subquery("given")


def _given(sql: str) -> Subquery:
    return text(_written(sql)).columns().subquery("given")


def _written(sql: str) -> str:
    """Return a SELECT such that it may stand in brackets, and whatever ends it is its own."""
    return _PARAMETER.sub(r"\\:", sql.strip().rstrip(";").rstrip()) + "\n"
