"""One screen for whoever runs it: sources, digests and messages, and a code that says if all is well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows.status import is_held_up, status
from flows.workspace import opened
from tasks.store import Outgoing, Problem, State, entries, put
from tasks.store.leases import Settlement, claim, settle
from tests.channels.messages import WEEKLY
from tests.flows.small import CONFIG, NOW, VERSIONS, Keepwell

MONDAY_9 = "2026-03-02T14:00:00+00:00"
NEXT_MONDAY = "2026-03-09T12:59:00+00:00"
NEXT_TUESDAY = "2026-03-10T14:00:00+00:00"
FRESH = VERSIONS + (
    "v3,s-late,c1,extra,active,2026-03-02T04:00:00Z,,10,1,USD,month,1,0,,\n"  # Sunday 23:00
)


@pytest.fixture
def healthy(company: Path, keepwell: Keepwell) -> Path:
    """The company on Monday at nine: its data reach to the end of the week, the digest is out."""
    (company / "exports" / "subscription_versions.csv").write_text(FRESH, encoding="utf-8")
    assert keepwell("digest", "--send")[0] == 0
    return company


def held_back(company: Path, keepwell: Keepwell) -> None:
    """Send a digest that one of two recipients cannot get."""
    two = CONFIG.replace('["file:board"]', '["file:board", "file:blocked"]')
    (company / "keepwell.yaml").write_text(two, encoding="utf-8")
    (company / "out").mkdir()
    (company / "out" / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    assert keepwell("digest", "--send")[0] == 3


def test_before_anything_ran_it_says_how_to_begin(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("status")
    assert code == 0
    assert out.splitlines()[1] == "Nothing has run yet. Begin with: keepwell digest"
    assert json.loads(keepwell("status", "--json")[1])["has_run"] is False


def test_a_healthy_company_fits_on_a_screen(keepwell: Keepwell, healthy: Path) -> None:
    code, out, _ = keepwell("status", "--now", MONDAY_9)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "Tiny, America/New_York"
    assert lines[3] == "  exports: loaded 2026-03-02 08:00, newest data 2026-03-01 23:00"
    assert lines[4] == "  last measured: 2026-03-02 08:00"
    assert lines[7].startswith("  board (week): 2026-W09 sent 2")
    assert lines[7].endswith("; next 2026-W10, due 2026-03-09 08:00")
    assert lines[9].startswith("ALERTS  on trial, for the operators only")
    assert lines[10] == "  none is open"
    assert lines[13] == "  1 sent, in the last 90 days."
    assert len(lines) == 14


def test_the_json_has_stable_keys(keepwell: Keepwell, healthy: Path) -> None:
    facts = json.loads(keepwell("status", "--json", "--now", MONDAY_9)[1])
    assert list(facts) == [
        *("has_run", "sources", "measured_at", "audiences", "alerts", "outbox"),
    ]
    assert facts["alerts"] == {"is_live": False, "to": [], "open": 0, "by_phase": {}}
    assert facts["sources"] == [
        {
            "name": "exports",
            "loaded_at": "2026-03-02T13:00:00Z",
            "watermark": "2026-03-02T04:00:00Z",
            "read_back_to": None,
            "is_late": False,
            "problems": [],
        }
    ]
    (board,) = facts["audiences"]
    assert list(board) == ["name", "digest", "last", "next", "overdue"]
    assert (board["last"]["period"], board["last"]["state"]) == ("2026-W09", "sent")
    assert board["next"] == {"period": "2026-W10", "due_at": "2026-03-09T12:00:00Z"}
    assert facts["outbox"] == {"counts": {"sent": 1}, "undelivered": [], "nobody_was_told": False}


def test_a_source_that_fell_silent_is_late(keepwell: Keepwell, healthy: Path) -> None:
    code, out, _ = keepwell("status", "--now", "2027-06-07T14:00:00+00:00")
    assert code == 1
    assert "late, nothing has come for longer than usual" in out


def test_a_source_that_was_lost_is_told_with_its_reason(keepwell: Keepwell, healthy: Path) -> None:
    for path in (healthy / "exports").iterdir():
        path.unlink()
    (healthy / "exports").rmdir()
    assert keepwell("sync")[0] == 3
    code, out, _ = keepwell("status", "--now", MONDAY_9)
    assert code == 1
    (problem,) = json.loads(keepwell("status", "--json")[1])["sources"][0]["problems"]
    assert problem in out


@pytest.mark.parametrize(
    ("now", "overdue"), [(NEXT_MONDAY, None), ("2026-03-10T11:59:00+00:00", None)]
)
def test_a_digest_is_due_for_a_day(
    keepwell: Keepwell, healthy: Path, now: str, overdue: str | None
) -> None:
    (board,) = json.loads(keepwell("status", "--json", "--now", now)[1])["audiences"]
    assert (board["next"]["period"], board["overdue"]) == ("2026-W10", overdue)


def test_a_digest_nobody_wrote_for_a_day_is_overdue_and_says_what_to_type(
    keepwell: Keepwell, healthy: Path
) -> None:
    code, out, _ = keepwell("status", "--now", NEXT_TUESDAY)
    assert code == 1
    assert "2026-W10 is overdue, nothing was sent: keepwell digest --period 2026-W10 --send" in out


def test_what_was_due_before_anything_ran_is_not_overdue(keepwell: Keepwell) -> None:
    assert keepwell("sync", now=NEXT_TUESDAY)[0] == 0
    assert keepwell("measure", now=NEXT_TUESDAY)[0] == 0
    (board,) = json.loads(keepwell("status", "--json", "--now", NEXT_TUESDAY)[1])["audiences"]
    assert (board["last"], board["next"]["period"], board["overdue"]) == (None, "2026-W11", None)


def test_an_audience_that_is_split_has_its_parts_and_not_the_whole(
    keepwell: Keepwell, company: Path
) -> None:
    split = CONFIG + '  - {name: reps, digest: week, split_by: plan, to: ["file:board"]}\n'
    (company / "keepwell.yaml").write_text(split, encoding="utf-8")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        part = replace(WEEKLY, subject_key="plan/Pro", period="2026-W09")
        put(workspace.store, [Outgoing(part, ("file:board",))], company="Tiny")
    board, reps = json.loads(keepwell("status", "--json", "--now", MONDAY_9)[1])["audiences"]
    assert (board["last"], board["next"]["period"]) == (None, "2026-W09")
    assert (reps["last"]["state"], reps["next"]["period"]) == ("waiting", "2026-W10")


def test_alerts_that_are_live_say_to_whom(keepwell: Keepwell, healthy: Path) -> None:
    live = CONFIG + 'alerts: {mode: live, to: ["file:alerts"]}\n'
    (healthy / "keepwell.yaml").write_text(live, encoding="utf-8")
    assert "ALERTS  live, to file:alerts" in keepwell("status", "--now", MONDAY_9)[1]


def test_a_refused_message_is_shown_with_its_problem(keepwell: Keepwell, company: Path) -> None:
    held_back(company, keepwell)
    code, out, _ = keepwell("status", "--now", MONDAY_9)
    assert code == 3
    assert "board (week): 2026-W09 partly sent" in out
    assert "1 sent, 1 refused, in the last 90 days." in out
    assert "        The message could not be written." in out
    assert "Nobody was told of these: operators.to names nobody" in out


def test_operators_who_exist_were_told(keepwell: Keepwell, company: Path) -> None:
    held_back(company, keepwell)
    config = (company / "keepwell.yaml").read_text(encoding="utf-8")
    told = config + 'operators: {to: ["file:ops"]}\n'
    (company / "keepwell.yaml").write_text(told, encoding="utf-8")
    code, out, _ = keepwell("status", "--now", MONDAY_9)
    assert code == 3
    assert "Nobody was told" not in out


def test_a_message_that_was_cancelled_is_nobodys_worry(keepwell: Keepwell, company: Path) -> None:
    held_back(company, keepwell)
    keepwell("outbox", "cancel", "--all")
    facts = json.loads(keepwell("status", "--json", "--now", MONDAY_9)[1])
    assert facts["audiences"][0]["last"]["state"] == "sent"
    assert facts["outbox"]["counts"] == {"sent": 1, "cancelled": 1}
    assert facts["outbox"]["undelivered"] == []


BUSY = Problem("DestinationUnavailable", "The server is busy.")


@pytest.mark.parametrize(
    ("ended", "is_held"),
    [
        (Settlement(State.WAITING, wait_s=3600), False),  # it was put off, and nothing went wrong
        (Settlement(State.WAITING, wait_s=-1), True),  # its time has come and gone
        (Settlement(State.WAITING, problem=BUSY, wait_s=3600), True),
        (Settlement(State.REFUSED, problem=BUSY), True),
        (Settlement(State.FAILED, problem=BUSY), True),
        (Settlement(State.SENT, receipt_id="1"), False),
    ],
)
def test_what_holds_a_message_up(company: Path, ended: Settlement, is_held: bool) -> None:
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        (number,) = put(workspace.store, [Outgoing(WEEKLY, ("file:board",))], company="Tiny")
        claimed = claim(workspace.store, [number])
        assert claimed is not None
        settle(claimed, ended)
        (entry,) = entries(workspace.store, ids=[number])
        found = status(workspace, now=datetime.fromisoformat(NOW))
        assert is_held_up(entry, found.clock.now) is is_held
        assert (found.exit_code == 3) is is_held


def test_asking_for_the_status_loads_no_prefect(company: Path) -> None:
    script = (
        "import sys; from flows.cli import run; run(sys.argv[1:]);"
        "sys.exit(bool({'prefect', 'pandas', 'matplotlib', 'duckdb'} & set(sys.modules)))"
    )
    typed = ("status", "--config", str(company / "keepwell.yaml"))
    done = subprocess.run([sys.executable, "-c", script, *typed], check=False, timeout=60)
    assert done.returncode == 0
