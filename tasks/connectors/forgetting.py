"""How does a forgotten customer leave a page, and never come back with the next?

A row is theirs where an id, an address or a name in it belongs to somebody forgotten. It stays, as
sums need it: the names are replaced by a made-up one, the words people wrote are gone. The ids of
records (tickets, contacts, deals) stay: outside the vendor's own system they name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tasks.connectors.streams import Page
from tasks.facts.private import ID, NAME, PERSON, STANDS_FOR, nobody, words

IDS = re.compile(
    r"(?:^|_)ids?$|(?<=[a-z])(?:Id|ids?)$|^hs_object_id$|^customer$|external", re.IGNORECASE
)
NAMES = re.compile(
    r"^(?:name|company|domain|website|organization_name|customer_name|dealname)$", re.IGNORECASE
)
WORDS = re.compile(
    r"^(?:name|.*(?:first|last|full|display|customer)_?name|email.*|.*_email|(?:.*_)?phone.*"
    r"|mobile.*|fax|(?:.*_)?address.*|line[1-3]|street.*|city|zip|postal.*|domain.*|website|url"
    r"|photo|alias|details|notes?|signature|.*subject|description.*|.*body|content|comment.*|text|value_text|dealname|linkedin.*"
    r"|twitter.*|about.*)$",
    re.IGNORECASE,
)
SHORTEST = 3  # a shorter name, found within a text, could be any word


def ids_in(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield every id in a row, its own and those of what it belongs to."""
    found: list[str] = []

    def note(kind: str, text: str) -> None:
        if kind == ID:
            found.append(text)

    _Row(note).look(row, "")
    yield from found


@dataclass(slots=True)
class _Row:
    """One row: what in it names somebody forgotten, and by which name they go now."""

    stands_for: STANDS_FOR
    found: dict[str, str] = field(default_factory=dict)

    def look(self, value: Any, key: str) -> None:  # noqa: ANN401 - JSON
        if isinstance(value, Mapping):
            for name, inner in value.items():
                # the values of a history are called `value`, but they are of what holds them
                self.look(inner, key if name in {"value", "results"} else str(name))
        elif isinstance(value, list):
            for inner in value:
                self.look(inner, key)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            self._look_at(str(value), key)

    def _look_at(self, text: str, key: str) -> None:
        kinds = [PERSON] if "@" in text else []
        kinds += [ID] if IDS.search(key) else []
        kinds += [NAME] if NAMES.match(key) else []
        for kind in kinds:
            if name := self.stands_for(kind, text):
                self.found[text] = name

    def without(self, row: Mapping[str, Any]) -> dict[str, Any]:
        name = next(iter(self.found.values()))
        long = {text for text in self.found if len(text) >= SHORTEST}
        pattern = words(long) if long else None

        def change(text: str, key: str) -> str:
            if text in self.found:
                return self.found[text]
            if WORDS.match(key):
                return name if NAMES.match(key) else ""
            return pattern.sub(lambda match: self.found[match[0]], text) if pattern else text

        return {key: _changed(value, str(key), change, self.found) for key, value in row.items()}


def without_forgotten(page: Page, stands_for: STANDS_FOR) -> Page:
    """Return the page as it may be landed; where it held somebody forgotten, not as it came."""
    if stands_for is nobody:
        return page
    rows = tuple(cleaned(row, stands_for) for row in page.rows)
    if all(new is old for new, old in zip(rows, page.rows, strict=True)):
        return page
    return replace(page, rows=rows, body=None)


def cleaned(row: Mapping[str, Any], stands_for: STANDS_FOR) -> Mapping[str, Any]:
    """Return a row without whoever was forgotten; the row itself where it holds nobody."""
    seen = _Row(stands_for)
    seen.look(row, "")
    return seen.without(row) if seen.found else row


def everywhere(value: Any, pattern: re.Pattern[str], name: str) -> Any:  # noqa: ANN401 - JSON
    """Return ``value`` with whatever ``pattern`` finds in its texts replaced by ``name``."""
    return _changed(value, "", lambda text, _: pattern.sub(name, text), {})


def _changed(
    value: Any,  # noqa: ANN401 - JSON
    key: str,
    change: Callable[[str, str], str],
    numbers: Mapping[str, str],
) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {
            name: _changed(inner, key if name in {"value", "results"} else name, change, numbers)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_changed(inner, key, change, numbers) for inner in value]
    if isinstance(value, str):
        return change(value, key)
    if isinstance(value, int) and not isinstance(value, bool) and IDS.search(key):
        return numbers.get(str(value), value)
    return value
