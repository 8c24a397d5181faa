"""A YAML text as plain values, and the line on which each of them stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.config.secrets import (
    Asked,
    Blocks,
    FilledIn,
    Places,
    missing,
    no_blocks,
    trouble_with,
    variable_of,
)
from tasks.config.wording import Loc
from tasks.errors import ConfigurationInvalid, KeepwellError, Mistake

if TYPE_CHECKING:
    from ruamel.yaml import YAML

PLACEHOLDER = re.compile(
    r"\$\{(?:(?P<name>[A-Za-z_]\w*)|block:(?P<block>[a-z][a-z0-9-]*))"
    r"(?P<else>:-(?P<default>[^}]*))?\}"
)
FIRST_LINE = 1


@dataclass(frozen=True)
class Document:
    """What a file says (empty values left out), where, and what could not be filled in."""

    data: Mapping[str, object]
    lines: Mapping[Loc, int]
    mistakes: tuple[Mistake, ...] = ()
    filled_in: tuple[FilledIn, ...] = ()

    def line(self, loc: Loc) -> int:
        """Return the line of ``loc``, or of the nearest thing around it that was written."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, FIRST_LINE)


def read_yaml(
    text: str, name: str, environ: Mapping[str, str], blocks: Blocks = no_blocks
) -> Document:
    """Return the content of ``text`` with ``${NAME}`` filled in from ``environ`` or ``blocks``.

    Raises ``ConfigurationInvalid``, naming the file ``name``, for what is no YAML.
    """
    reading = _Reading(Places(environ, Path(name).parent, blocks))
    data = reading.plain(_parsed(text, name), ())
    if not isinstance(data, dict):
        todo = "Begin with 'company:', or let 'keepwell init' write the file."
        raise ConfigurationInvalid(name, [Mistake(1, "file", "it holds no keys.", todo)])
    return Document(data, reading.lines, tuple(reading.mistakes), tuple(reading.filled_in))


def key_path(loc: Loc) -> str:
    """Return ``goals[0].kpi`` for ``("goals", 0, "kpi")``."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return path.removeprefix(".")


def _parsed(text: str, name: str) -> object:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415  # only a load needs it

    try:
        return _parser().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else FIRST_LINE
        raise ConfigurationInvalid(name, [_broken(line, str(error.problem))]) from error
    except (YAMLError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise ConfigurationInvalid(name, [_broken(FIRST_LINE, str(error))]) from error


def _parser() -> YAML:
    """Return a parser that remembers lines and leaves dates as text, the wrong ones included."""
    from ruamel.yaml import YAML  # noqa: PLC0415  # as above
    from ruamel.yaml.constructor import RoundTripConstructor  # noqa: PLC0415  # as above

    class DatesAsText(RoundTripConstructor):
        """Dates are ours to read: a wrong one is a mistake with a line, not a crash."""

    DatesAsText.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda self, node: self.construct_scalar(node)
    )
    parser = YAML(typ="rt")
    parser.Constructor = DatesAsText
    return parser


def _broken(line: int, problem: str) -> Mistake:
    said = " ".join(problem.split()).rstrip(".")
    return Mistake(
        line, "file", f"this is no YAML: {said}.", "Check quotes, colons and indentation."
    )


@dataclass
class _Reading:
    places: Places
    lines: dict[Loc, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    filled_in: list[FilledIn] = field(default_factory=list)

    def plain(self, node: object, loc: Loc) -> object:
        """Return ``node`` without what the parser remembers about it; None where it is empty."""
        if isinstance(node, dict):
            return self._mapping(node, loc)
        if isinstance(node, list):
            return self._sequence(node, loc)
        return self._scalar(node, loc)

    def _mapping(self, node: dict[object, object], loc: Loc) -> dict[str, object]:
        filled = {}
        for key, value in node.items():
            self.lines[*loc, str(key)] = _line_of(node, key) or self._line(loc)
            filled[str(key)] = self.plain(value, (*loc, str(key)))
        return {key: value for key, value in filled.items() if value is not None}

    def _sequence(self, node: list[object], loc: Loc) -> list[object]:
        filled = list[object]()
        for number, item in enumerate(node):
            here = (*loc, len(filled))
            self.lines[here] = _line_of(node, number) or self._line(loc)
            value = self.plain(item, here)
            filled += [] if value is None else [value]
        return filled

    def _scalar(self, node: object, loc: Loc) -> object:
        if isinstance(node, str):
            return self._filled_in(str(node), loc).strip() or None
        if node is None or isinstance(node, bool):
            return node
        for kind in (int, float):
            if isinstance(node, kind):
                return kind(node)
        return str(getattr(node, "value", node))

    def _filled_in(self, text: str, loc: Loc) -> str:
        filled = PLACEHOLDER.sub(lambda match: self._value(match, loc), text)
        if "${" in PLACEHOLDER.sub("", text):
            self._malformed(loc)
        return filled

    def _value(self, match: re.Match[str], loc: Loc) -> str:
        block = match["block"] or ""
        default = match["default"] if match["else"] else None
        asked = Asked(match["name"] or variable_of(block), block, default)
        try:
            found = self.places.find(asked)
        except KeepwellError as error:
            self._mistake(loc, *trouble_with(error))
            return match[0]
        if found is None:
            self._mistake(loc, *missing(asked))
            return match[0]
        self.filled_in.append(FilledIn(self._line(loc), key_path(loc), asked.name, found.origin))
        return found.value

    def _malformed(self, loc: Loc) -> None:
        self._mistake(
            loc, "this is no placeholder.", "Write ${NAME}, ${NAME:-default} or ${block:name}."
        )

    def _mistake(self, loc: Loc, what: str, todo: str) -> None:
        self.mistakes.append(Mistake(self._line(loc), key_path(loc), what, todo))

    def _line(self, loc: Loc) -> int:
        return Document({}, self.lines).line(loc)


def _line_of(node: object, key: object) -> int | None:
    """Return the line (from 1) on which ``key`` of a parsed mapping or list was written."""
    places = getattr(getattr(node, "lc", None), "data", None) or {}
    return places[key][0] + 1 if key in places else None  # none: merged in with <<
