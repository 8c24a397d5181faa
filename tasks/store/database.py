"""Where the store is, and how it is opened: at once when it is up to date, upgraded when not."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from tasks.errors import StoreUnavailable, StoreUnusable
from tasks.store.beforehand import keep_copy
from tasks.store.tables import metadata
from tasks.store.trouble import in_our_words, place
from tasks.store.upgrade import (
    VERSION_TABLE,
    shipped_version,
    shipped_versions,
    stored_version,
    upgrade,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

PATIENCE_S = 30  # how long one process waits for another to finish writing
IDLE_S = 120  # how long a transaction may do nothing
CONNECT_S = 10  # how long a server may take to answer the door
BEGIN = "keepwell_begin"  # the execution option that says how a SQLite transaction begins


@dataclass(frozen=True, slots=True)
class Store:
    """An open store; close it, or use it in a ``with`` statement.

    Who wants to write waits up to ``patience_s`` for others to finish.
    """

    engine: Engine
    patience_s: float = PATIENCE_S

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read from; on SQLite everything read is of one moment."""
        with in_our_words(self.engine.url), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, subject: str) -> Iterator[Connection]:
        """Give a connection whose writes all happen, at the end, or none of them.

        Who writes to the same ``subject`` meanwhile waits; readers never do.
        """
        engine = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        with in_our_words(self.engine.url), engine.begin() as connection:
            _wait_for_my_turn(connection, subject, self.patience_s)
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def open_store(url: str, *, patience_s: float = PATIENCE_S, backups: Path | None = None) -> Store:
    """Return the store at ``url``, with its tables in the shipped version.

    The folder of a SQLite file is made where it is missing. A store of an older version is copied
    before it is upgraded: beside a SQLite file, for PostgreSQL into ``backups``. Raises
    StoreUnusable (the address, permissions, a newer version, no room) or StoreUnavailable.
    """
    with ExitStack() as until_it_is_ready:
        store = Store(_engine(_address(url), patience_s), patience_s)
        until_it_is_ready.callback(store.close)
        with store.reading() as connection:
            version = stored_version(connection)
        if version != shipped_version():
            _bring_up_to_date(store, backups)
        until_it_is_ready.pop_all()  # it is: from here on the caller closes it
    return store


def looked_at(url: str) -> str | None:
    """Return the version of the store at ``url`` as it is; None where there is none yet.

    Nothing is made or upgraded. Raises StoreUnusable or StoreUnavailable.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return None
    with Store(_engine(address, PATIENCE_S)) as store, store.reading() as connection:
        return stored_version(connection)


def _bring_up_to_date(store: Store, backups: Path | None) -> None:
    if store.engine.dialect.name == "sqlite":
        _let_readers_and_a_writer_work_at_once(store)
    with store.writing("schema") as connection:
        version = stored_version(connection)  # again: somebody may just have done it
        if version is not None and version not in shipped_versions():
            what = f"The store was written by a newer Keepwell (its version is {version})."
            raise StoreUnusable(what, where=place(store.engine.url), todo="Upgrade this Keepwell.")
        if version != shipped_version():
            if version is not None:
                _keep_copy(connection, backups, version)
            upgrade(connection)


def _keep_copy(connection: Connection, backups: Path | None, version: str) -> None:
    if connection.dialect.name != "sqlite":  # a large store takes longer to copy than IDLE_S
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    keep_copy(connection.engine.url, backups, version, (*metadata.tables, VERSION_TABLE))


def _address(url: str) -> URL:
    todo = "Write sqlite:///keepwell.db or postgresql+psycopg://user:password@host/database."
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreUnusable("The address of the store cannot be read.", todo=todo) from error
    backend = address.get_backend_name()
    if backend in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        what = f"The store cannot be kept in {backend}."
        raise StoreUnusable(what, where=place(address), todo=todo)
    return address.set(drivername="sqlite")


def _engine(url: URL, patience_s: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, patience_s)
    connect = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
    return create_engine(url, connect_args=connect, pool_pre_ping=True)


def _sqlite(url: URL, patience_s: float) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    if not in_memory:
        _make_folder(url)
    # A database in memory is gone with its connection: all threads share the one.
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, connect_args={"timeout": patience_s}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(url: URL) -> None:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"The folder of the store cannot be made: {error.strerror}"
        todo = "Name a folder you may write to in `store`."
        raise StoreUnusable(what, where=place(url), todo=todo) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any DB-API connection
    connection.isolation_level = None  # the driver begins too late, and never for reading
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail, not wait, when another wrote
    # in between; so one that is going to write takes its turn at once.
    if begin := connection.get_execution_options().get(BEGIN, "BEGIN"):
        connection.exec_driver_sql(begin)


def _wait_for_my_turn(connection: Connection, subject: str, patience_s: float) -> None:
    if connection.dialect.name == "sqlite":
        return  # BEGIN IMMEDIATE has waited already
    connection.execute(text(f"SET LOCAL lock_timeout = '{patience_s}s'"))
    # a process that is frozen in the middle must not keep everybody else out until it wakes
    connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_S}s'"))
    turn = func.pg_advisory_xact_lock(func.hashtext(f"keepwell {subject}"))
    connection.execute(select(turn))


def _let_readers_and_a_writer_work_at_once(store: Store) -> None:
    # WAL is set outside any transaction, and stays with the file. SQLite does not wait for its
    # turn to do so, so we do: somebody else may be making the same store.
    deadline = monotonic() + store.patience_s
    while True:
        try:
            _set_wal(store.engine)
        except StoreUnavailable:
            if monotonic() > deadline:
                raise
            sleep(0.05)
        else:
            return


def _set_wal(engine: Engine) -> None:
    outside = engine.execution_options(**{BEGIN: ""})
    with in_our_words(engine.url), outside.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
