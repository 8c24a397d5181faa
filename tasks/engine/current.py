"""Where are the facts of this moment, and how are they opened?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from tasks.catalog import ENGINES
from tasks.engine.base import USUAL, Engine, Limits, Session
from tasks.facts.load import LakeFile


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the facts of this moment are: the lake's folder, and its files.

    ``watermarks`` says, by table, until when its sources are known, and ``begins`` since when they
    tell everything, where they say so. Of the ``exact`` tables it is known to the minute: what is
    not there by then is missing, not merely late.
    """

    engine: str
    root: Path
    files: Sequence[LakeFile]
    watermarks: Mapping[str, datetime]
    limits: Limits = USUAL
    begins: Mapping[str, datetime] = field(default_factory=dict)
    exact: frozenset[str] = frozenset()

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that have files, or stay where the engine has them."""
        live = frozenset(one.table for one in self.limits.live)
        return live.union(file.table for file in self.files)

    def open(self) -> AbstractContextManager[Session]:
        """Open a session over the facts."""
        return cast("Engine", ENGINES.get(self.engine)).open(self.root, self.files, self.limits)
