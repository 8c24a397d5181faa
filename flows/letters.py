"""What does a digest consist of: which messages, who gets each, and which are written already?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.due import COMPANY, DIGEST, audiences_of
from flows.parts import Part, segments_of
from flows.readers import Owners, named, owners_of, readers_of
from flows.workspace import Workspace
from tasks.config import Audience
from tasks.config.people import OWNER
from tasks.errors import KeepwellError
from tasks.model import Period
from tasks.store import entries, written


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a digest: what it is about, who gets it now, and who may still get it.

    ``keep`` is None where that cannot be told.

    ``part`` is None for the whole company's. ``id`` is that of the outbox, None while it is not
    there.
    """

    key: str
    part: Part | None
    id: int | None
    to: tuple[str, ...]
    keep: tuple[str, ...] | None
    problems: tuple[KeepwellError, ...] = ()


def recipients(audiences: Iterable[Audience]) -> tuple[str, ...]:
    """Return who gets the whole digest, each once."""
    return _named(audiences, None)


def _named(audiences: Iterable[Audience], dimension: str | None) -> tuple[str, ...]:
    mine = (one for one in audiences if one.split_by == dimension)
    return tuple(dict.fromkeys(recipient for audience in mine for recipient in audience.to))


def dimensions(audiences: Iterable[Audience]) -> tuple[str, ...]:
    """Return by what the audiences are split, each once."""
    return tuple(dict.fromkeys(one.split_by for one in audiences if one.split_by is not None))


def letters(workspace: Workspace, period: Period, to: Sequence[Audience]) -> tuple[Letter, ...]:
    """Return the messages that ``to`` get of the digest of ``period``, the whole one first.

    A part of which there is nothing to tell is none, unless it was written before; nor is one that
    nobody asks for.
    """
    everybody = audiences_of(workspace.settings, period.grain)
    known = _id(workspace, COMPANY, period)
    whole = Letter(COMPANY, None, known, recipients(to), recipients(everybody))
    parts = (
        letter
        for dimension in dimensions(to)
        for letter in _parts(workspace, period, dimension, (to, everybody))
    )
    return (whole, *parts)


def _parts(
    workspace: Workspace,
    period: Period,
    dimension: str,
    audiences: tuple[Sequence[Audience], Sequence[Audience]],
) -> Iterator[Letter]:
    owners = owners_of(workspace) if dimension == OWNER else {}
    to, keep = (_named(those, dimension) for those in audiences)
    for segment, has_news in sorted(segments_of(workspace, dimension, period).items()):
        part = named(Part(dimension, segment), owners)
        known = _id(workspace, part.key, period)
        letter = _letter(part, known, (to, keep), owners)
        if known is not None or (has_news and (letter.to or letter.problems)):
            yield letter


def _letter(
    part: Part, known: int | None, asked: tuple[Sequence[str], Sequence[str]], owners: Owners
) -> Letter:
    now, ever = (readers_of(part, one, owners) for one in asked)
    # where somebody cannot be looked up today, nobody is taken for gone
    keep = None if ever.problems else ever.to
    return Letter(part.key, part, known, now.to, keep, now.problems)


def _id(workspace: Workspace, key: str, period: Period) -> int | None:
    found = written(workspace.store, DIGEST, key, period.key)
    return None if found is None else found.id


def is_complete(found: Sequence[Letter], to: Sequence[Audience]) -> bool:
    """Return whether every message is written, and everybody who should get one can be reached.

    Where a dimension has no parts at all, it may not have been measured yet.
    """
    there = {one.part.dimension for one in found if one.part is not None}
    is_whole = there >= set(dimensions(to))
    return is_whole and all(one.id is not None and not one.problems for one in found)


def is_in_the_outbox(workspace: Workspace, audience: Audience, period: Period) -> bool:
    """Return whether all parts of the digest are in the outbox for all who can be reached."""
    _, *parts = letters(workspace, period, (audience,))
    posted = entries(workspace.store, kind=DIGEST, period=period.key)
    there = {(one.subject_key, one.to) for one in posted}
    return bool(parts) and all(_is_posted(one, there) for one in parts)


def _is_posted(letter: Letter, there: Collection[tuple[str, str]]) -> bool:
    return letter.id is not None and all((letter.key, to) in there for to in letter.to)
