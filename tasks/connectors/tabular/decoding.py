"""From bytes to text: nothing is lost, and lines in a second encoding are counted."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.errors import SourceRejected

if TYPE_CHECKING:
    from pathlib import Path

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with plain line ends; ``odd_lines`` were not in the file's own encoding."""

    text: str
    odd_lines: int = 0


def content(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if it ends in .gz; raise ``SourceRejected``."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except FileNotFoundError as error:
        raise SourceRejected(
            f"There is no file '{path.name}'.",
            where=f"Looked in {path.parent}.",
            todo="Put it there, or correct the configuration.",
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise SourceRejected(
            f"'{path.name}' cannot be read: {error}.",
            where=f"It is in {path.parent}.",
            todo="Check its rights and that it was copied completely.",
        ) from error


def decoded(data: bytes, encoding: str | None = None) -> Decoded:
    """Return the text of ``data``: a byte-order mark wins over ``encoding``, UTF-8 is usual.

    A line that is not valid in it is read as UTF-8, else as Windows-1252, else as Latin-1, which
    knows every byte.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    encoding = encoding or "utf-8"
    try:
        return Decoded(_plain_ends(data.decode(encoding)))
    except UnicodeDecodeError:
        return _line_by_line(data, encoding)


def _line_by_line(data: bytes, encoding: str) -> Decoded:
    if encoding.startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
        return Decoded(_plain_ends(data.decode(encoding, "replace")), odd_lines=1)
    lines, odd = [], 0
    for line in data.split(b"\n"):
        text, is_odd = _line(line, encoding)
        lines.append(text)
        odd += is_odd
    return Decoded(_plain_ends("\n".join(lines)), odd)


def _line(line: bytes, encoding: str) -> tuple[str, bool]:
    for candidate in (encoding, "utf-8", "cp1252"):
        try:
            return line.decode(candidate), candidate != encoding
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1"), True


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
