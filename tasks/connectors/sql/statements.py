"""Where does a SELECT stand? In the configuration itself, or in a file beside it."""

from __future__ import annotations

from pathlib import Path

from tasks.errors import MappingInvalid


def statement_of(sql: str, root: Path, key: str) -> str:
    """Return a statement, which may stand in a file; raise MappingInvalid without that file."""
    if not sql.strip().lower().endswith(".sql"):
        return sql
    path = root / sql.strip()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingInvalid(
            f"{key}: the file '{sql.strip()}' cannot be read.",
            where=f"Looked for {path}.",
            todo="Paths are relative to the configuration file.",
        ) from error
