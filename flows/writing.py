"""How is a digest written: the whole company's, and each part of it, from what is stored?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from flows.briefing import (
    Circumstances,
    Findings,
    Histories,
    circumstances,
    digest_inputs,
    found_from,
    histories,
)
from flows.parts import Part, cut, own_circumstances, own_steps, own_workspace
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.model import DataNote, Message, Observation, Period


@dataclass(frozen=True, slots=True)
class Written:
    """One digest: what was found, what is to be known of the data, and the message that says it."""

    found: Findings
    notes: tuple[DataNote, ...]
    message: Message


@dataclass(frozen=True)
class Desk:
    """Where the digests of one period are written; the store is read once for all of them."""

    steps: Steps
    workspace: Workspace
    period: Period
    now: datetime
    fresh: tuple[Observation, ...] = ()

    @cached_property
    def past(self) -> Histories:
        """What is known of every cell."""
        return histories(self.workspace, self.period, self.fresh)

    def whole(self) -> Written:
        """Return the digest of the whole company."""
        found = found_from(self.steps, self.workspace, self.period, self.past, now=self.now)
        known = circumstances(self.workspace, self.period, now=self.now)
        inputs = digest_inputs(self.workspace, found, known)
        return Written(found, known.notes, self.steps.digest_message(inputs))

    def parts(self, wanted: Sequence[Part]) -> Iterator[Message]:
        """Yield the digest of each part, in their order; all are of one dimension."""
        if not wanted:
            return
        dimension = wanted[0].dimension
        pieces = cut(self.past, dimension)
        known = circumstances(self.workspace, self.period, dimension, now=self.now)
        for part in wanted:
            yield self._part(part, pieces.get(part.segment, {}), known)

    def _part(self, part: Part, past: Histories, known: Circumstances) -> Message:
        workspace = own_workspace(self.workspace, part)
        steps = own_steps(self.steps, part)
        found = found_from(steps, workspace, self.period, past, now=self.now)
        own = own_circumstances(known, part, past, self.period)
        inputs = digest_inputs(workspace, found, own)
        return steps.digest_message(replace(inputs, audience=part.key, whose=part.whose))


def write(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    *,
    now: datetime,
    fresh: Iterable[Observation] = (),
) -> Written:
    """Return the digest of ``period`` from what is stored; ``fresh`` values stand above that."""
    return Desk(steps, workspace, period, now, tuple(fresh)).whole()
