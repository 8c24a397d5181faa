"""What did a stored value say before? Its revisions, and the one that the present one replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from flows.history import Choice, chosen
from flows.workspace import Workspace
from tasks.model import Cell, Observation, Status

Place = tuple[Cell, str]


def revisions(workspace: Workspace, choice: Choice) -> tuple[Observation, ...]:
    """Return every revision of what was chosen: of one value the oldest first."""
    return chosen(workspace, replace(choice, all_revisions=True))


def before(workspace: Workspace, choice: Choice, found: Sequence[Observation]) -> Replaced:
    """Return what the restated values among ``found`` were before; empty where none is."""
    if not any(one.status is Status.RESTATED for one in found):
        return {}
    return replaced(revisions(workspace, choice))


Replaced = Mapping[Observation, Observation]


def replaced(listed: Sequence[Observation]) -> Replaced:
    """Return the value that each restated one of ``listed`` took the place of.

    Values of two versions of a definition are two things: neither replaces the other.
    """
    found: dict[Observation, Observation] = {}
    for _, group in groupby(listed, key=_place):
        last: Observation | None = None
        for one in group:
            is_same_thing = last and last.definition_version == one.definition_version
            if last is not None and is_same_thing and one.status is Status.RESTATED:
                found[one] = last
            last = one
    return found


def _place(one: Observation) -> Place:
    return one.cell, one.period
