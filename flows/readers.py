"""Who reads a part of a digest? Its owner, the manager of one who has left, and who is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from flows.lakeside import facts_of
from flows.parts import Part
from flows.workspace import Workspace
from tasks.channels.base import channel_named
from tasks.channels.slack.places import is_person
from tasks.config.people import OWNER, OWNERS
from tasks.errors import DeliveryRejected, KeepwellError
from tasks.facts.attributes import NONE
from tasks.facts.customers import owners as table
from tasks.messages.outside import clean


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who looks after customers, as the table ``owners`` has them."""

    id: str
    name: str
    email: str
    slack_id: str
    manager_id: str
    is_active: bool


Owners = Mapping[str, Owner]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who gets a part of a digest, and why somebody who should cannot."""

    to: tuple[str, ...]
    problems: tuple[KeepwellError, ...] = ()


def owners_of(workspace: Workspace) -> Owners:
    """Return everybody who looks after customers, by id; nobody where there is no such table."""
    facts = facts_of(workspace)
    mine = [file for file in facts.files if file.table == table.name]
    c = table.c
    columns = (c.owner_id, c.name, c.email, c.slack_id, c.manager_id, c.active)
    with replace(facts, files=mine).open() as session:
        rows = session.rows(select(*columns))
    return {row[0]: _owner(row) for row in rows}


def _owner(row: Sequence[object]) -> Owner:
    *texts, active = row
    key, name, email, slack_id, manager_id = (str(text or "").strip() for text in texts)
    return Owner(key, name, email, slack_id, manager_id, is_active=active is not False)


def named(part: Part, owners: Owners) -> Part:
    """Return ``part`` with what readers call it: ``Ana Lopez's customers``, ``Region EMEA``."""
    words = part.dimension.replace("_", " ")
    if part.segment == NONE:
        article = "an" if words[0] in "aeiou" else "a"
        return replace(part, whose=f"Customers without {article} {words}")
    if part.dimension != OWNER:
        return replace(part, whose=f"{words.capitalize()} {clean(part.segment)}")
    return replace(part, whose=f"{_name(part.segment, owners)}'s customers")


def _name(owner_id: str, owners: Owners) -> str:
    known = owners.get(owner_id)
    return clean(known.name if known and known.name else owner_id)


def readers_of(part: Part, to: Iterable[str], owners: Owners) -> Readers:
    """Return who of ``to`` gets ``part``; owners are asked for by the words in ``OWNERS``.

    Customers without an owner have no reader of their own; that is no problem of this part's.
    """
    wanted = tuple(dict.fromkeys(to))
    fixed = tuple(one for one in wanted if one not in OWNERS)
    asked = [one for one in wanted if one in OWNERS]
    if not asked or part.segment == NONE:
        return Readers(fixed)
    try:
        reader = reader_of(part, owners)
    except DeliveryRejected as problem:
        return Readers(fixed, (problem,))
    found = {one: next(_addresses(one, reader), None) for one in asked}
    there = dict.fromkeys([*fixed, *(one for one in found.values() if one)])
    lost = [_no_address(part, reader, one) for one, address in found.items() if address is None]
    return Readers(tuple(there), tuple(lost))


def reader_of(part: Part, owners: Owners) -> Owner:
    """Return the owner of ``part``, or of those above an inactive one the first who is active.

    Raise ``DeliveryRejected`` where there is none.
    """
    one = owners.get(part.segment)
    if one is None:
        raise _nobody(part, f"the table owners has no row for '{clean(part.segment)}'", _ADD)
    passed = set[str]()
    while not one.is_active:
        passed.add(one.id)
        above = owners.get(one.manager_id)
        if above is None or above.id in passed:
            what = f"{_name(part.segment, owners)} is not active, nor is any manager above"
            raise _nobody(part, what, _NAME_A_MANAGER)
        one = above
    return one


_ADD = "Add one with an email to its source, or give these customers another owner_id."
_NAME_A_MANAGER = "Name an active manager_id in owners, or give these customers another owner_id."


def _addresses(asked: str, reader: Owner) -> Iterator[str]:
    """Yield where a reader can be written to by the channel of ``asked``, the best first."""
    channel = asked.partition(":")[0]
    for address in _known(channel, reader):
        is_somebody = address and is_person(address) and f"{channel}:{address}" not in OWNERS
        if is_somebody and not channel_named(channel).mistake_in(address):
            yield f"{channel}:{channel_named(channel).spelled(address)}"


def _known(channel: str, reader: Owner) -> tuple[str, ...]:
    return (reader.slack_id, reader.email) if channel == "slack" else (reader.email,)


def _no_address(part: Part, reader: Owner, asked: str) -> DeliveryRejected:
    channel = asked.partition(":")[0]
    given = [clean(one) for one in _known(channel, reader) if one]
    columns = "slack_id or email" if channel == "slack" else "email"
    what = f"the table owners has no {columns} for {clean(reader.name or reader.id)}"
    if given:
        what = f"{what} that can be written to, only '{given[0]}'"
    return _nobody(part, what, f"Put one into the column {columns} of its source.", asked)


def _nobody(part: Part, why: str, todo: str, asked: str = "") -> DeliveryRejected:
    by = f" as {asked}" if asked else ""
    return DeliveryRejected(
        f"{part.whose}: {why}, so no owner got the digest about them{by}.",
        todo=f"{todo} Then send the digest again.",
    )
