"""When was a ticket answered, solved, opened again, and solved for good? Its history tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.connectors.rt.history import CREATED, CUSTOM_FIELD, REPLIED, STATUS
from tasks.connectors.values import Raw, instant, plain, whole

UNSET = 1970  # the year in which RT's times stand that were never set


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants of one ticket, who opened it, and whether there is a history at all."""

    created_by: str | None = None
    first_reply: datetime | None = None
    first_solved: datetime | None = None
    reopened: datetime | None = None
    last_solved: datetime | None = None
    replies: int | None = None
    is_told: bool = False


def moment(value: object) -> datetime | None:
    """Return an instant; None for one that was never set."""
    found = instant(value)
    return None if found is None or found.year <= UNSET else found


def own(ticket: Raw) -> list[Raw]:
    """Return what happened to the ticket itself, the oldest first."""
    known_as = plain(ticket.get("id"))
    found = [one for one in ticket.get("History") or () if plain(one["ObjectId"]) == known_as]
    return sorted(found, key=lambda one: (str(one["Created"]), whole(one["id"]) or 0))


def clock(ticket: Raw, solved: frozenset[str]) -> Clock:
    """Return the instants of ``ticket``, that is done in one of the ``solved`` statuses."""
    happened = own(ticket)
    moves = [one for one in happened if one["Type"] == STATUS]
    solutions = _times(one for one in moves if _into(one, solved))
    is_solved = plain(ticket.get("Status")) in solved
    last = (solutions[-1] if solutions else moment(ticket.get("Resolved"))) if is_solved else None
    first = solutions[0] if solutions else last
    replies = _times(one for one in happened if one["Type"] == REPLIED and one["by"] == "agent")
    return Clock(
        created_by=next((str(one["by"]) for one in happened if one["Type"] == CREATED), None),
        first_reply=replies[0] if replies else None,
        first_solved=first,
        reopened=_reopened(moves, solved),
        last_solved=last,
        replies=_until(replies, first) if happened else None,
        is_told=bool(happened),
    )


def _times(rows: Iterable[Raw]) -> list[datetime]:
    return [at for one in rows if (at := instant(one["Created"])) is not None]


def _into(move: Raw, solved: frozenset[str]) -> bool:
    return move["NewValue"] in solved and move["OldValue"] not in solved


def _reopened(moves: Sequence[Raw], solved: frozenset[str]) -> datetime | None:
    """Return when a ticket that was done was first not done any more."""
    again = (one for one in moves if one["OldValue"] in solved and one["NewValue"] not in solved)
    return next(iter(_times(again)), None)


def _until(replies: Sequence[datetime], end: datetime | None) -> int:
    return sum(end is None or reply <= end for reply in replies)


def when_set(ticket: Raw, custom_field: str, value: str) -> datetime | None:
    """Return when a custom field last got a value; None where the history does not tell."""
    told = (
        one
        for one in own(ticket)
        if one["Type"] == CUSTOM_FIELD
        and plain(one["Field"]) == custom_field
        and plain(one["NewValue"]) == value
    )
    return next(reversed(_times(told)), None)
