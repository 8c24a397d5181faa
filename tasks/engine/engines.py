"""Which engines are there? Each is imported when it is opened: PostgreSQL's driver costs 0.2 s."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import cast

from tasks.catalog import ENGINES
from tasks.engine.base import USUAL, Engine, Limits, OpenSession, Session
from tasks.facts.load import LakeFile


def _opens(kind: str) -> OpenSession:
    """Return what opens a session of the engine in the file of that name."""

    def open_session(
        lake: Path, files: Sequence[LakeFile], limits: Limits = USUAL
    ) -> AbstractContextManager[Session]:
        executor = import_module(f"tasks.engine.{kind}")
        return cast("OpenSession", executor.open_session)(lake, files, limits)

    return open_session


for _kind in ("duckdb", "postgres", "spark"):
    ENGINES.add(Engine(_kind, _opens(_kind)))
