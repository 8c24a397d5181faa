"""How a look for digests ends, and what its run is called: sent, held, given up, nothing due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flows.catchup import GivenUp
from flows.digest import end_of, is_idle, name_of
from flows.dispatch import Round
from flows.ended import told
from flows.freshness import Held, Stale
from flows.pages import held_page
from flows.sync import Synced, verdict
from tasks.errors import SourceRejected
from tasks.facts.folding import Folded
from tasks.model import Grain, Period

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = Period(Grain.WEEK, date(2026, 11, 16), date(2026, 11, 23), "2026-W47", NOON, NOON)
LAGGING = Held(WEEK, (Stale("desk", NOON, timedelta(hours=14)),), NOON, NOON + timedelta(hours=24))


def test_a_look_that_finds_nothing_leaves_nothing() -> None:
    assert is_idle(Round())
    assert told(end_of(Round())).message == "NothingDue: No audience waits for a digest now."
    assert name_of([]) == "digest not due"


def test_a_digest_that_waits_says_for_what_and_is_no_failure() -> None:
    state = told(end_of(Round(held=(LAGGING,))))
    assert (state.name, state.message) == ("Completed", "Held: 2026-W47 waits, desk is 14 h old.")
    assert name_of([WEEK]) == "digest 2026-W47"
    page = held_page(LAGGING, "Europe/Berlin")
    assert "# The digest of 2026-W47 waits" in page
    assert "* desk is 14 h old" in page
    assert "at Tue 24 Nov 13:00." in page


def test_what_is_given_up_is_said() -> None:
    state = told(end_of(Round(given_up=(GivenUp(WEEK, "board"),))))
    assert state.message == "GivenUp: 2026-W47 for board is not sent any more by itself."


def test_a_sync_that_missed_a_source_is_red_and_says_which() -> None:
    refused = Folded("crm", problems=(SourceRejected("crm: the token expired."),))
    assert told(verdict(Synced((refused,)))).message == "crm: the token expired."
    assert verdict(Synced((refused,))).is_failed()
    assert verdict(Synced()).is_completed()
