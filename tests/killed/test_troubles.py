"""What breaks while everything is scheduled: told once, nothing lost, the next run goes on by itself.

One machine, one trouble a week: its database is away, somebody breaks the configuration, a file of
the lake is deleted, Slack refuses the token over a weekend.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.killed.company import company
from tests.killed.going import Plant, at_rest, until_done, wait_for
from tests.killed.machine import machine

pytestmark = pytest.mark.killed
OPERATOR = "ops@acme.example"
MORE = f'operators: {{to: ["email:{OPERATOR}"]}}\n'
EVERY_S = {"digest": 25, "outbox": 40, "notice": 45}
AWAY_S = 20.0


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    folder = tmp_path_factory.mktemp("plant")
    with (
        machine(folder) as there,
        company(folder / "company", there.store_url, MORE) as who,
    ):
        plant = Plant(there, who)
        plant.deploy(EVERY_S)
        there.worker.start()
        until_done(plant, 1)
        yield plant


@pytest.fixture
def week(plant: Plant) -> Callable[[], int]:
    """Turn to the next week and return how many weeks must be done now."""

    def next_week() -> int:
        plant.turn_to(plant.week + 1)
        return plant.week + 1

    return next_week


def told(plant: Plant) -> Counter[str]:
    """How often the operators got each subject."""
    return Counter(str(one.mail["Subject"]) for one in plant.company.there.mail.delivered(OPERATOR))


def told_in_full(plant: Plant) -> Counter[tuple[str, str]]:
    """How often the operators got each text: every week that is turned is a standstill of its own."""
    mails = [one.mail for one in plant.company.there.mail.delivered(OPERATOR)]
    return Counter((str(one["Subject"]), text_of(one)) for one in mails)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def failed(plant: Plant) -> list[str]:
    return [str(one["state"]["message"]) for one in plant.runs("FAILED")]


def test_its_database_is_away_for_a_while(plant: Plant, week) -> None:
    plant.machine.postgres.restarts_after_s = AWAY_S
    due = week()
    plant.machine.postgres.kill()
    time.sleep(1)
    until_done(plant, due)
    assert plant.machine.postgres.starts == 2


def test_somebody_breaks_the_configuration_and_mends_it_later(plant: Plant, week) -> None:
    path = plant.company.config
    good = path.read_text("utf-8")
    path.write_text(good.replace("digest: week", "digest: wek"), encoding="utf-8")
    due = week()
    wait_for(lambda: any("1 mistake" in one for one in failed(plant)))
    wait_for(lambda: bool(told(plant)))
    path.write_text(good, encoding="utf-8")
    until_done(plant, due)


def test_a_file_of_the_lake_is_deleted(plant: Plant, week) -> None:
    lake = plant.company.config.parent / "lake" / "facts" / "customers"
    for file in lake.rglob("*.parquet"):
        file.unlink()
    until_done(plant, week())
    wait_for(lambda: any("missing or cut" in one for one in told(plant)))
    assert [count for one, count in told(plant).items() if "missing or cut" in one] == [1]


def test_slack_refuses_the_token_over_a_weekend(plant: Plant, week) -> None:
    token = plant.company.there.slack.tokens[plant.company.there.slack.token]
    token.refused_as = "token_revoked"
    due = week()
    wait_for(lambda: any("did not go out" in one for one in told(plant)))
    time.sleep(EVERY_S["outbox"] * 2)  # the weekend: more runs, and nothing new to tell
    token.refused_as = ""
    requeued(plant.company.config.parent)
    until_done(plant, due)
    assert [count for one, count in told(plant).items() if "did not go out" in one] == [1]


def requeued(folder: Path) -> None:
    """Somebody put the token right, and says so."""
    from flows.workspace import opened
    from tasks.store import State, entries, requeue

    with opened(folder / "keepwell.yaml", {}) as workspace:
        waiting = entries(workspace.store, states=[State.WAITING])
        requeue(workspace.store, [one.id for one in waiting])


def test_in_the_end_everything_arrived_once_and_nothing_was_told_twice(plant: Plant) -> None:
    assert at_rest(plant, plant.week + 1) == []
    assert [one for one, count in told_in_full(plant).items() if count > 1] == []
