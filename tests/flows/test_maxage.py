"""The dead-man's switch: what last happened longer ago than it may have, in one sentence."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.ledger import SYNC, note
from flows.workspace import opened
from tasks.store import Outcome, Outgoing, put
from tasks.store.looks import DIGESTS, SENDS, SYNCS, WATCHES, look
from tests.channels.messages import WEEKLY
from tests.flows.small import Keepwell

MONDAY = "2026-03-02T14:00:00+00:00"
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return datetime.fromisoformat(MONDAY) - hours * HOUR


@pytest.fixture
def running(company: Path) -> Path:
    """Everything was looked at within the last hour, the file had its last news two days ago."""
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        note(workspace, SYNC, "exports", at(50), {})
        for one in (SYNCS, DIGESTS, WATCHES, SENDS):
            look(workspace.store, one, at(0.5))
    return company


def asked(keepwell: Keepwell, age: str = "26h") -> tuple[int, str]:
    code, out, _ = keepwell("status", "--max-age", age, "--now", MONDAY)
    return code, out.strip()


def test_where_nothing_ever_ran_everything_is_too_old(keepwell: Keepwell) -> None:
    assert asked(keepwell) == (
        1,
        "Older than 26 h: the last sync of exports (never); the last look for digests (never).",
    )


def test_where_all_goes_on_nothing_is_old_though_a_file_has_no_news(
    keepwell: Keepwell, running: Path
) -> None:
    assert asked(keepwell) == (0, "Nothing is older than 26 h.")


def test_a_schedule_that_stands_still_is_told(keepwell: Keepwell, running: Path) -> None:
    code, said = asked(keepwell, "20m")
    assert code == 1
    assert "the last watch (0 h ago, Mon 2 Mar 08:30)" in said


def test_a_source_that_fails_counts_from_its_last_good_sync_and_exits_3(
    keepwell: Keepwell, running: Path
) -> None:
    with opened(running / "keepwell.yaml", os.environ) as workspace:
        note(workspace, SYNC, "exports", at(1), {"problems": ["gone"]}, Outcome.FAILED)
    code, said = asked(keepwell)
    assert (code, said) == (
        3,
        "Older than 26 h: the last sync of exports (2 days ago, Sat 28 Feb 07:00).",
    )
    assert asked(keepwell, "3d")[0] == 0


def test_a_message_that_waits_too_long_exits_3(keepwell: Keepwell, running: Path) -> None:
    with opened(running / "keepwell.yaml", os.environ) as workspace:
        put(workspace.store, [Outgoing(WEEKLY, ("file:board",))], company="Tiny")
    assert asked(keepwell)[0] == 0  # it was written just now
    code, said = asked(keepwell, "0m")
    assert code == 3
    assert "a message that does not go out" in said


def test_machines_get_each_age(keepwell: Keepwell, running: Path) -> None:
    _, out, _ = keepwell("status", "--max-age", "26h", "--json", "--now", MONDAY)
    facts = json.loads(out)
    assert facts["is_old"] is False
    assert [one["what"] for one in facts["ages"]] == [
        "the last sync of exports",
        "the last look for digests",
        "the last watch",
        "the last look into the outbox",
    ]
    assert {one["hours"] for one in facts["ages"]} == {0.5}


def test_what_is_no_age_says_how_one_is_written(keepwell: Keepwell) -> None:
    code, _, err = keepwell("status", "--max-age", "soon")
    assert code == 2
    assert "'soon' is no age. Write 26h, 2d or 90m." in err
