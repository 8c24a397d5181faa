"""Words are dropped or let go of in time; figures, receipts and what is still to be sent stay."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.retention import Freed, retain
from flows.workspace import opened
from tasks.facts.rewriting import parts_of
from tasks.store import State, deeds, entries, quarantined
from tests.flows.small import CONFIG

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
DAY = timedelta(days=1)
TICKETS = """\
ticket_id,customer_id,requester_id,created_at,created_by,channel,first_agent_reply_at,first_solved_at,last_solved_at,reopened_at,replies_before_first_solve,merged_into,is_spam,subject,body
t1,c1,r1,2026-01-05T12:00:00Z,customer,email,,,,,0,,false,old subject,old body
t2,c1,r1,2026-02-25T12:00:00Z,customer,email,,,,,0,,false,new subject,new body
"""
CONTACTS = """\
contact_id,customer_id,email,role,active,last_seen_at
p1,c1,ann@example.com,boss,true,
p2,nobody,bob@example.com,boss,true,
"""


@pytest.fixture
def wordy(company: Path, keepwell):
    """A company with tickets and contacts, and a way to say what it keeps."""
    (company / "exports" / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (company / "exports" / "contacts.csv").write_text(CONTACTS, encoding="utf-8")

    def keeps(text: str) -> None:
        (company / "keepwell.yaml").write_text(f"{CONFIG}{text}\n", encoding="utf-8")

    return keeps


def lake_text(company: Path, table: str | None = None) -> str:
    return "\n".join(
        str(pq.read_table(path, partitioning=None).to_pylist())
        for name, path in parts_of(company / "lake")
        if table in {None, name}
    )


def test_what_is_dropped_never_reaches_the_lake_or_quarantine(wordy, company, keepwell):
    wordy("privacy: {drop: {contacts: [email], tickets: [body]}}")
    code, _, err = keepwell("sync")
    assert code == 0, err
    everything = lake_text(company)
    assert "example.com" not in everything
    assert "body'" not in everything.replace("'body'", "")
    assert "old subject" in everything
    with opened(company / "keepwell.yaml", {}) as workspace:
        (refused,) = quarantined(workspace.store)
        assert refused.key == "p2"


def test_old_texts_are_not_folded_again_and_leave_the_lake(wordy, company, keepwell):
    wordy("")
    keepwell("sync")
    assert "old body" in lake_text(company)
    wordy("privacy: {keep: {tickets.body: 30d, tickets.subject: 30d}}")
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert retain(workspace, NOW) == Freed(files_with_texts=1)
        assert not retain(workspace, NOW)
    (company / "exports" / "tickets.csv").write_text(TICKETS.replace("r1", "r2"))
    keepwell("sync")
    now = lake_text(company, "tickets")
    assert "old body" not in now
    assert "old subject" not in now
    assert "new body" in now


def test_what_is_dropped_later_leaves_the_files_that_are_there(wordy, company, keepwell):
    wordy("")
    keepwell("sync")
    assert "ann@example.com" in lake_text(company)
    wordy("privacy: {drop: {contacts: [email]}}")
    with opened(company / "keepwell.yaml", {}) as workspace:
        retain(workspace, NOW)
    assert "ann@example.com" not in lake_text(company)


def test_replaced_files_and_what_killed_loads_left_are_deleted_in_time(wordy, company, keepwell):
    wordy("")
    keepwell("sync")
    (company / "exports" / "tickets.csv").write_text(TICKETS.replace("r1", "r2"))
    keepwell("sync")
    stray = company / "lake/facts/tickets/ym=2026-01/.part-killed.parquet.1"
    stray.write_text("half")
    os.utime(stray, (0, 0))
    count = len(list(parts_of(company / "lake")))
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert retain(workspace, NOW + 6 * DAY).replaced_files == 1
        assert not stray.exists()
        freed = retain(workspace, NOW + 8 * DAY)
        assert freed.replaced_files == count - len(list(parts_of(company / "lake"))) > 0
        assert not retain(workspace, NOW + 8 * DAY)
        assert [deed.what for deed in deeds(workspace.store)][-2:] == ["freed", "freed"]
    code, _, err = keepwell("measure", "--grain", "month")
    assert code == 0, err


def test_messages_are_cleared_and_their_receipts_stay(wordy, company, keepwell):
    wordy("channels: {file: {path: ./sent}}")
    code, _, err = keepwell("digest", "--grain", "week", "--send")
    assert code == 0, err
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert retain(workspace, NOW + 399 * DAY).messages == 0
        assert retain(workspace, datetime.now(UTC) + 401 * DAY).messages == 1
        assert not retain(workspace, datetime.now(UTC) + 401 * DAY).messages
        (entry,) = entries(workspace.store)
        assert (entry.state, entry.subject) == (State.SENT, "(cleared)")
        assert entry.receipt_id


def test_values_in_quarantine_are_cleared_and_their_reasons_stay(wordy, company, keepwell):
    wordy("")
    keepwell("sync")
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert retain(workspace, NOW + 91 * DAY).refused_rows == 1
        (refused,) = quarantined(workspace.store)
        assert (refused.key, refused.value) == ("", "")
        assert refused.reason == "not in customers"
        assert not retain(workspace, NOW + 91 * DAY).refused_rows


def test_it_says_what_it_did():
    freed = Freed(messages=1200, replaced_files=4, bytes=1_230_000)
    assert str(freed) == "1,200 messages cleared, 4 replaced files deleted (1.2 MB)"
    assert str(Freed()) == "nothing was old enough to be cleared"
