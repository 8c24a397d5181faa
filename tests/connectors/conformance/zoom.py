"""Zoom in the suite: an account with three pages of calls of some weeks ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tasks.connectors.zoom.access import api
from tests.connectors.conformance.cases import Case, Check, named
from tests.doubles.faults import Reply, saying
from tests.doubles.web import Asked
from tests.doubles.zoom import ACCOUNT, CLIENT, SECRET, START, Zoom

PAGE, CALLS = 4, 11
LONG_AGO = START - timedelta(days=50)  # in the first of two slices


def opened() -> Zoom:
    """Calls of one afternoon, and one of later days."""
    zoom = Zoom(page=PAGE)
    zoom.good_for = timedelta(days=1)  # so that a run may go on where another broke off
    for number in range(CALLS):
        zoom.add_call(at=LONG_AGO + timedelta(minutes=number), talk_s=60 + number)
    zoom.add_call(at=START - timedelta(days=20), talk_s=None)
    return zoom


def counts(zoom: Any) -> dict[str, int]:
    return {"calls": len(zoom.calls)}


def late(zoom: Any) -> Check:
    """A call is listed some time after it ended."""
    key = zoom.add_call(at=zoom.now - timedelta(minutes=40), talk_s=33)

    def check(tables: Any) -> None:
        assert named(tables, "calls", key)["talk_s"] == 33

    return check


def _vanished(zoom: Any) -> Check:
    key = list(zoom.calls)[2]
    del zoom.calls[key]

    def check(tables: Any) -> None:
        assert named(tables, "calls", key) is None
        assert len(tables["calls"]) == CALLS

    return check


def _is_page(asked: Asked) -> bool:
    return asked.route == "call_history" and asked.query.get("page_size") != "1"


def _circle(_proper: Reply) -> Reply:
    row = {"call_history_uuid": "1", "start_time": "2026-01-01T09:00:00Z"}
    return Reply({"call_history": [row], "next_page_token": "again", "total_records": 9})


def _settings(base_url: str, token: str) -> dict[str, Any]:
    return {
        "base_url": base_url,
        "auth_url": base_url,
        "account_id": ACCOUNT,
        "client_id": CLIENT,
        "client_secret": token,
        "contact_center": True,
        "heavy_per_s": 1_000_000,
        "history_days": 59,
    }


def _now(zoom: Any) -> datetime:
    return zoom.now  # type: ignore[no-any-return]


def _no_center(zoom: Any) -> None:
    zoom.no_center = True


ZOOM = Case(
    key="zoom",
    main="calls",
    table="calls",
    other="",
    route="call_history",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _zoom: SECRET,
    now=_now,
    wait=lambda zoom, minutes: zoom.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=lambda zoom: zoom.add_call(),
    change=late,
    circle=_circle,
    inside=saying({"code": 500, "message": "internal"}),
    expire=lambda zoom: zoom.expire(),
    renew=lambda _zoom: None,
    gate=_no_center,
    gated="engagements",
    absent=(),
    vanish=_vanished,
    reconciled="calls",
    private="caller_name",
    renews=True,
)
