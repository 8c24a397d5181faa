"""Small Slack messages, and sending them to the pretended Slack."""

from __future__ import annotations

from dataclasses import replace

from tasks.channels.slack.api import Patience
from tasks.channels.slack.bot import SlackSettings, send
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW, WEEKLY

QUICK = Patience(timeout_s=10, poll_s=0.01, polls=4)
IMPATIENT = Patience(timeout_s=0.5, poll_s=0.01, polls=4)


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "verbatim": True, "text": text}}


def words(text):
    return {"type": "context", "elements": [{"type": "mrkdwn", "verbatim": True, "text": text}]}


def picture(name, alt_text="Five left"):
    return {"type": "image", "alt_text": alt_text, "slack_file": {"id": name}}


PLAIN = replace(
    WEEKLY,
    slack_blocks=(section("Five of 61 left."),),
    slack_thread=((section("Who left"),), (section("Data notes"),)),
    images=(),
)
DRAWN = replace(
    WEEKLY,
    slack_blocks=(section("Five of 61 left."), picture("chart-1")),
    slack_thread=((picture("chart-2", "MRR"), section("Who left")),),
)


def settings(slack, **more):
    return SlackSettings(token=more.pop("token", slack.token), base_url=slack.base_url, **more)


def sent(slack, recipient="#weekly", message=PLAIN, attempt=None, patience=QUICK, **more):
    """Return the receipt of one try."""
    attempt = attempt or Remembered()
    now = more.pop("now", NOW)
    given = settings(slack, **more)
    return send(message, recipient, settings=given, attempt=attempt, now=now, patience=patience)
