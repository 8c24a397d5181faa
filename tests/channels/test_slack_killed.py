"""Killed at any moment of a post, a message stands in Slack once after the next try."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.channels.slack.api import Patience
from tests.channels.attempts import Remembered
from tests.channels.slack_parts import sent
from tests.doubles.slack import MOMENTS, Slack

POST = "chat.postMessage"
PARTS = ("message", "reply-1", "reply-2")
CHILD = """
import sys
from datetime import UTC, datetime
from tasks.channels.slack.bot import SlackSettings, send
from tests.channels.attempts import Remembered
from tests.channels.slack_parts import PLAIN
settings = SlackSettings(token=sys.argv[1], base_url=sys.argv[2])
send(PLAIN, "#weekly", settings=settings, attempt=Remembered(), now=datetime.now(UTC))
"""


@pytest.fixture
def slack():
    with Slack() as double:
        double.add_channel("weekly")
        yield double


def started(slack):
    command = [sys.executable, "-c", CHILD, slack.token, slack.base_url]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])


def resumed(slack, known):
    """Send again, knowing only which parts were answered before the one that was under way."""
    now = datetime.now(UTC)
    place = slack.place("#weekly")
    ids = {each.part: f"{place.id}:{each.ts}" for each in place.posted if each.part in known}
    unanswered = dict.fromkeys(PARTS[len(known) :], 1)
    attempt = Remembered(ids=ids, unanswered=unanswered, began=now)
    sent(slack, attempt=attempt, now=now, patience=Patience(poll_s=0.01))


@pytest.mark.parametrize("part", ["message", "reply-2"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_of_a_post_it_stands_there_once(slack, moment, part):
    under_way = []

    def kill(asked):
        if asked.arguments["metadata"]["event_payload"]["part"] == part and not under_way:
            under_way.append(asked)
            child.kill()
            child.wait()

    slack.at(moment, POST, kill)
    child = started(slack)
    child.wait()
    resumed(slack, PARTS[: PARTS.index(part)])
    assert len(under_way) == 1
    assert set(slack.visible().values()) == {1}
    assert len(slack.visible()) == 3
