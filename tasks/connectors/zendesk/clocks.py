"""When was a ticket answered, solved, opened again, and solved for good?

The metric set says it in whole minutes, and those are the minutes Zendesk itself shows; so every
instant here is the ticket's creation plus them. No reply yet is None, never 0 minutes. When a
ticket was opened again only its metric events tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.connectors.values import Raw, inside, instant, plain, whole

SOLVED = frozenset({"solved", "closed"})
RESOLUTION = ("resolution_time", "requester_wait_time")  # a solution stops both; the first is sure
STARTS = "activate"


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants of one ticket; ``estimated``: the reopening is the earliest possible."""

    first_reply: datetime | None = None
    first_solved: datetime | None = None
    reopened: datetime | None = None
    last_solved: datetime | None = None
    replies: int | None = None
    estimated: bool = False


def clock(ticket: Raw, starts: Sequence[datetime] = ()) -> Clock:
    """Return the instants of ``ticket``, whose ``metric_set`` came with it.

    ``starts`` are when the clocks that its solutions stop were started, oldest first.
    """
    metrics, created = inside(ticket, "metric_set"), instant(ticket.get("created_at"))
    if not isinstance(metrics, dict) or created is None:
        return Clock()
    first = _first_solved(ticket, metrics, created)
    reopened, estimated = _reopened(first, whole(metrics.get("reopens")) or 0, starts)
    return Clock(
        first_reply=_first_reply(metrics, created),
        first_solved=first,
        reopened=reopened,
        last_solved=_last_solved(ticket, metrics, created)
        or (first if _is_solved(ticket) else None),
        replies=whole(metrics.get("replies")),
        estimated=estimated,
    )


def _reopened(
    first: datetime | None, times: int, starts: Sequence[datetime]
) -> tuple[datetime | None, bool]:
    """Return when a ticket solved at ``first`` was first opened again, and whether that is a guess.

    Where the metric set counts more reopenings than events tell of, it is taken to be right after
    the solution: the ticket then never counts as solved at first contact, as in Zendesk's reports.
    """
    if not times or first is None:
        return None, False
    later = [start for start in starts if start > first]
    return (later[0], False) if len(later) >= times else (first, True)


def _is_solved(ticket: Raw) -> bool:
    return ticket.get("status") in SOLVED


def _minutes(metrics: Raw, name: str) -> timedelta | None:
    minutes = whole(inside(metrics, name, "calendar"))
    return None if minutes is None else timedelta(minutes=minutes)


def _first_reply(metrics: Raw, created: datetime) -> datetime | None:
    """Return the first public reply of an agent; messaging counts it in seconds."""
    seconds = whole(inside(metrics, "reply_time_in_seconds", "calendar"))
    after = (
        _minutes(metrics, "reply_time_in_minutes")
        if seconds is None
        else timedelta(seconds=seconds)
    )
    if after is None or (not after and metrics.get("replies") == 0):
        return None
    return created + after


def _first_solved(ticket: Raw, metrics: Raw, created: datetime) -> datetime | None:
    after = _minutes(metrics, "first_resolution_time_in_minutes")
    if after is not None:
        return created + after
    never_reopened = not whole(metrics.get("reopens"))
    return instant(metrics.get("solved_at")) if never_reopened and _is_solved(ticket) else None


def _last_solved(ticket: Raw, metrics: Raw, created: datetime) -> datetime | None:
    if not _is_solved(ticket):
        return None
    after = _minutes(metrics, "full_resolution_time_in_minutes")
    return instant(metrics.get("solved_at")) if after is None else created + after


def starts_of(events: Iterable[Raw]) -> dict[str, tuple[datetime, ...]]:
    """Return when the clocks that solutions stop were started, by ticket, oldest first.

    A start after the first solution is a reopening. The wait of a requester also starts again
    after a pause, so it counts only for tickets without the other clock.
    """
    found: dict[str, dict[str, set[datetime]]] = {}
    for event in events:
        metric, ticket = event.get("metric"), plain(event.get("ticket_id"))
        moment = instant(event.get("time"))
        if metric in RESOLUTION and event.get("type") == STARTS and ticket and moment:
            found.setdefault(ticket, {}).setdefault(metric, set()).add(moment)
    return {ticket: _surest(starts) for ticket, starts in found.items()}


def _surest(starts: dict[str, set[datetime]]) -> tuple[datetime, ...]:
    metric = next(one for one in RESOLUTION if one in starts)
    return tuple(sorted(starts[metric]))
