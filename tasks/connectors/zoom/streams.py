"""What is read from a Zoom account? The calls of Zoom Phone, and those of Contact Center (beta)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain
from tasks.connectors.zoom.settings import ZoomSettings
from tasks.connectors.zoom.slices import History

CALLS, ENGAGEMENTS = "calls", "engagements"
TABLES = ("calls",)
PHONE_PAGE, CENTER_PAGE = 300, 100
# The older array goes away in November 2026; until then answers may have one, or both.
ARRAYS = ("call_history", "call_logs")
ID_FIELDS = ("call_history_uuid", "id", "start_time")


def streams(settings: ZoomSettings) -> tuple[Stream, ...]:
    """Return every stream of an account."""
    reach = f"{settings.base_url} {settings.account_id} for {settings.history_days} days"
    back = timedelta(days=settings.history_days)
    history = History("/phone/call_history", ARRAYS, back, PHONE_PAGE)
    found = [
        Stream(
            CALLS, call_key, ended, history, tables=TABLES, config=reach, total=history.total
        )
    ]  # fmt: skip
    if settings.contact_center:
        path, zone = "/contact_center/engagements", {"timezone": "UTC"}
        center = History(path, (ENGAGEMENTS,), back, CENTER_PAGE, zone)
        found.append(
            Stream(ENGAGEMENTS, engagement_key, ended, center, optional=True, config=reach)
        )
    if settings.reconcile_days:
        found.append(
            Stream(
                listed_name(CALLS),
                call_key,
                started,
                History("/phone/call_history", ARRAYS, back, PHONE_PAGE, ids=ID_FIELDS),
                full=True,
                optional=True,
                config=reach,
                every=timedelta(days=settings.reconcile_days),
            )
        )
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def call_key(call: Row) -> str:
    """Return which call this is; in the older array its id has another name."""
    return str(plain(call.get("call_history_uuid") or call["id"]))


def engagement_key(engagement: Row) -> str:
    """Return which engagement this is."""
    return str(plain(engagement["engagement_id"]))


def started(call: Row) -> str:
    """Return when a call began."""
    return _sortable(call.get("start_time"))


def ended(call: Row) -> str:
    """Return when a call ended: the later state of it is the one that ended later."""
    return _sortable(call.get("end_time")) or started(call)


def _sortable(value: object) -> str:
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
