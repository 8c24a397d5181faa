"""An answer that is typed is written, and the alert's Slack thread is told of it, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flows.delivery import deliver
from flows.steps import by_hand
from flows.workspace import Workspace, opened
from tasks.model import Message
from tasks.store import Outgoing, put
from tasks.store.episodes import episodes, every_episode, record
from tests.alerts.lives import lived, sign
from tests.channels.messages import WEEKLY
from tests.channels.slack_parts import section
from tests.doubles.slack import Slack
from tests.flows.small import CONFIG, Keepwell

SLACK = 'channels: {{slack: {{token: "{}", base_url: "{}"}}}}\n'


@dataclass(frozen=True)
class Told:
    """An alert that stands in Slack, and the command line."""

    slack: Slack
    workspace: Workspace
    keepwell: Keepwell

    def thread(self) -> list[str]:
        return [one.blocks[0]["text"]["text"] for one in self.slack.thread("alerts")]


@pytest.fixture
def told(company: Path, keepwell: Keepwell) -> Iterator[Told]:
    with Slack() as slack:
        slack.add_channel("alerts")
        config = company / "keepwell.yaml"
        config.write_text(CONFIG + SLACK.format(slack.token, slack.base_url), encoding="utf-8")
        with opened(config, {}) as workspace:
            _open(workspace, "ALL", "ALL")
            (one,) = every_episode(workspace.store)
            message: Message = replace(
                WEEKLY, kind="alert", subject_key=str(one), slack_thread=(),
                slack_blocks=(section("5 of 61 left."),), images=(),
            )  # fmt: skip
            ids = put(workspace.store, [Outgoing(message, ("slack:#alerts",))], company="Tiny")
            deliver(by_hand(), workspace, ids, is_urgent=True)
            yield Told(slack, workspace, keepwell)


def _open(workspace: Workspace, dimension: str, segment: str) -> None:
    (step,) = lived([sign("2026-W41", "X")])
    assert step.episode is not None
    key = replace(step.episode.key, segment_dimension=dimension, segment=segment)
    step = replace(step, episode=replace(step.episode, key=key))
    record(workspace.store, [step], today=step.episode.opened.end_day)


def test_the_thread_hears_of_an_acknowledgement(told: Told) -> None:
    said = told.keepwell("alerts", "ack", "1", "--by", "Ana", "--note", "calling them")
    assert said == (0, "logo_churn_rate/ALL/spike-up#1 is acknowledged.\n", "")
    assert told.thread() == ['Acknowledged by Ana: "calling them"']


def test_who_acknowledges_after_another_is_told_so_and_the_thread_is_not(told: Told) -> None:
    told.keepwell("alerts", "ack", "1", "--by", "Ana")
    code, out, _ = told.keepwell("alerts", "ack", "1", "--by", "Ben")
    assert (code, out) == (0, "Ana has acknowledged logo_churn_rate/ALL/spike-up#1 already.\n")
    assert told.thread() == ["Acknowledged by Ana."]


def test_every_answer_is_told(told: Told) -> None:
    told.keepwell("alerts", "mute", "1", "--until", "2099-12-01", "--by", "Ana")
    told.keepwell("alerts", "unmute", "1", "--by", "Ana")
    told.keepwell("alerts", "not-useful", "1", "--by", "Ben")
    told.keepwell("alerts", "note", "1", "price change", "--rebase", "2026-10-01", "--by", "Ben")
    assert told.thread() == [
        "Muted by Ana until 2099-12-01.",
        "Ana lets it be heard again.",
        "Ben found this not useful.",
        'Ben noted: "price change" Normal is what is so since 2026-10-01.',
    ]


def test_what_was_told_by_another_alert_is_answered_in_its_thread(told: Told) -> None:
    _open(told.workspace, "plan", "Starter")
    told.keepwell("alerts", "ack", "2", "--by", "Ana")
    assert told.thread() == ["Acknowledged by Ana."]


def test_a_slack_that_is_away_keeps_no_answer_back(told: Told) -> None:
    told.slack.__exit__()
    code, out, err = told.keepwell("alerts", "ack", "1", "--by", "Ana")
    assert (code, out) == (0, "logo_churn_rate/ALL/spike-up#1 is acknowledged.\n")
    assert "has not got it" in err
    told.slack.__enter__()


def test_a_rebase_ends_the_alerts_about_the_same_customers(told: Told) -> None:
    for dimension, segment in (("plan", "Starter"), ("region", "EMEA"), ("region", "US")):
        _open(told.workspace, dimension, segment)
    emea = next(one for one in episodes(told.workspace.store) if one.key.segment == "EMEA")
    code, out, _ = told.keepwell(
        "alerts", "note", str(emea.id), "price change", "--rebase", "2026-10-01", "--by", "Ana"
    )
    assert code == 0
    assert out.endswith("Alerts 1, 2 are about the same customers and end with it.\n")
    assert [one.key.segment for one in episodes(told.workspace.store)] == ["EMEA", "US"]
    (whole, *_) = every_episode(told.workspace.store)
    assert whole.reason == "It is explained with alert 3: normal is what is so since 2026-10-01."


def test_the_future_is_not_normal_yet(told: Told) -> None:
    code, _, err = told.keepwell("alerts", "note", "1", "soon", "--rebase", "2099-10-01")
    assert code == 2
    assert "2099-10-01 is in the future." in err
