"""Is this an answer? Whole, unpacked, JSON, and of the shape that was asked for: or trouble."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tasks.connectors.retrying import Trouble

FEW = 3  # what is no hiccup of a network is not asked for as often
LARGEST = 64 * 1024 * 1024
A_REASON = 200  # letters of what a vendor said
OK, MULTIPLE, BAD = 200, 300, 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``headers`` have small letters; ``data`` is the JSON of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any = None
    request_id: str = ""

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Return the data."""
        return self.data


def unpacked(chunks: Iterable[bytes], encoding: str, check: Callable[[], None]) -> bytes:
    """Return the whole body; ``check`` is called for every piece, to see whether it takes too long.

    Raises Trouble where it is cut off, or larger than any page.
    """
    gzip = zlib.decompressobj(wbits=47) if encoding in {"gzip", "deflate"} else None
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        check()
        piece = _unpacked(gzip, chunk) if gzip else chunk
        size += len(piece)
        if size > LARGEST or (gzip and gzip.unconsumed_tail):
            raise Trouble(
                f"it answered with more than {LARGEST // 2**20} MB in one page",
                tries=1,
                rejected=True,
                todo="Please report it: a page should be smaller.",
            )
        pieces.append(piece)
    if gzip and not gzip.eof and size:
        raise Trouble("the packed answer was cut off")
    return b"".join(pieces)


def _unpacked(gzip: Any, chunk: bytes) -> bytes:  # noqa: ANN401 - zlib does not name its type
    try:
        piece: bytes = gzip.decompress(chunk, LARGEST + 1)
    except zlib.error as error:
        raise Trouble("the packed answer cannot be unpacked") from error
    return piece


def parsed(body: bytes, kind: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of ``body``, the text of CSV, None for nothing; raise Trouble for others."""
    if not body.strip():
        return None
    if kind.startswith("text/csv"):
        return _text(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _no_json(body, kind) from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Trouble("the answer was cut off or is no text") from error


def _no_json(body: bytes, kind: str) -> Trouble:
    if "html" in kind or body.lstrip()[:1] == b"<":
        return Trouble(
            "it answered with a web page instead of data",
            tries=FEW,
            rejected=True,
            todo="Check the address in the configuration; a proxy may also stand in between.",
        )
    return Trouble("the answer was cut off or is no JSON")


def shaped(data: Any, expects: Mapping[str, type]) -> None:  # noqa: ANN401 - JSON
    """Raise Trouble unless ``data`` has the keys ``expects`` names; "" is the whole of it."""
    for key, kind in expects.items():
        part = data if not key else data.get(key) if isinstance(data, dict) else None
        if not isinstance(part, kind) or (isinstance(part, list) and not _objects(part)):
            raise Trouble(
                f"the answer has another shape than expected: no {_named(kind)} "
                + (f"under '{key}'" if key else "at all"),
                tries=FEW,
                rejected=True,
                todo="Please report it: the vendor may have changed its API.",
            )


def _objects(rows: list[Any]) -> bool:
    return all(type(row) is dict for row in rows)


def _named(kind: type) -> str:
    return {list: "list of objects", dict: "object", int: "number", str: "text"}.get(
        kind, kind.__name__
    )


def reason(data: Any) -> str:  # noqa: ANN401 - JSON
    """Return what an answer gives as its reason; nothing where it gives none."""
    if isinstance(data, list) and data:
        data = data[0]
    if not isinstance(data, dict):
        return ""
    for key in ("message", "description", "error_description", "error", "title", "detail"):
        if isinstance(data.get(key), dict):
            return reason(data[key])
        if isinstance(data.get(key), str) and data[key].strip():
            return " ".join(data[key].split())
    return reason(data.get("errors")) if isinstance(data.get("errors"), list) else ""


def shortened(said: str) -> str:
    """Return the first part of a long reason; whatever is secret in it must be out before."""
    return said if len(said) <= A_REASON else f"{said[:A_REASON]}..."
