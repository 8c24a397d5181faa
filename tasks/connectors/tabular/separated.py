"""Separated values: delimiter found out, quotes believed only where they are closed."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

from tasks.connectors.tabular.rows import FileRows, NoRow, distinct, text_table, with_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pyarrow.csv import InvalidRow

    from tasks.connectors.tabular.decoding import Decoded

DELIMITERS = ",;\t|"
LONGEST = 10_000_000  # characters of one field; beyond it a quotation mark was never closed
SHOWN = 200  # characters of a broken line that are kept to show it
NOT_CLOSED = "a quotation mark is not closed, or stands in the middle of a field"


def separated(decoded: Decoded, file: str) -> FileRows:
    """Return the rows of a CSV file, all columns text; empty fields are NULL.

    A line with more or fewer fields than the header is no row; it says so in ``no_rows``.
    """
    text, skipped = _without_hint(decoded.text)
    stream = StringIO(text)
    first = _first_line(stream)
    if not first.strip():
        return FileRows(file, with_places(text_table({}), file, ()), (), decoded.odd_lines)
    delimiter = sniffed(first)
    stream.seek(0)
    header = csv.reader(stream, delimiter=delimiter)
    names = distinct(next(fields for fields in header if fields))
    offset = header.line_num + skipped
    body = "".join(text.split("\n", header.line_num)[header.line_num :])
    columns, lines, no_rows = _body(body, names, delimiter)
    places = [line + offset for line in lines]
    wrong = tuple(NoRow(row.line + offset, row.text, row.reason) for row in no_rows)
    return FileRows(file, with_places(columns, file, places), wrong, decoded.odd_lines)


def sniffed(line: str) -> str:
    """Return the delimiter that stands most often in ``line`` outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def _without_hint(text: str) -> tuple[str, int]:
    """Return the text without the line ``sep=;`` that spreadsheets put first."""
    if text[:4].lower() == "sep=":
        return text.partition("\n")[2], 1
    return text, 0


def _first_line(stream: StringIO) -> str:
    return next((line for line in stream if line.strip()), "")


Body = tuple["pa.Table", "Sequence[int]", "list[NoRow]"]


def _body(body: str, names: list[str], delimiter: str) -> Body:
    """Return columns, the line of each row (from 1), and what is no row."""
    if not body.strip("\n"):
        return text_table({name: [] for name in names}), (), []
    quotes = body.count('"')
    if quotes % 2 == 0:
        columns, lines, no_rows = _fast(body, names, delimiter)
        if columns.num_rows + len(no_rows) == len(lines) or not quotes:
            bad = {row.line for row in no_rows}
            return columns, [line for line in lines if line not in bad], no_rows
    return _careful(body, names, delimiter)


def _fast(body: str, names: list[str], delimiter: str) -> Body:
    """Read with Arrow; the lines are those that are not blank, rows or not."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    from pyarrow import csv as arrow  # noqa: PLC0415 - heavy

    lines = _lines_with_text(body)
    invalid: list[NoRow] = []

    def refuse(row: InvalidRow) -> str:
        at = lines[row.number - 1] if row.number <= len(lines) else 0
        invalid.append(_no_row(at, row.text, row.actual_columns, len(names)))
        return "skip"

    data = body.encode()
    columns = arrow.read_csv(
        pa.BufferReader(data),
        # one block and one thread, so that Arrow knows the number of a broken row
        arrow.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        arrow.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
        ),
        arrow.ConvertOptions(
            column_types={name: pa.string() for name in names},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return columns, lines, invalid


def _lines_with_text(body: str) -> Sequence[int]:
    if body[0] != "\n" and "\n\n" not in body:
        return range(1, body.count("\n") + (not body.endswith("\n")) + 1)
    return [at for at, line in enumerate(body.split("\n"), 1) if line]


def _no_row(line: int, text: str, actual: int | None, expected: int) -> NoRow:
    found = f"{actual} fields" if actual != 1 else "1 field"
    return NoRow(line, text[:SHOWN], f"{found} where the header has {expected}")


def _careful(body: str, names: list[str], delimiter: str) -> Body:
    """Read record by record: a quotation mark that is never closed costs one line, not all."""
    columns: list[list[str | None]] = [[] for _ in names]
    lines: list[int] = []
    no_rows: list[NoRow] = []
    for line, fields, text in _records(body.split("\n"), delimiter):
        if fields is None:
            no_rows.append(NoRow(line, text[:SHOWN], NOT_CLOSED))
        elif len(fields) != len(names):
            no_rows.append(_no_row(line, text, len(fields), len(names)))
        else:
            lines.append(line)
            for column, field in zip(columns, fields, strict=True):
                column.append(field or None)
    return text_table(dict(zip(names, columns, strict=True))), lines, no_rows


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | None, str]]:
    """Yield line, fields and text of every record; fields is None where quotes do not match."""
    csv.field_size_limit(LONGEST)
    start = 0
    while start < len(lines):
        following = (f"{lines[at]}\n" for at in range(start, len(lines)))
        reader = csv.reader(following, delimiter=delimiter, strict=True)
        first = start
        try:
            for fields in reader:
                end = first + reader.line_num
                if fields:
                    yield start + 1, fields, "\n".join(lines[start:end])
                start = end
        except csv.Error:
            yield start + 1, None, lines[start]
            start += 1
