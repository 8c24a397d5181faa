"""Compute: from the facts in the lake to observations, and to the customers behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from prefect import task

from tasks.catalog import ENGINES
from tasks.engine.base import USUAL, Engine, Limits, Session
from tasks.engine.basis import Basis
from tasks.engine.measure import Lake, Measured, Request, measure
from tasks.engine.members import Question, members
from tasks.engine.topics import Topic, topics
from tasks.facts.load import LakeFile
from tasks.model import Member


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the facts of this moment are: the lake's folder, and its files.

    ``watermarks`` says, by table, until when its sources are known.
    """

    engine: str
    root: Path
    files: Sequence[LakeFile]
    watermarks: Mapping[str, datetime]
    limits: Limits = USUAL

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that have files."""
        return frozenset(file.table for file in self.files)

    def open(self) -> AbstractContextManager[Session]:
        """Open a session over the facts."""
        return cast("Engine", ENGINES.get(self.engine)).open(self.root, self.files, self.limits)


@task
def compute(facts: Facts, basis: Basis, request: Request) -> Measured:
    """Return the observations of ``request``."""
    with facts.open() as session:
        lake = Lake(facts.tables, facts.watermarks)
        return measure(session, basis, lake, request)


@task
def behind(
    facts: Facts, basis: Basis, questions: Sequence[Question], now: datetime
) -> tuple[tuple[Member, ...], ...]:
    """Return for each question the customers counted, largest first."""
    with facts.open() as session:
        return members(session, basis, questions, now=now)


@task
def about(
    facts: Facts, basis: Basis, questions: Sequence[Question], now: datetime
) -> tuple[tuple[Topic, ...], ...]:
    """Return for each question what the tickets counted were about, most first."""
    with facts.open() as session:
        return topics(session, basis, questions, now=now)
