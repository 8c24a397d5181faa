"""What an engine is: something that opens a session in which statements run over the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Select, Table

from tasks.engine.written import NOTHING
from tasks.facts.load import LakeFile

Rows = Sequence[tuple[Any, ...]]


class Session(Protocol):
    """Statements in, rows out."""

    def rows(self, statement: str | Select[Any], given: Mapping[str, Any] = NOTHING) -> Rows:
        """Return all rows of a SELECT; ``given`` by name stands where its parameters are."""
        ...

    def fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a context table with exactly these rows, whatever it held before."""
        ...

    def make(
        self, table: Table, statement: Select[Any], given: Mapping[str, Any] = NOTHING
    ) -> None:
        """Make a table out of what a SELECT returns, likewise, whatever it held before."""
        ...


@dataclass(frozen=True, slots=True)
class Live:
    """A table that stays on the engine's own server: the SELECT that gives it, of which source.

    ``zone`` is that of its times that name none.
    """

    source: str
    table: str
    sql: str
    zone: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of this machine an engine may use; beyond ``memory`` it spills to ``spill_to``.

    ``url`` is the server of an engine that needs one, and ``live`` what it has itself.
    """

    memory: str = "2GB"
    threads: int = 2
    spill_to: str | None = None
    url: str = field(default="", repr=False)
    live: tuple[Live, ...] = ()


USUAL = Limits()

OpenSession = Callable[[Path, Sequence[LakeFile], Limits], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine by its ``kind`` in the configuration; ``open`` takes lake, files and limits."""

    key: str
    open: OpenSession
