"""How is a customer taken out of the pages that were landed? Page by page, each written anew.

A page keeps its name, its rows and their order; the store learns its new digest, and the index of
newest rows is made again when it is next needed.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tasks.connectors.forgetting import cleaned, ids_in
from tasks.connectors.newest import forget
from tasks.connectors.pagefiles import ONE_ANSWER, Written, write_page
from tasks.connectors.streams import Body
from tasks.errors import SourceRejected

if TYPE_CHECKING:
    from tasks.facts.private import STANDS_FOR

HOMES = ("organizations", "companies")  # the streams whose rows are customers
Everywhere = Callable[[Any], Any]


def clean_pages(
    raw: Path,
    stands_for: STANDS_FOR,
    everywhere: Everywhere,
    digests: Callable[[str, Written], None],
) -> int:
    """Take whoever was forgotten out of every page below ``raw``; return how many pages held them.

    ``everywhere`` strikes names out of any text; ``digests`` is told of each page as it is now, so
    that whoever was killed in between leaves nothing that a second time would not mend. Raises
    SourceRejected for a page that cannot be read: nobody could say what it holds.
    """
    changed = 0
    for path in sorted(raw.glob("*/*/[!.]*.gz")):
        written = _cleaned(path, stands_for, everywhere)
        changed += written is not None
        digests(path.relative_to(raw).as_posix(), written or _as_it_is(path))
    for folder in {path.parent for path in raw.glob("*/*/newest-*.sqlite*")}:
        forget(folder)
    for unfinished in raw.glob("*/*/.*.gz.*"):
        unfinished.unlink(missing_ok=True)
    return changed


def learned(raw: Path, ids: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the ids and the addresses by which pages know the customer that has ``ids``.

    A helpdesk has a number of its own for it, which its tickets and people name.
    """
    known, addresses = set(ids), set[str]()
    for path in sorted(raw.glob("*/*/[!.]*.gz")):
        if path.parent.name.startswith(HOMES):
            for row in _rows(path):
                if known & set(_scalars(row)):
                    known.add(str(row.get("id", "")))
    known.discard("")
    for path in sorted(raw.glob("*/*/[!.]*.gz")):
        for row in _rows(path):
            if any(text in known for text in ids_in(row)):
                said = (text for text in _scalars(row) if "@" in text and " " not in text)
                addresses.update(said)
    return known, addresses


def _rows(path: Path) -> Iterator[Any]:
    if not path.name.endswith(f"{ONE_ANSWER}.gz"):
        yield from _lines(path)
        return
    key = path.name.removesuffix(f"{ONE_ANSWER}.gz").partition(".")[2]
    answer = _read(path)
    yield from answer[key] if key else [answer]


def _scalars(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _cleaned(path: Path, stands_for: STANDS_FOR, everywhere: Everywhere) -> Written | None:
    if path.name.endswith(f"{ONE_ANSWER}.gz"):
        return _cleaned_answer(path, stands_for, everywhere)
    rows = list(_lines(path))
    after = [everywhere(cleaned(row, stands_for)) for row in rows]
    return write_page(path, after) if after != rows else None


def _cleaned_answer(path: Path, stands_for: STANDS_FOR, everywhere: Everywhere) -> Written | None:
    key = path.name.removesuffix(f"{ONE_ANSWER}.gz").partition(".")[2]
    answer = _read(path)
    rows = answer[key] if key else [answer]
    after = [everywhere(cleaned(row, stands_for)) for row in rows]
    whole = everywhere({**answer, key: after}) if key else after[0]
    if whole == answer:
        return None
    return write_page(path, after, Body(orjson.dumps(whole), key))


def _lines(path: Path) -> Iterator[Any]:
    content = _unpacked(path)
    return (orjson.loads(line) for line in content.splitlines())


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON
    return orjson.loads(_unpacked(path))


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise SourceRejected(
            "A page that was landed cannot be read, so nobody can say whom it holds.",
            where=f"({path})",
            todo="Delete the file and forget the customer again: a sync reads its stream anew.",
        ) from error


def _as_it_is(path: Path) -> Written:
    content = path.read_bytes()
    return Written(0, len(content), sha256(content).hexdigest())
