"""Where did a subscription stand, and was it cancelled? Its status and its notice over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tasks.connectors.streams import Row
from tasks.connectors.values import Raw, inside, instant, plain

KNOWN = frozenset(
    (
        "active",
        "past_due",
        "trialing",
        "unpaid",
        "canceled",
        "paused",
        "incomplete",
        "incomplete_expired",
    )
)
CANCELED, EXPIRED, TRIALING, ACTIVE, PAUSED = (
    "canceled",
    "incomplete_expired",
    "trialing",
    "active",
    "paused",
)
OVER = frozenset((CANCELED, EXPIRED))
CAN_PAUSE = frozenset((ACTIVE, "past_due", TRIALING))
NOT_PAID = "payment_failed"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Notice:
    """For when a subscription is cancelled, since when that is known, and why."""

    cancel_at: datetime | None = None
    asked_at: datetime | None = None
    reason: str | None = None


NO_NOTICE = Notice()
Statuses = list[tuple[datetime, str]]
Notices = list[tuple[datetime, Notice]]


def status_of(row: Raw, pauses: str) -> str:
    """Return the status of a subscription; Stripe calls one whose collection is paused active."""
    said = plain(row.get("status")) or ""
    if said in CAN_PAUSE and row.get("pause_collection") and pauses == PAUSED:
        return PAUSED
    return said if said in KNOWN else f"other:{said}"


def period_start(row: Raw) -> datetime | None:
    """Return when what is paid for began; newer versions say it of the items."""
    return _period(row, "current_period_start")


def _period(row: Raw, name: str) -> datetime | None:
    items = inside(row, "items", "data")
    there = [inside(one, name) for one in items] if isinstance(items, list) else []
    found = (instant(one) for one in (row.get(name), *there))
    return next((one for one in found if one is not None), None)


def begins(row: Raw) -> datetime | None:
    """Return when a subscription began; a moved one may have begun before it was made."""
    return instant(row.get("start_date")) or instant(row.get("created"))


def ends(row: Raw) -> datetime | None:
    """Return when a subscription ended; None while it goes on."""
    if plain(row.get("status")) not in OVER:
        return None
    return instant(row.get("ended_at")) or instant(row.get("canceled_at")) or begins(row)


def is_unpaid(row: Raw) -> bool:
    """Return whether a subscription was ended because nobody paid."""
    return plain(inside(row, "cancellation_details", "reason")) == NOT_PAID


def notice_of(row: Raw) -> Notice:
    """Return for when a subscription is cancelled; none where nobody asked for its end.

    That is so for what was never paid, and for what ended at once for no reason, as trials do.
    """
    asked, over = instant(row.get("canceled_at")), ends(row)
    for_when = over or instant(row.get("cancel_at"))
    if for_when is None and row.get("cancel_at_period_end") is True:
        for_when = _period(row, "current_period_end")
    why = plain(inside(row, "cancellation_details", "reason"))
    if for_when is None or why == NOT_PAID or (over is not None and asked == over and not why):
        return NO_NOTICE
    return Notice(for_when, asked, _reason(row))


def _reason(row: Raw) -> str | None:
    """Return the reason that was picked, or what was written where none was."""
    picked = plain(inside(row, "cancellation_details", "feedback"))
    if picked and picked != OTHER:
        return picked.replace("_", " ")
    return plain(inside(row, "cancellation_details", "comment")) or picked


def statuses(row: Row, told: Statuses, pauses: str) -> Statuses:
    """Return the status from each instant on; ``told`` are those that events tell, in time."""
    start = begins(row) or instant(0)
    assert start is not None  # noqa: S101 - the epoch is one
    found: Statuses = [(start, _first(row, pauses))]
    trial_ends = instant(row.get("trial_end"))
    if trial_ends is not None and trial_ends > start:
        found = [(start, TRIALING), (trial_ends, ACTIVE)]
    for at, status in told:
        if status not in OVER:
            found = [one for one in found if one[0] < at]
            found.append((at, status))
    if trial_ends is not None and found[-1][1] == TRIALING and trial_ends > found[-1][0]:
        found.append((trial_ends, ACTIVE))
    now = status_of(row, pauses)
    if now not in OVER and found[-1][1] != now and not _waits(found[-1], now):
        found.append((max(found[-1][0], period_start(row) or start), now))
    return found


def _first(row: Row, pauses: str) -> str:
    now = status_of(row, pauses)
    return now if now.startswith("incomplete") else ACTIVE


def _waits(last: tuple[datetime, str], now: str) -> bool:
    """Return whether what comes last is the end of a trial that still goes on."""
    return now == TRIALING and last[1] == ACTIVE


def notices(row: Row, told: Notices) -> Notices:
    """Return the notice from each instant on; ``told`` are those that events tell, in time."""
    found: Notices = []
    for at, notice in told:
        _add(found, at, notice)
    last = notice_of(row)
    _add(found, last.asked_at or last.cancel_at or begins(row) or instant(0), last)
    return found


def _add(found: Notices, at: datetime | None, notice: Notice) -> None:
    before = found[-1][1] if found else NO_NOTICE
    if at is None or notice == before:
        return
    since = at
    if notice.asked_at is not None and notice.asked_at != before.asked_at:
        since = min(at, notice.asked_at)  # the event is a moment later
    if found:
        since = max(since, found[-1][0])
    found.append((since, notice))
