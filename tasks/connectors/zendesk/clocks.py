"""When was a ticket answered, solved, opened again, and solved for good?

The metric set says it in whole minutes, and those are the minutes Zendesk itself shows; so every
instant here is the ticket's creation plus them. No reply yet is None, never 0 minutes. When a
ticket was opened again only its metric events tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.connectors.zendesk.values import Raw, inside, instant, plain, whole

SOLVED = frozenset({"solved", "closed"})
RESOLUTION = ("resolution_time", "requester_wait_time")  # both end when a ticket is solved
STARTS, ENDS = "activate", "fulfill"


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants of one ticket; ``estimated``: the reopening is the earliest possible."""

    first_reply: datetime | None = None
    first_solved: datetime | None = None
    reopened: datetime | None = None
    last_solved: datetime | None = None
    replies: int | None = None
    estimated: bool = False


def clock(ticket: Raw, reopened: datetime | None = None) -> Clock:
    """Return the instants of ``ticket``, whose ``metric_set`` came with it.

    ``reopened`` is when its events say that it was opened again. Where the metric set counts a
    reopening and no event tells when, it is taken to be right after the first solution: the
    ticket then never counts as solved at first contact, as in Zendesk's own reports.
    """
    metrics, created = inside(ticket, "metric_set"), instant(ticket.get("created_at"))
    if not isinstance(metrics, dict) or created is None:
        return Clock()
    first = _first_solved(ticket, metrics, created)
    again = whole(metrics.get("reopens")) or 0
    guess = first if again and reopened is None else None
    return Clock(
        first_reply=_first_reply(metrics, created),
        first_solved=first,
        reopened=reopened or guess,
        last_solved=_last_solved(ticket, metrics, created)
        or (first if _is_solved(ticket) else None),
        replies=whole(metrics.get("replies")),
        estimated=guess is not None,
    )


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


def reopenings(events: Iterable[Raw]) -> dict[str, datetime]:
    """Return when each ticket was first opened again, by ticket id, from its metric events.

    A ticket is open again when the clock that a solution stopped starts once more.
    """
    stopped: dict[tuple[str, str], datetime] = {}
    found: dict[str, datetime] = {}
    for moment, _, ticket, metric, kind in sorted(_resolutions(events)):
        before = stopped.get((ticket, metric))
        if kind == ENDS and before is None:
            stopped[ticket, metric] = moment
        elif kind == STARTS and before is not None and before < moment:
            found.setdefault(ticket, moment)
    return found


def _resolutions(events: Iterable[Raw]) -> Iterable[tuple[datetime, int, str, str, str]]:
    """Yield the starts and ends of resolution clocks, with what they are sorted by."""
    for event in events:
        metric, kind = event.get("metric"), event.get("type")
        if metric not in RESOLUTION or kind not in {STARTS, ENDS}:
            continue
        moment, ticket = instant(event.get("time")), plain(event.get("ticket_id"))
        if moment is not None and ticket is not None:
            yield moment, whole(event.get("id")) or 0, ticket, metric, kind
