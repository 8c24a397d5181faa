"""The scheduled look for digests: on time, after an outage, without data, with a wrong clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.dispatch import Round, dispatch
from flows.steps import by_hand
from flows.workspace import opened
from tasks.messages.render import undrawn
from tasks.store import State, content, entries
from tests.flows.small import CONFIG, VERSIONS

MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)  # 08:00 in New York, when 2026-W09 is due
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPS = CONFIG + 'operators: {to: ["file:ops"]}\n'
STRICT = OPS.replace("path: ./exports}", "path: ./exports, max_age: 12h}")
SUNDAY = "v3,s-late,c1,extra,active,2026-03-02T04:50:00Z,,10,1,USD,month,1,0,,\n"  # 23:50
CLOSED = "v4,s-over,c1,more,active,2026-03-02T05:10:00Z,,10,1,USD,month,1,0,,\n"  # Monday 00:10

Look = Callable[[datetime], Round]


@pytest.fixture
def look(company: Path) -> Iterator[Look]:
    """One scheduled look at a moment; two weeks before, the schedule began. All of it arrives."""

    def look(now: datetime) -> Round:
        with opened(company / "keepwell.yaml", os.environ) as workspace:
            return dispatch(by_hand(draw=undrawn), workspace, now=now)

    (company / "keepwell.yaml").write_text(OPS, encoding="utf-8")
    look(MONDAY - 9 * DAY)
    yield look
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        assert {one.state for one in entries(workspace.store)} <= {State.SENT}


def told(company: Path, kind: str) -> list[tuple[str, str]]:
    """What is in the outbox of a kind: period (or subject key), and the text."""
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        return [
            (one.period or one.subject_key, content(workspace.store, one.message_id).text)
            for one in entries(workspace.store, kind=kind)
        ]


def periods(company: Path) -> list[str]:
    return [period for period, _ in told(company, "digest")]


def ops(company: Path) -> list[str]:
    return [text.splitlines()[0].removeprefix("⚠ ") for _, text in told(company, "ops")]


def test_a_digest_on_time_goes_out_once_and_says_nothing_of_itself(
    company: Path, look: Look
) -> None:
    look(MONDAY - 7 * DAY)
    assert not look(MONDAY - HOUR).sent
    assert len(look(MONDAY).sent) == 1
    assert not look(MONDAY + HOUR).sent
    *_, (period, text) = told(company, "digest")
    assert period == "2026-W09"
    assert "Late" not in text
    assert "Sent without" not in text
    assert len(ops(company)) == 2  # the schedule stood still before both Mondays


def test_after_an_outage_missed_digests_go_out_oldest_first_and_say_that_they_are_late(
    company: Path, look: Look
) -> None:
    look(MONDAY - 8 * DAY)
    found = look(MONDAY + 8 * DAY + HOUR)  # 2026-W08 is too old by then, by an hour
    assert [one.message.period for one in found.sent] == ["2026-W09", "2026-W10"]
    texts = dict(told(company, "digest"))
    assert "Late: this was due Mon 2 Mar 08:00." in texts["2026-W09"]
    assert not look(MONDAY + 8 * DAY + 2 * HOUR).sent
    assert periods(company) == ["2026-W09", "2026-W10"]


def test_what_is_too_old_is_given_up_and_the_operators_are_told_once(
    company: Path, look: Look
) -> None:
    look(MONDAY - 8 * DAY)
    first = look(MONDAY + 15 * DAY)
    assert [str(one) for one in first.given_up] == ["2026-W08 for board", "2026-W09 for board"]
    assert not look(MONDAY + 15 * DAY + HOUR).given_up
    assert periods(company) == ["2026-W10", "2026-W11"]
    assert ops(company) == ["Nothing ran for 23 days", "2 digests are too old to be sent"]
    (_, text) = told(company, "ops")[1]
    assert "keepwell digest --send --period 2026-W08" in text


def test_an_audience_added_later_gets_the_newest_digest_and_none_before(
    company: Path, look: Look
) -> None:
    look(MONDAY)
    look(MONDAY + 7 * DAY)
    more = '  - {name: new, digest: week, to: ["file:new"]}\noperators:'
    config = OPS.replace("operators:", more)
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    assert len(look(MONDAY + 7 * DAY + HOUR).sent) == 1  # within a day: the newest one
    assert not look(MONDAY + 9 * DAY).sent
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        got = [
            one.period for one in entries(workspace.store, kind="digest") if one.to == "file:new"
        ]
    assert got == ["2026-W10"]


@pytest.fixture
def strict(company: Path, look: Look) -> Look:
    """The same, where the data may be twelve hours old; those of Wednesday are the newest."""
    (company / "keepwell.yaml").write_text(STRICT, encoding="utf-8")
    assert look(MONDAY - 7 * DAY).sent  # what was never read before is news
    export(company, "")  # it comes once more as it was, and that is none
    return look


def export(company: Path, rows: str) -> None:
    (company / "exports" / "subscription_versions.csv").write_text(VERSIONS + rows, "utf-8")


def test_fresh_data_hold_nothing(company: Path, strict: Look) -> None:
    export(company, SUNDAY)
    assert len(strict(MONDAY).sent) == 1


def test_old_data_hold_a_digest_until_they_arrive(company: Path, strict: Look) -> None:
    (one,) = strict(MONDAY).held
    assert str(one) == "held: exports is 6 days old (limit 12 h)"
    assert one.until == MONDAY + 4 * HOUR
    assert strict(MONDAY + HOUR).held
    assert ops(company)[-1] == "The digest of 2026-W09 is held"
    export(company, SUNDAY + CLOSED)
    assert len(strict(MONDAY + 2.5 * HOUR).sent) == 1
    assert ops(company)[-2:] == [
        "The digest of 2026-W09 is held",
        "The digest of 2026-W09 goes out",
    ]
    (*_, (_, text)) = told(company, "digest")
    assert "Late: this was due Mon 2 Mar 08:00; it waited for exports." in text
    assert "Sent without" not in text


def test_at_the_deadline_it_goes_out_without_them_and_says_so(company: Path, strict: Look) -> None:
    assert strict(MONDAY).held
    assert strict(MONDAY + 3.9 * HOUR).held
    assert len(strict(MONDAY + 4 * HOUR).sent) == 1
    (*_, (_, text)) = told(company, "digest")
    assert "Sent without the newest data of exports: its last are of Tue 24 Feb 12:00." in text
    assert "did not wait any longer" in told(company, "ops")[-1][1]


def test_after_an_outage_it_waits_from_the_first_look(company: Path, strict: Look) -> None:
    began = MONDAY + 2 * DAY
    assert strict(began).held
    assert strict(began + 3 * HOUR).held
    assert len(strict(began + 4 * HOUR).sent) == 1


def test_who_does_not_want_to_wait_gets_it_at_once(company: Path, strict: Look) -> None:
    hasty = STRICT.replace("digest: week,", "digest: week, wait: 0h,")
    (company / "keepwell.yaml").write_text(hasty, encoding="utf-8")
    assert len(strict(MONDAY).sent) == 1


def test_a_clock_that_went_back_is_told_once_and_nothing_is_sent_twice(
    company: Path, look: Look
) -> None:
    look(MONDAY)
    before = len(ops(company))
    assert not look(MONDAY - 5 * HOUR).sent
    assert not look(MONDAY - 4 * HOUR).sent
    assert not look(MONDAY).sent
    assert ops(company)[before:] == ["The clock went back"]
    assert periods(company).count("2026-W09") == 1
