"""A median is explained in its unit, and so is what everybody's own value was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.small import NOW, Keepwell

COLUMNS = (
    "ticket_id,customer_id,requester_id,created_at,created_by,channel,first_agent_reply_at,"
    "first_solved_at,reopened_at,last_solved_at,replies_before_first_solve,merged_into,is_spam"
)
ASKED = "2026-02-24T15:00:00Z"
TICKETS = (
    f"{COLUMNS}\n"
    f"t1,acme,u1,{ASKED},customer,email,2026-02-24T15:30:00Z,,,,,,0\n"
    f"t2,acme,u1,{ASKED},customer,email,2026-02-24T15:40:00Z,,,,,,0\n"
)


@pytest.fixture
def answered(company: Path, keepwell: Keepwell) -> Keepwell:
    """The company with two tickets that were answered within the hour."""
    (company / "exports" / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    keepwell("sync")
    return keepwell


def test_a_median_has_its_unit_and_what_it_is_of(answered: Keepwell) -> None:
    _, out, _ = answered("explain", "first_response_time", "2026-W09", "--now", NOW)
    lines = out.splitlines()
    assert "  Components  35 minutes, from 2 tickets answered" in lines
    assert lines[-1].split() == ["Acme", "acme", "70", "min"]
    assert "1 behind it, with what theirs come to together, largest first" in lines


def test_programs_get_the_bare_number(answered: Keepwell) -> None:
    _, out, _ = answered("explain", "first_response_time", "2026-W09", "--now", NOW, "--json")
    told = json.loads(out)
    assert told["numerator"] == "35"
    assert told["unit"] == "minutes"
