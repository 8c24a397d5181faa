"""Where a statement stands: in the configuration itself, or in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.errors import MappingInvalid

if TYPE_CHECKING:
    from pathlib import Path


def statement_of(sql: str, root: Path, key: str) -> tuple[str, str]:
    """Return a statement and where it stands: in a file ending in .sql, or in the configuration."""
    if not sql.strip().lower().endswith(".sql"):
        return sql, key
    path = root / sql.strip()
    try:
        return path.read_text(encoding="utf-8"), sql.strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MappingInvalid(
            f"{key}: the file '{sql.strip()}' cannot be read.",
            where=f"Looked for {path}.",
            todo="Paths are relative to the configuration file.",
        ) from error
