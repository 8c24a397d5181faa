"""How does a digest get into the outbox? What is not there yet is written, all in one transaction.

What is there is never written again: it is only addressed to those who should have it by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.advice import remember
from flows.due import COMPANY, DIGEST, audiences_of, dimension_of
from flows.letters import Letter, dimensions, is_complete, letters
from flows.operators import withheld_notice
from flows.parts import segments_of
from flows.steps import Steps
from flows.unread import unowned, unowned_notice, unreachable_notice
from flows.workspace import Workspace
from flows.writing import Desk, Written
from tasks.config import Audience
from tasks.config.people import OWNER, OWNERS
from tasks.errors import KeepwellError
from tasks.facts.attributes import NONE
from tasks.model import DataNote, Message, Period
from tasks.store import UNDELIVERED, Outgoing, address, content, entries, put


@dataclass(frozen=True, slots=True)
class Above:
    """What a digest says of itself at the top, and what operators are told once it is written."""

    labels: tuple[DataNote, ...] = ()
    notices: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands in the outbox: its entries, the company's digest, and what could not be done.

    ``whole`` is what this run wrote; None where the company's digest was there already.
    ``remarks`` are for operators, where nobody is named who could be told.
    """

    ids: tuple[int, ...]
    message: Message
    whole: Written | None
    problems: tuple[KeepwellError, ...]
    remarks: tuple[str, ...]


def is_posted(workspace: Workspace, period: Period, to: Sequence[Audience]) -> bool:
    """Return whether there is nothing left to write of the digest of ``period`` for ``to``."""
    return is_complete(letters(workspace, period, to), to)


def post(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    to: Sequence[Audience],
    *,
    now: datetime,
    above: Above | None = None,
) -> Posted:
    """Put into the outbox what is missing of the digest of ``period``, and address the rest."""
    above = above or Above()
    found = letters(workspace, period, to)
    new = [one for one in found if one.id is None]
    desk = Desk(steps, workspace, period, now, labels=above.labels)
    whole = desk.whole() if any(one.part is None for one in new) else None
    problems = tuple(problem for one in found for problem in one.problems)
    unowned = _unowned(desk, to, new)
    outgoing = [
        *((Outgoing(whole.message, found[0].to),) if whole else ()),
        *_parts(desk, new),
        *(withheld_notice(steps, workspace, period, whole.notes) if whole else ()),
        *unreachable_notice(steps, workspace, period, problems),
        *unowned_notice(steps, workspace, period, unowned),
        *(above.notices if new else ()),
    ]
    if whole:
        remember(workspace, whole.advice, period, audience=COMPANY, now=now)
    ids = put(workspace.store, outgoing, company=workspace.settings.company.name)
    again = [number for one in found for number in _addressed(workspace, one)]
    _withdraw(workspace, period)
    message = whole.message if whole else content(workspace.store, found[0].id or 0)
    remarks = (unowned,) if unowned and not workspace.settings.operators.to else ()
    return Posted((*ids, *again), message, whole, problems, remarks)


def _parts(desk: Desk, new: Sequence[Letter]) -> Iterator[Outgoing]:
    for dimension in dict.fromkeys(one.part.dimension for one in new if one.part):
        mine = [one for one in new if one.part and one.part.dimension == dimension]
        written = desk.parts([one.part for one in mine if one.part])
        for letter, one in zip(mine, written, strict=True):
            if letter.part:
                key, period = letter.part.key, desk.period
                remember(desk.workspace, one.advice, period, audience=key, now=desk.now)
            yield Outgoing(one.message, letter.to)


def _unowned(desk: Desk, to: Sequence[Audience], new: Sequence[Letter]) -> str:
    """Return what is to be said of customers whom no owner's new digest is about."""
    is_for_owners = any(one in OWNERS for audience in to for one in audience.to)
    if not is_for_owners or not any(one.part and one.part.dimension == OWNER for one in new):
        return ""
    if not segments_of(desk.workspace, OWNER, desk.period).get(NONE):
        return ""
    return unowned(desk.steps, desk.workspace, desk.period, desk.now)


def _addressed(workspace: Workspace, letter: Letter) -> tuple[int, ...]:
    if letter.id is None:
        return ()
    company = workspace.settings.company.name
    return address(workspace.store, letter.id, letter.to, company=company, keep=letter.keep)


def _withdraw(workspace: Workspace, period: Period) -> None:
    """Cancel what waits of parts that no audience asks for any more."""
    asked = dimensions(audiences_of(workspace.settings, period.grain))
    every = {*asked, *workspace.settings.segments}
    waiting = entries(workspace.store, kind=DIGEST, period=period.key, states=UNDELIVERED)
    company = workspace.settings.company.name
    parts = [one for one in waiting if one.subject_key != COMPANY]
    gone = {one.message_id for one in parts if dimension_of(one.subject_key, every) not in asked}
    for message_id in gone:
        address(workspace.store, message_id, (), company=company)
