"""A message stands in Slack once, with its thread, and is found again by its key."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from tasks.blockkit import without_pictures
from tasks.channels.base import channel_named
from tasks.channels.slack.bot import SlackSettings, notice
from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryAbandoned,
    DeliveryRejected,
    DeliveryUncertain,
)
from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.render import render_alert, render_digest, undrawn
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW
from tests.channels.slack_parts import DRAWN, IMPATIENT, PLAIN, section, sent
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import DROP, HALF, HANG, RESET, SERVER_ERROR, rate_limited, refused
from tests.messages.alertstories import ALERTS
from tests.messages.stories import DIGESTS

POST = "chat.postMessage"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def slack():
    with Slack(processing_polls=2) as double:
        double.add_channel("weekly")
        yield double


def tried_now():
    return Remembered(began=datetime.now(UTC) - timedelta(seconds=30))


def test_the_message_and_its_thread_stand_in_the_channel(slack):
    receipt = sent(slack)
    (message,) = slack.messages("#weekly")
    replies = slack.thread("#weekly")
    assert message.blocks == list(PLAIN.slack_blocks)
    assert [reply.blocks for reply in replies] == [list(part) for part in PLAIN.slack_thread]
    assert {reply.thread_ts for reply in replies} == {message.ts}
    assert receipt.id == f"{slack.place('#weekly').id}:{message.ts}"
    assert (receipt.channel, receipt.recipient, receipt.at) == ("slack", "#weekly", NOW)


def test_every_post_bears_its_key_and_unfolds_nothing(slack):
    sent(slack)
    assert slack.visible() == {(KEY, "message"): 1, (KEY, "reply-1"): 1, (KEY, "reply-2"): 1}
    for asked in slack.asked(POST):
        plain = {"unfurl_links", "unfurl_media", "link_names", "mrkdwn"}
        assert {asked.arguments[name] for name in plain} == {False}
        assert asked.arguments["parse"] == "none"
        assert asked.arguments["metadata"]["event_type"] == "keepwell_message"


def test_a_notification_shows_subject_and_preheader_in_which_nothing_is_obeyed(slack):
    hostile = replace(
        PLAIN, subject="<!channel> left & <@U1>", preheader="see <http://evil.example>"
    )
    assert notice(hostile) == (
        "&lt;!channel&gt; left &amp; &lt;@U1&gt;\nsee &lt;http://evil.example&gt;"
    )
    assert len(notice(replace(PLAIN, subject="&" * 5000))) <= 1000
    sent(slack, message=hostile)
    assert slack.messages("#weekly")[0].obeyed == []


MADE = {
    **{
        f"digest-{name}": lambda made=made: render_digest(digest_view(made()), undrawn)
        for name, made in DIGESTS.items()
    },
    **{
        f"alert-{name}": lambda made=made: render_alert(alert_view(made()), undrawn)
        for name, made in ALERTS.items()
    },
}


@pytest.mark.parametrize("story", MADE)
def test_every_story_is_taken_as_it_was_made_and_pings_nobody(slack, story):
    message = MADE[story]()
    sent(slack, message=message)
    posted = [*slack.messages("#weekly"), *slack.thread("#weekly")]
    made = [message.slack_blocks, *message.slack_thread]
    assert [each.blocks for each in posted] == [list(without_pictures(part)) for part in made]
    assert [each for one in posted for each in one.obeyed] == []


def test_a_digest_with_its_charts_pings_nobody_either(slack):
    sent(slack, message=render_digest(digest_view(DIGESTS["hostile_names"]())))
    assert [each for one in slack.place("weekly").posted for each in one.obeyed] == []


def test_a_mistake_of_ours_is_named_and_nothing_is_posted(slack):
    wrong = replace(PLAIN, slack_thread=((section("fine"), section("x" * 3001)),))
    with pytest.raises(DeliveryRejected, match="block 1: 3001 characters, Slack takes 3000"):
        sent(slack, message=wrong)
    assert slack.requests == []


UNANSWERED = pytest.mark.parametrize(
    "fault", [HANG, DROP, RESET, HALF, SERVER_ERROR], ids=["hang", "drop", "reset", "half", "500"]
)


@UNANSWERED
def test_a_message_taken_without_an_answer_is_not_posted_again(slack, fault):
    attempt = tried_now()
    slack.order(POST, fault.after_acceptance())
    with pytest.raises(DeliveryUncertain):
        sent(slack, attempt=attempt, patience=IMPATIENT)
    assert len(slack.asked(POST)) == 1  # slack_sdk does not send it again by itself
    receipt = sent(slack, attempt=attempt)
    assert slack.visible() == {(KEY, "message"): 1, (KEY, "reply-1"): 1, (KEY, "reply-2"): 1}
    assert receipt.id.endswith(slack.messages("#weekly")[0].ts)


@UNANSWERED
def test_a_message_not_taken_is_posted_at_the_next_try(slack, fault):
    attempt = tried_now()
    slack.order(POST, fault)
    with pytest.raises(DeliveryUncertain):
        sent(slack, attempt=attempt, patience=IMPATIENT)
    assert slack.messages("#weekly") == []
    sent(slack, attempt=attempt)
    assert set(slack.visible().values()) == {1}


@UNANSWERED
def test_a_reply_taken_without_an_answer_is_not_posted_again(slack, fault):
    attempt = tried_now()
    slack.order(POST, fault.after_acceptance(), skip=1)
    with pytest.raises(DeliveryUncertain):
        sent(slack, attempt=attempt, patience=IMPATIENT)
    slack.forget_requests()
    sent(slack, attempt=attempt)
    assert [
        asked.arguments["metadata"]["event_payload"]["part"] for asked in slack.asked(POST)
    ] == ["reply-2"]
    assert set(slack.visible().values()) == {1}


def test_what_is_out_is_neither_looked_for_nor_posted(slack):
    attempt = Remembered()
    first = sent(slack, attempt=attempt)
    slack.forget_requests()
    assert sent(slack, attempt=attempt) == first
    assert slack.methods() == []


def test_the_key_is_looked_for_on_every_page_of_a_busy_channel(slack):
    attempt = tried_now()
    slack.order(POST, HANG.after_acceptance())
    with pytest.raises(DeliveryUncertain):
        sent(slack, attempt=attempt, patience=IMPATIENT)
    for _ in range(7):
        sent(slack, attempt=Remembered(key="f" * 32), message=replace(PLAIN, slack_thread=()))
    slack.page_size = 3
    slack.forget_requests()
    sent(slack, attempt=attempt)
    assert len(slack.asked("conversations.history")) == 3
    assert slack.visible()[KEY, "message"] == 1


def test_a_reply_is_looked_for_on_every_page_of_a_long_thread(slack):
    attempt = tried_now()
    many = replace(PLAIN, slack_thread=tuple((section(str(number)),) for number in range(7)))
    slack.order(POST, DROP.after_acceptance(), skip=7)
    with pytest.raises(DeliveryUncertain):
        sent(slack, attempt=attempt, message=many)
    slack.page_size = 3
    sent(slack, attempt=attempt, message=many)
    assert len(slack.asked("conversations.replies")) == 3
    assert slack.visible() == {
        (KEY, part): 1 for part in ("message", *(f"reply-{n}" for n in range(1, 8)))
    }


@pytest.mark.parametrize("ahead_s", [-240, 0, 240])
def test_a_clock_that_differs_by_minutes_hides_nothing(ahead_s):
    with Slack(clock_ahead_s=ahead_s) as slack:
        slack.add_channel("weekly")
        attempt = tried_now()
        slack.order(POST, DROP.after_acceptance())
        with pytest.raises(DeliveryUncertain):
            sent(slack, attempt=attempt)
        sent(slack, attempt=attempt)
        assert set(slack.visible().values()) == {1}


def test_another_key_is_another_message(slack):
    sent(slack, attempt=Remembered(unanswered={"message": 1}))
    sent(slack, attempt=Remembered(key="f" * 32, unanswered={"message": 1}))
    assert len(slack.messages("#weekly")) == 2


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel"])
def test_where_slack_will_not_say_nobody_pretends_to_know(slack, error):
    slack.order("conversations.history", refused(error))
    with pytest.raises(DeliveryAbandoned, match="may or may not be there") as raised:
        sent(slack, attempt=Remembered(unanswered={"message": 1}))
    assert raised.value.todo.startswith("Look there yourself")
    assert slack.asked(POST) == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (rate_limited(9), ChannelUnavailable),
        (SERVER_ERROR, ChannelUnavailable),
        (DROP, ChannelUnavailable),
        (refused("internal_error"), ChannelUnavailable),
        (refused("missing_scope", needed="channels:history"), ChannelRejected),
    ],
)
def test_while_slack_cannot_be_asked_nothing_is_posted_again(slack, fault, error):
    slack.order("conversations.history", fault)
    attempt = Remembered(unanswered={"message": 1})
    with pytest.raises(error):
        sent(slack, attempt=attempt)
    assert slack.asked(POST) == []
    assert attempt.unanswered == {"message": 1}


def test_neither_the_token_nor_the_message_is_in_any_log(slack, caplog):
    caplog.set_level(logging.DEBUG)
    slack.order(POST, SERVER_ERROR, skip=1)
    slack.order(POST, refused("is_archived"))
    for message in (DRAWN, PLAIN):
        with pytest.raises((DeliveryUncertain, DeliveryRejected)):
            sent(slack, message=message)
    assert slack.token not in caplog.text
    assert "of 61 left" not in caplog.text


def test_the_token_is_in_no_error_and_no_representation(slack):
    slack.order(POST, SERVER_ERROR)
    with pytest.raises(DeliveryUncertain) as raised:
        sent(slack)
    assert raised.value.__context__ is None
    told = [repr(raised.value), str(raised.value), repr(SlackSettings(token=slack.token))]
    assert not [each for each in told if slack.token in each]


@pytest.mark.parametrize("base_url", ["https://slack.example/api", "https://slack.example/api/"])
def test_the_address_may_end_with_a_slash_or_not(base_url):
    assert SlackSettings(token="xoxb-1", base_url=base_url).base_url == "https://slack.example/api/"


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({}, "missing"),
        ({"token": "  "}, "the token is empty"),
        *(
            ({"token": "xoxb-1", "base_url": url}, "not a web address")
            for url in ("slack", "ftp://x", "http://", "http://[::1", "http://x:99999")
        ),
    ],
)
def test_a_mistake_in_the_settings_is_said(given, mistake):
    with pytest.raises(ValidationError, match=mistake):
        SlackSettings.model_validate(given)


def test_the_channel_is_registered_with_its_probe():
    entry = channel_named("slack")
    assert entry.settings is SlackSettings
    assert entry.probe is not None
    assert SlackSettings(token="xoxb-1").base_url == "https://slack.com/api/"
