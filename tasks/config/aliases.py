"""Which spellings of a plan, a region or an owner mean the same? ``aliases`` of keepwell.yaml."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from tasks.config.base import Text
from tasks.config.names import DIMENSIONS
from tasks.config.wording import Found, meant, misplaced

NOTHING = "(none)"  # how a segment without a name is shown
WORKED_OUT = "tenure_band"  # the one dimension whose words are our own
RENAMED = tuple(name for name in DIMENSIONS if name != WORKED_OUT)
Spellings = Mapping[str, tuple[Text, ...]]  # the name, and what else it is called
Meanings = Mapping[str, Mapping[str, str]]  # by dimension, the name of each other spelling


def _sound(aliases: Mapping[str, Spellings]) -> Mapping[str, Spellings]:
    found = [mistake for name, spellings in aliases.items() for mistake in _of(name, spellings)]
    if found:
        raise misplaced("aliases", found)
    return aliases


def _of(dimension: str, spellings: Spellings) -> Iterator[Found]:
    if dimension == WORKED_OUT:
        yield (dimension,), "these words are Keepwell's own.", "Leave it out."
    elif dimension not in RENAMED:
        yield (dimension,), f"unknown segment dimension '{dimension}';", meant(dimension, RENAMED)
    names = defaultdict[str, list[str]](list)
    for name, others in spellings.items():
        for at, other in enumerate(others):
            for what, todo in _about(name, other, spellings, names[other]):
                yield (dimension, name, at), what, todo
            names[other].append(name)


def _about(
    name: str, other: str, spellings: Spellings, before: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with ``other`` meaning ``name``; ``before`` is what else it means."""
    if other == NOTHING:
        yield "this is shown where the data have nothing.", "Fill it in where the data come from."
    elif other == name:
        yield f"'{name}' stands for itself.", "Leave it out."
    elif name in spellings.get(other, ()):
        yield f"'{name}' and '{other}' stand for each other.", "Keep one of them as the name."
    elif other in spellings:
        yield f"'{other}' is a name that has spellings itself.", f"List them all under {name}."
    elif before and before[0] != name:
        yield f"'{other}' stands for {before[0]} already.", "Keep it under one of them."


Aliases = Annotated[
    Mapping[str, Spellings],
    AfterValidator(_sound),
    Field(description="other spellings of plans, regions and the like, by the name they count as"),
]


def meanings(aliases: Mapping[str, Spellings]) -> Meanings:
    """Return, by dimension, the name that each other spelling counts as."""
    return {
        dimension: {other: name for name, others in spellings.items() for other in others}
        for dimension, spellings in aliases.items()
    }


def name_of(meanings: Meanings, dimension: str, segment: str) -> str:
    """Return the name of ``segment``: of ``Professional/Europe`` in plan/region, ``Pro/EMEA``."""
    dimensions = dimension.split("/")
    values = segment.split("/") if len(dimensions) > 1 else [segment]
    if len(values) != len(dimensions):
        return segment
    pairs = zip(dimensions, values, strict=True)
    return "/".join(meanings.get(one, {}).get(value, value) for one, value in pairs)
