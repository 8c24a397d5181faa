"""A folder of raw files on a workbench: every file a view, for SELECTs and checks over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tasks.connectors.tabular.reading import data_files, read, stem_and_kind
from tasks.errors import MappingInvalid
from tasks.facts.raw import FILE, LINE

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from tasks.connectors.tabular.rows import FileRows


class Workbench:
    """Runs SQL over the files of a folder. A file is read when a statement first names it.

    Columns of text files are text, so that nothing is lost before somebody says what they are.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, *, encoding: str | None
    ) -> None:
        """Look which files there are; raise ``SourceRejected`` where there is no folder."""
        self._connection, self._encoding = connection, encoding
        self._files: dict[str, Path] = {}
        for path in data_files(folder):
            self._files.setdefault(stem_and_kind(path)[0].lower(), path)
        self.read: dict[str, FileRows] = {}

    def rows(self, sql: str, *, what: str, where: str) -> pa.Table:
        """Return what a SELECT gives; raise ``MappingInvalid`` in one line where it fails."""
        import duckdb  # noqa: PLC0415 - heavy

        try:
            if not self._is_one_select(sql):
                raise MappingInvalid(f"{what}: this is not one SELECT.", where=f"It is in {where}.")
            self._lay_out(sql)
            return self._connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise MappingInvalid(
                f"{what}: {in_one_line(str(error))}",
                where=f"The SELECT is in {where}; the files are {', '.join(self._files)}.",
                todo="Correct the SELECT.",
            ) from error

    def first_row(self, sql: str, *, what: str, where: str) -> dict[str, Any]:
        """Return the first row of a SELECT by column; empty where there is none."""
        rows = self.rows(sql, what=what, where=where).slice(0, 1).to_pylist()
        return dict(rows[0]) if rows else {}

    def _is_one_select(self, sql: str) -> bool:
        import duckdb  # noqa: PLC0415 - heavy

        kinds = [statement.type for statement in self._connection.extract_statements(sql)]
        return kinds == [duckdb.StatementType.SELECT]

    def _lay_out(self, sql: str) -> None:
        words = set(re.findall(r"[\w.\- ]+", sql.lower())) | set(re.findall(r"\w+", sql.lower()))
        for stem, path in self._files.items():
            if stem in words and stem not in self.read:
                rows = read(path, encoding=self._encoding)
                self.read[stem] = rows
                # the name that register() takes is an identifier, kept as it is
                self._connection.register(stem, rows.rows.drop_columns([FILE, LINE]))


def in_one_line(message: str) -> str:
    """Return DuckDB's message without the copy of the statement that follows it."""
    said = re.split(r"\n\s*LINE \d+:|\n\n(?=LINE)", message)[0]
    return re.sub(r' Did you mean "pg_\w+"\?', "", " ".join(said.split()))
