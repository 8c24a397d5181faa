"""Where are the vendors' contracts? In a folder beside the project, never in it.

``KEEPWELL_SPECS`` names the folder; else it is ``reference/specs`` of a project next to this one.
Where there is none, a test that needs it is skipped: the contracts are the vendors', not ours.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
BESIDE = "*/reference/specs"
ABSENT = "the vendors' contracts are not here: set KEEPWELL_SPECS to the folder that has them"


def contracts(vendor: str, pattern: str) -> tuple[Path, ...]:
    """Return the files of a vendor; skip the test where there are none."""
    named = os.environ.get("KEEPWELL_SPECS")
    folders = [Path(named)] if named else sorted(PROJECT.parent.glob(BESIDE))
    found = tuple(sorted(file for one in folders for file in (one / vendor).glob(pattern)))
    if not found:
        # they are the vendors', so they are not in the project: it must test without them
        pytest.skip(f"{ABSENT} (there is no {vendor}/{pattern}).")
    return found


def cut(file: Path, paths: tuple[str, ...], folder: Path) -> Path:
    """Return a copy of a large contract that has only these paths; a mock starts on it at once."""
    said = json.loads(file.read_text(encoding="utf-8"))
    said["paths"] = {path: said["paths"][path] for path in paths}
    copy = folder / file.name
    copy.write_text(json.dumps(said), encoding="utf-8")
    return copy


class Contract:
    """What one file says: which paths there are, and which words a query of them may have."""

    def __init__(self, file: Path) -> None:
        self.file = file
        said = YAML(typ="base").load(file)
        self._parameters = said.get("components", {}).get("parameters", {})
        self._paths = {_pattern(path): what for path, what in said["paths"].items()}

    def knows(self, path: str) -> bool:
        return any(pattern.fullmatch(path) for pattern in self._paths)

    def words(self, method: str, path: str) -> set[str]:
        """Return the words that the query of a request may have."""
        what = min(
            (each for each in self._paths.items() if each[0].fullmatch(path)),
            key=lambda each: each[0].groups,
        )[1]
        return {one["name"] for one in self._said(what, method.lower()) if one["in"] == "query"}

    def _said(self, what: Mapping[str, Any], method: str) -> Iterator[Mapping[str, Any]]:
        for one in (*what.get("parameters", ()), *what[method].get("parameters", ())):
            yield self._parameters[one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            "([^/]+)" if part[:1] == "{" else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", path)
        )
    )
