"""Which digests are due: at their hour, for a day, until they have gone out."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows.due import dimension_of, due
from flows.workspace import opened
from tasks.store import Outgoing, cancel, put
from tests.flows.small import CONFIG
from tests.store.letters import DIGEST


def waiting(company: Path, now: str) -> dict[str, list[str]]:
    """The names of the audiences that wait, by period."""
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        found = due(workspace, datetime.fromisoformat(now))
        return {str(period): [one.name for one in to] for period, to in found.items()}


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-03-02T12:59:00+00:00", {}),  # Monday 07:59 in New York
        ("2026-03-02T13:00:00+00:00", {"2026-W09": ["board"]}),
        ("2026-03-03T12:59:00+00:00", {"2026-W09": ["board"]}),
        ("2026-03-03T13:00:00+00:00", {}),  # a day late: by hand, if at all
    ],
)
def test_a_weekly_digest_is_due_for_a_day_from_monday_eight(
    company: Path, now: str, found: dict[str, list[str]]
) -> None:
    assert waiting(company, now) == found


def in_the_outbox(company: Path, *to: str) -> tuple[int, ...]:
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        message = replace(DIGEST, period="2026-W09")
        return put(workspace.store, [Outgoing(message, to)], company="Tiny")


def test_what_is_in_the_outbox_is_not_due_again_sent_or_not(company: Path) -> None:
    in_the_outbox(company, "file:board")
    assert waiting(company, "2026-03-02T14:00:00+00:00") == {}


def test_what_a_person_cancelled_is_not_due_again(company: Path) -> None:
    numbers = in_the_outbox(company, "file:board")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        cancel(workspace.store, numbers)
    assert waiting(company, "2026-03-02T14:00:00+00:00") == {}


def test_who_is_not_in_the_outbox_yet_is_due_although_others_are(company: Path) -> None:
    in_the_outbox(company, "file:somebody else")
    assert waiting(company, "2026-03-02T14:00:00+00:00") == {"2026-W09": ["board"]}


def test_each_audience_waits_for_its_own_digest_and_hour(company: Path) -> None:
    config = CONFIG + (
        '  - {name: owners, digest: week, at: "Mon 09:30", to: ["file:owners"]}\n'
        '  - {name: council, digest: month, to: ["file:council"]}\n'
    )
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    assert waiting(company, "2026-03-02T13:30:00+00:00") == {
        "2026-W09": ["board"],
        "2026-02": ["council"],
    }
    assert waiting(company, "2026-03-02T14:30:00+00:00") == {
        "2026-W09": ["board", "owners"],
        "2026-02": ["council"],
    }


def test_after_a_weekend_each_of_its_days_is_due(company: Path) -> None:
    config = CONFIG.replace("digest: week,", "digest: day,")
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    assert waiting(company, "2026-03-02T13:00:00+00:00") == {
        "2026-02-27": ["board"],
        "2026-02-28": ["board"],
        "2026-03-01": ["board"],
    }
    assert waiting(company, "2026-03-03T13:00:00+00:00") == {"2026-03-02": ["board"]}


def test_in_tokyo_a_week_of_new_york_is_due_when_it_is_over(company: Path) -> None:
    config = CONFIG.replace("digest: week,", 'digest: week, at: "Mon 09:30", timezone: Asia/Tokyo,')
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    assert waiting(company, "2026-03-02T04:59:00+00:00") == {}
    assert waiting(company, "2026-03-02T05:00:00+00:00") == {"2026-W09": ["board"]}


@pytest.mark.parametrize(
    ("key", "dimension"),
    [
        ("company", None),
        ("plan/Pro", "plan"),
        ("plan/industry/Pro/retail", "plan/industry"),
        ("company_size/large", None),
    ],
)
def test_a_part_is_by_the_longest_dimension_its_key_begins_with(
    key: str, dimension: str | None
) -> None:
    assert dimension_of(key, ["plan", "plan/industry", "owner"]) == dimension
