"""The Spark executor: the same statements on a cluster, or on all cores of one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table

from tasks.engine.base import USUAL, Limits, Rows
from tasks.engine.sparksql import SPARK
from tasks.engine.written import NOTHING, columns_of, written
from tasks.errors import Fix
from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.facts.load import LakeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOCAL = "local[*]"
_OPTIMIZER = "org.apache.spark.sql.catalyst.optimizer"
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",  # or days shift
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parser.escapedStringLiterals": "true",  # a backslash is a backslash
    # the rule breaks plans that read one table several times (Spark 4.1 says so and stops)
    "spark.sql.optimizer.excludedRules": f"{_OPTIMIZER}.RemoveRedundantAliases",
}
_AT_START = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",  # our results are small; 200 tasks each would be slow
}


class SparkFacts:
    """Facts as views over Parquet, context as small frames, statements as rows."""

    def __init__(self, session: SparkSession) -> None:
        """Wrap a session of one's own."""
        self._session = session
        self._made: dict[str, DataFrame] = {}

    def rows(self, statement: str | Select[Any], given: Mapping[str, Any] = NOTHING) -> Rows:
        """Return all rows of a SELECT."""
        text = written(statement, SPARK, given=given)
        return [tuple(row) for row in self._session.sql(text).collect()]

    def fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a context table with exactly these rows, whatever it held before."""
        names = [column.name for column in table.columns]
        given = [tuple(row.get(name) for name in names) for row in rows]
        frame = self._session.createDataFrame(given, columns_of(table, SPARK).replace('"', "`"))
        frame.createOrReplaceTempView(table.name)

    def make(
        self, table: Table, statement: Select[Any], given: Mapping[str, Any] = NOTHING
    ) -> None:
        """Make a table out of what a SELECT returns, whatever it held before."""
        if table.name in self._made:
            self._made.pop(table.name).unpersist()
        self._made[table.name] = self._session.sql(written(statement, SPARK, given=given)).persist()
        self._made[table.name].createOrReplaceTempView(table.name)

    def close(self) -> None:
        """Forget what was made."""
        for frame in self._made.values():
            frame.unpersist()


@contextmanager
def open_session(
    lake: Path, files: Sequence[LakeFile], limits: Limits = USUAL
) -> Iterator[SparkFacts]:
    """Open a session over the files of the lake, on ``limits.url`` or all cores of this machine.

    The address is a Spark master (``local[4]``, ``spark://host:7077``) or a Spark Connect server
    (``sc://host``); its workers must see the lake under the same path. Raises ``Fix`` where Spark
    is not installed or does not start.
    """
    session = _started(limits)
    for table in FACTS.values():
        _show(session, table, lake, [file for file in files if file.table == table.name])
    facts = SparkFacts(session)
    try:
        yield facts
    finally:
        facts.close()


def _started(limits: Limits) -> SparkSession:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - heavy, and optional
    except ImportError as error:
        raise Fix(
            "engine is spark, and Spark is not installed.",
            where="The Python package pyspark is not there.",
            todo="Run pip install 'keepwell[spark]'; Spark also needs Java 17.",
        ) from error
    address = limits.url or LOCAL
    builder = SparkSession.builder.appName("keepwell")
    builder = builder.remote(address) if address.startswith("sc:") else builder.master(address)
    for name, value in _AT_START.items():
        builder = builder.config(name, value)
    session = builder.config("spark.driver.memory", _java(limits.memory)).getOrCreate().newSession()
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _java(memory: str) -> str:
    """Return ``2GB`` as Java says it: ``2g``."""
    return memory.strip().upper().removesuffix("IB").removesuffix("B").replace(" ", "").lower()


def _show(session: SparkSession, table: Table, lake: Path, files: Sequence[LakeFile]) -> None:
    """Show one table over the files that hold it; of a row that several sources give the latest."""
    if not files:
        schema = columns_of(table, SPARK).replace('"', "`")
        session.createDataFrame([], schema).createOrReplaceTempView(table.name)
        return
    frame = session.read.parquet(*(str((lake / file.path).absolute()) for file in files))
    frame.createOrReplaceTempView(table.name)
    if len({file.source for file in files}) > 1:
        frame.createOrReplaceTempView(f"all_{table.name}")
        key = ", ".join(about(table).key)
        session.sql(
            f"SELECT * EXCEPT (latest) FROM (SELECT *, row_number() OVER (PARTITION BY {key} "  # noqa: S608
            f"ORDER BY updated_at DESC NULLS LAST, source) AS latest FROM all_{table.name}) "
            "WHERE latest = 1"
        ).createOrReplaceTempView(table.name)
