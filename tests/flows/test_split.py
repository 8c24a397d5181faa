"""Everybody gets the digest of their own customers, exact, once, and nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.due import due
from flows.posting import post
from flows.steps import by_hand
from flows.workspace import opened
from tasks.store import entries
from tests.flows.peers import Peers, peers
from tests.flows.small import NOW, VERSIONS, Keepwell, as_rows
from tests.flows.split import (
    BOSS,
    CSMS,
    OPERATORS,
    OWNED,
    OWNERS,
    WHOLE,
    configure,
    look_after,
    texts,
    write,
)

MONDAY = datetime.fromisoformat(NOW)
WEEK = ("--grain", "week", "--from", "2026-W09", "--to", "2026-W09")


@pytest.fixture
def there() -> Iterator[Peers]:
    with peers() as both:
        yield both


def mails(there: Peers) -> dict[str, list[str]]:
    """What each person got by mail: the subjects, without the news."""
    return {
        name: [_subject(one.mail["Subject"]) for one in there.mail.delivered(address)]
        for name in ("ana", "bo", "cy")
        if (address := f"{name}@acme.example")
    }


def _subject(written: str) -> str:
    return " · ".join(written.split(" · ")[:-1])


def test_each_part_says_what_its_customers_come_to(keepwell: Keepwell, company: Path) -> None:
    configure(company, WHOLE + BOSS)
    look_after(company)
    code, out, _ = keepwell("digest", "--send")
    found = texts(company, "boss")
    assert code == 0
    assert list(found) == ["owner-ana", "owner-bo", "owner-cy"]
    assert "Tiny · Week 9 · Ana Lopez's customers · 23 Feb 2026" in found["owner-ana"]
    assert "MRR                         $300                ▼ $100 (worse)" in found["owner-ana"]
    assert "Customer churn rate         25 % 1 of 4" in found["owner-ana"]
    assert "MRR                         $250                ▲ $50 (better)" in found["owner-bo"]
    assert "Customer churn rate         0 % 0 of 2" in found["owner-bo"]
    assert "MRR                         $400                " in found["owner-cy"]
    (whole,) = texts(company, "board").values()
    assert "MRR                         $950                ▼ 5 % (worse)" in whole
    assert "Week 9 · Cy Young's customers · A quiet week\n  to file:boss: " in out


def test_the_values_are_those_of_the_owner(keepwell: Keepwell, company: Path) -> None:
    configure(company, BOSS)
    look_after(company)
    keepwell("digest", "--send")
    command = ("values", "--kpi", "mrr", "--by", "owner", *WEEK, "--format", "csv")
    values = {row["segment"]: row["value"] for row in as_rows(keepwell(*command)[1])}
    assert values == {"ana": "300", "bo": "250", "cy": "400"}
    for owner, value in values.items():
        assert f" MRR                         ${value} " in texts(company, "boss")[f"owner-{owner}"]


def test_everybody_gets_their_own_and_the_board_gets_the_whole(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    split = CSMS.replace('"email:owner"', '"email:owner", "slack:@owner"')
    people = [f"{name}@acme.example" for name in ("ana", "bo", "cy")]
    for one in people:
        there.slack.add_person(one)
    configure(company, WHOLE + split, channels=there.channels())
    look_after(company)
    assert [keepwell("digest", "--send")[0] for _ in range(2)] == [0, 0]
    assert mails(there) == {
        "ana": ["Week 9 · Ana Lopez's customers"],
        "bo": ["Week 9 · Bo Berg's customers"],
        "cy": ["Week 9 · Cy Young's customers"],
    }
    assert sorted(texts(company, "board")) == ["all"]
    read = [there.slack.messages(one) for one in people]
    assert [[_subject(one.text) for one in each] for each in read] == list(mails(there).values())


def test_the_book_of_somebody_who_has_left_goes_to_the_manager_who_is_still_there(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    gone = OWNERS.replace("ana,true", "ana,false").replace("bo,true", "bo,false")
    configure(company, CSMS, channels=there.channels())
    look_after(company, owners=gone)
    assert keepwell("digest", "--send")[0] == 0
    whose = ("Ana Lopez", "Bo Berg", "Cy Young")
    assert mails(there) == {"ana": [f"Week 9 · {one}'s customers" for one in whose], **NOBODY_ELSE}


NOBODY_ELSE: dict[str, list[str]] = {"bo": [], "cy": []}


def test_who_cannot_be_written_to_is_told_to_operators_once_and_costs_nobody_else_anything(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    configure(company, CSMS, OPERATORS, channels=there.channels())
    look_after(company, {**OWNED, "c1": "zed"}, OWNERS.replace("cy@acme.example", ""))
    for _ in range(2):
        code, _, err = keepwell("digest", "--send")
        assert code == 3
        assert "Cy Young's customers: the table owners has no email for Cy Young" in err
        assert "zed's customers: the table owners has no row for 'zed'" in err
    assert {name: len(got) for name, got in mails(there).items()} == {"ana": 1, "bo": 1, "cy": 0}
    (told,) = (company / "out" / "ops").glob("*.txt")
    assert "2 parts of the digest had nobody to go to" in told.read_text("utf-8")


def test_it_goes_out_as_soon_as_the_address_is_there(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    configure(company, CSMS, channels=there.channels())
    look_after(company, owners=OWNERS.replace("cy@acme.example", ""))
    assert keepwell("digest", "--send")[0] == 3
    look_after(company)
    assert keepwell("digest", "--send")[0] == 0
    assert {name: len(got) for name, got in mails(there).items()} == {"ana": 1, "bo": 1, "cy": 1}


def test_without_a_table_of_owners_nobody_is_guessed(keepwell: Keepwell, company: Path) -> None:
    configure(company, CSMS)
    look_after(company, owners="")
    code, _, err = keepwell("digest", "--send")
    assert code == 3
    assert err.count("the table owners has no row for") == 3


def test_customers_without_an_owner_are_counted_for_the_operators_once(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    configure(company, CSMS, OPERATORS, channels=there.channels())
    look_after(company, {key: owner for key, owner in OWNED.items() if owner != "cy"})
    assert [keepwell("digest", "--send")[0] for _ in range(2)] == [0, 0]
    assert {name: len(got) for name, got in mails(there).items()} == {"ana": 1, "bo": 1, "cy": 0}
    (told,) = (company / "out" / "ops").glob("*.txt")
    said = "4 customers have no owner (Customer 6, Customer 7, Customer 8, 1 more)"
    assert said in " ".join(told.read_text("utf-8").split())


def test_who_is_named_beside_the_owners_gets_those_without_an_owner_too(
    keepwell: Keepwell, company: Path
) -> None:
    configure(company, BOSS)
    look_after(company, {"acme": "ana"})
    assert keepwell("digest", "--send")[0] == 0
    found = texts(company, "boss")
    assert list(found) == ["owner-ana", "owner-none"]
    assert "Customers without an owner" in found["owner-none"]


def test_an_owner_whose_customers_are_all_gone_gets_nothing(
    keepwell: Keepwell, company: Path
) -> None:
    left = VERSIONS.replace("2026-02-25T17:00:00Z", "2026-01-25T17:00:00Z")
    write(company, "subscription_versions.csv", left)
    look_after(company, {**OWNED, "acme": "dee"})
    configure(company, BOSS)
    keepwell("digest", "--send")
    assert list(texts(company, "boss")) == ["owner-ana", "owner-bo", "owner-cy"]


def test_split_by_plan_everybody_named_gets_one_for_each_plan(
    keepwell: Keepwell, company: Path
) -> None:
    configure(company, BOSS.replace("owner", "plan"))
    assert keepwell("digest", "--send")[0] == 0
    found = texts(company, "boss")
    assert list(found) == ["plan-Pro", "plan-Starter"]
    assert "MRR                         $950" in found["plan-Pro"]
    assert "Week 9 · Plan Starter" in found["plan-Starter"]


def test_a_run_killed_before_anything_was_sent_is_finished_by_the_next(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    configure(company, WHOLE + CSMS, channels=there.channels())
    look_after(company)
    keepwell("sync")
    keepwell("measure")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        settings = workspace.settings
        week = settings.calendar.period("2026-W09")
        post(by_hand(), workspace, week, settings.audiences, now=MONDAY)
    assert mails(there) == {"ana": [], **NOBODY_ELSE}
    code, _, err = keepwell("digest", "--send")
    assert code == 0
    assert {name: len(got) for name, got in mails(there).items()} == {"ana": 1, "bo": 1, "cy": 1}
    assert "read exports" not in err
    assert "write the digest" not in err


def test_what_waits_for_an_owner_who_has_left_goes_to_the_manager_instead(
    keepwell: Keepwell, company: Path, there: Peers
) -> None:
    configure(company, CSMS, channels=there.channels())
    look_after(company)
    there.mail.answer("RCPT", "550 5.1.1 no such user", about="cy@acme.example")
    assert keepwell("digest", "--send")[0] == 3
    look_after(company, owners=OWNERS.replace("bo,true", "bo,false"))
    keepwell("sync")
    assert keepwell("digest", "--send")[0] == 0
    assert mails(there)["bo"] == ["Week 9 · Bo Berg's customers", "Week 9 · Cy Young's customers"]
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        states = {(one.to, str(one.state)) for one in entries(workspace.store)}
    assert ("email:cy@acme.example", "cancelled") in states


def test_parts_nobody_asks_for_any_more_are_not_sent(keepwell: Keepwell, company: Path) -> None:
    configure(company, WHOLE + CSMS)
    look_after(company)
    keepwell("sync")
    keepwell("measure")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        post(by_hand(), workspace, week, workspace.settings.audiences, now=MONDAY)
    configure(company, WHOLE)
    assert keepwell("digest", "--send")[0] == 0
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        states = {one.to: str(one.state) for one in entries(workspace.store)}
    assert states.pop("file:board") == "sent"
    assert set(states.values()) == {"cancelled"}


def waiting(company: Path) -> list[str]:
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        return [one.name for to in due(workspace, MONDAY).values() for one in to]


def test_a_split_digest_is_due_until_it_is_in_the_outbox(keepwell: Keepwell, company: Path) -> None:
    configure(company, WHOLE)
    look_after(company)
    keepwell("digest", "--send")
    configure(company, WHOLE + BOSS)
    assert waiting(company) == ["heads"]
    keepwell("digest", "--send")
    assert waiting(company) == []
    configure(company, WHOLE + BOSS + BOSS.replace("heads", "chiefs").replace("boss", "chief"))
    assert waiting(company) == ["chiefs"]


def test_who_got_a_part_is_still_due_the_whole(keepwell: Keepwell, company: Path) -> None:
    configure(company, BOSS)
    look_after(company)
    keepwell("digest", "--send")
    configure(company, BOSS + WHOLE.replace("file:board", "file:boss"))
    assert waiting(company) == ["board"]


def test_goals_of_the_company_are_no_owners_goals(keepwell: Keepwell, company: Path) -> None:
    goals = (
        "goals:\n"
        "  - {kpi: mrr, grain: week, at_least: 900}\n"
        "  - {kpi: mrr, grain: week, at_least: 400, by: {owner: ana}}\n"
    )
    configure(company, BOSS, goals)
    look_after(company)
    keepwell("digest", "--send")
    found = texts(company, "boss")
    assert "misses" not in found["owner-bo"]
    assert "900" not in "".join(found.values())
    assert "≥ $400: missed" in found["owner-ana"]


def test_the_digest_on_the_screen_is_the_companys(keepwell: Keepwell, company: Path) -> None:
    configure(company, CSMS)
    look_after(company)
    code, out, _ = keepwell("digest")
    assert code == 0
    assert "MRR                         $950" in out
