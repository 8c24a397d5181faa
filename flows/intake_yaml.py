"""How does a proposed mapping stand in keepwell.yaml? With a remark where it is a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.intake import Intake
from flows.intake_drafts import Column, Draft
from flows.proposal import Guess

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEYWORDS = frozenset({"yes", "no", "true", "false", "null", "on", "off", "y", "n"})


def sources(exports: Path, folder: Path, intake: Intake) -> str:
    """Return the part ``sources`` of a configuration that stands in ``folder``."""
    lines = [
        "",
        "# Where the data are, and what your columns are called here: ours first, yours behind.",
        "# Proposed by 'keepwell init'; change what is not right, then run 'keepwell check'.",
        "sources:",
        "  - name: exports",
        "    kind: files",
        f"    path: {json.dumps(_relative(exports, folder))}",
    ]
    if intake.encoding:
        lines.append(f"    encoding: {intake.encoding}")
    if not intake.drafts or any(not _is_plain(draft) for draft in intake.drafts):
        lines += _tables(intake.drafts)
    lines += [f"    # not used: {file} ({why})" for file, why in intake.unused]
    return "\n".join(lines) + "\n"


def _relative(exports: Path, folder: Path) -> str:
    """Return where the exports are, seen from the configuration, where that is below it."""
    inside, base = exports.resolve(), folder.resolve()
    return f"./{inside.relative_to(base)}" if inside.is_relative_to(base) else str(inside)


def _is_plain(draft: Draft) -> bool:
    """Say whether a file can be read without any mapping."""
    if draft.settings or draft.lacks or len(draft.export.sheet.files) > 1:
        return False
    columns = {ours: str(theirs) for ours, theirs in draft.columns.items()}
    return Guess(draft.table, draft.export.sheet.files[0], columns, ()).is_plain


def _tables(drafts: Sequence[Draft]) -> Iterator[str]:
    if drafts:
        yield "    tables:"
    for draft in drafts:
        yield from _table(draft)


def _table(draft: Draft) -> Iterator[str]:
    yield f"      {draft.table}:"
    files = draft.export.sheet.files
    yield f"        file: {_scalar(files[0]) if len(files) == 1 else _flow(list(files))}"
    for key, value in draft.settings.items():
        yield _with_remark(f"        {key}: {_flow(value)}", draft.remarks.get(key))
    lacks = draft.lacks
    if lacks:
        yield f"        lacks: {_flow(list(lacks))}"
    renamed = {ours: theirs for ours, theirs in draft.columns.items() if ours != theirs}
    if renamed:
        yield "        columns:"
        yield from (_column(draft, ours, theirs) for ours, theirs in renamed.items())


def _column(draft: Draft, ours: str, theirs: Column) -> str:
    return _with_remark(f"          {ours}: {_flow(theirs)}", draft.remarks.get(ours))


def _with_remark(line: str, remark: str | None) -> str:
    return f"{line}   # {remark}" if remark else line


def _flow(value: Any) -> str:  # noqa: ANN401 - whatever a setting may be
    """Return a value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _scalar(str(value))


def _scalar(text: str) -> str:
    is_plain = PLAIN.fullmatch(text) and text.lower() not in KEYWORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
