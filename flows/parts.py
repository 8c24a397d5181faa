"""What is a part of a digest? One segment's customers, told as if they were the whole company.

The same steps find and write what there is to say; they are given the values of that segment only,
and ask only about its customers. So a part is as exact as the whole, and nobody else is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from flows.briefing import Circumstances, Histories
from flows.history import as_called_now
from flows.plan import told
from flows.secondly import SECOND
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config import GoalSettings
from tasks.engine.basis import Basis
from tasks.engine.current import Facts
from tasks.engine.members import Question
from tasks.messages.inputs import Restated
from tasks.messages.notes import WITHHELD
from tasks.messages.outside import clean
from tasks.model import ALL, Cell, DataNote, NullReason, Observation, Period
from tasks.store import read

Answer = TypeVar("Answer")
Ask = Callable[[Facts, Basis, Sequence[Question], datetime], tuple[tuple[Answer, ...], ...]]

# Notes of the other kinds quote rows, and those may be anybody's.
QUOTE_NOTHING = frozenset(
    {"currency", "empty_table", "gone", "history", "not_read", "totals", "unused_file"}
)
BOOKS = "Revenue figures are withheld: the company's books do not balance for this period."
TWICE = "Some figures are withheld: two calculations of them do not agree for this period."


@dataclass(frozen=True, slots=True)
class Part:
    """The customers of one segment; ``whose`` is what readers call them: ``Ana's customers``."""

    dimension: str
    segment: str
    whose: str = ""

    @property
    def key(self) -> str:
        """What the outbox calls the digest about them, ``owner/ana``; no two parts share one."""
        key = f"{self.dimension}/{self.segment}"
        if clean(key) == key and self.is_plain:
            return key
        own = sha256(f"{self.dimension}\0{self.segment}".encode("utf-8", "replace")).hexdigest()
        return f"{clean(key, 60)}-{own[:12]}"

    @property
    def is_plain(self) -> bool:
        """Whether the segment has a name for each attribute of its dimension, and no more."""
        return self.segment.count("/") == self.dimension.count("/")


def segments_of(workspace: Workspace, dimension: str, period: Period) -> Mapping[str, bool]:
    """Return the segments measured in ``period``, and whether there is anything to tell of each."""
    stored = read(
        workspace.store,
        kpis=told(workspace.settings),
        grain=period.grain,
        periods=(period.key,),
        dimension=dimension,
    )
    called = tuple(as_called_now(workspace.settings, stored))
    found = {one.segment: False for one in called}
    return found | {one.segment: True for one in called if _says_something(one)}


def _says_something(seen: Observation) -> bool:
    if seen.null_reason is NullReason.WITHHELD:
        return True
    return seen.value is not None and any((seen.numerator, seen.denominator, seen.n))


def cut(past: Histories, dimension: str) -> Mapping[str, Histories]:
    """Return, by segment of ``dimension``, its histories as if it were the whole company.

    Crosses with another dimension are left out: where names hold slashes, nobody can tell whose
    they are.
    """
    made: defaultdict[str, dict[Cell, tuple[Observation, ...]]] = defaultdict(dict)
    for cell, seen in past.items():
        if cell.segment_dimension == dimension:
            own = replace(cell, segment_dimension=ALL, segment=ALL)
            made[cell.segment][own] = tuple(map(_as_whole, seen))
    return made


def _as_whole(one: Observation) -> Observation:
    return replace(one, segment_dimension=ALL, segment=ALL)


def own_workspace(workspace: Workspace, part: Part) -> Workspace:
    """Return the workspace with the goals that were set for ``part``, and no others."""
    goals = tuple(_for_all(goal) for goal in workspace.settings.goals if _is_own(goal, part))
    own = {"goals": goals, "benchmarks": ()}  # a benchmark is for the whole company
    return replace(workspace, settings=workspace.settings.model_copy(update=own))


def _is_own(goal: GoalSettings, part: Part) -> bool:
    return dict(goal.by) == {part.dimension: part.segment}


def _for_all(goal: GoalSettings) -> GoalSettings:
    return goal.model_copy(update={"by": {}})


def own_steps(steps: Steps, part: Part) -> Steps:
    """Return steps that, asked about everybody, answer about the customers of ``part``."""
    return replace(
        steps, behind=_only_about(part, steps.behind), about=_only_about(part, steps.about)
    )


def _only_about(part: Part, ask: Ask[Answer]) -> Ask[Answer]:
    def asked(
        facts: Facts, basis: Basis, questions: Sequence[Question], now: datetime
    ) -> tuple[tuple[Answer, ...], ...]:
        if not part.is_plain:  # the engine would not know which name is which attribute's
            return tuple(() for _ in questions)
        own = [Question(one.kpi, one.period, part.dimension, part.segment) for one in questions]
        return ask(facts, basis, own, now)

    return asked


def own_circumstances(
    known: Circumstances, part: Part, past: Histories, period: Period
) -> Circumstances:
    """Return of what is ``known`` what the readers of ``part`` may see; ``past`` is its own."""
    newest = (seen[-1] for seen in past.values())
    is_withheld = any(
        one.period == period.key and one.null_reason is NullReason.WITHHELD for one in newest
    )
    reasons = dict.fromkeys(note.source for note in known.notes if note.kind == WITHHELD)
    said = [
        DataNote(WITHHELD, one, TWICE if one == SECOND else BOOKS)
        for one in reasons or ("books",)
        if is_withheld
    ]
    return Circumstances(
        tuple(_own_restated(known.restated, part)),
        (*said, *_for_everybody(known.notes)),
        known.freshness,
    )


def _own_restated(restated: Sequence[Restated], part: Part) -> list[Restated]:
    place = (part.dimension, part.segment)
    return [
        Restated(_as_whole(one.before), _as_whole(one.after))
        for one in restated
        if (one.after.segment_dimension, one.after.segment) == place
    ]


def _for_everybody(notes: Sequence[DataNote]) -> tuple[DataNote, ...]:
    """Return the notes that name nobody; of the others, only how many there are."""
    open_ = tuple(note for note in notes if note.kind in QUOTE_NOTHING)
    rest = sum(note.kind not in QUOTE_NOTHING and note.kind != WITHHELD for note in notes)
    if not rest:
        return open_
    noun = "note quotes" if rest == 1 else "notes quote"
    text = f"{rest} more {noun} single rows, which may be anybody's: keepwell check."
    return (*open_, DataNote("more", ALL, text, rest))
