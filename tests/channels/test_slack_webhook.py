"""A webhook takes a message in few posts, never a third time, and its address is a secret."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tasks.channels.base import channel_named
from tasks.channels.slack.webhook import WebhookSettings, posts_of, probe, send
from tasks.config.base import ChannelSettings
from tasks.errors import (
    ChannelUnavailable,
    DeliveryAbandoned,
    DeliveryRejected,
    DeliveryUncertain,
)
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW
from tests.channels.slack_parts import DRAWN, PLAIN, section, words
from tests.channels.test_slack import MADE
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import (
    DROP,
    EMPTY,
    HALF,
    HANG,
    HTML,
    RESET,
    SERVER_ERROR,
    Fault,
    status,
)

SECRET = "weeklysecret"


@pytest.fixture
def slack():
    with Slack() as double:
        yield double


@pytest.fixture
def hook(slack):
    return slack.add_hook("weekly")


def sent(address, message=PLAIN, attempt=None, timeout_s=10.0):
    return send(
        message,
        "weekly",
        settings=WebhookSettings(urls={"weekly": address}),
        attempt=attempt or Remembered(),
        now=NOW,
        timeout_s=timeout_s,
    )


def test_message_and_thread_come_in_one_post(slack, hook):
    receipt = sent(hook)
    (post,) = slack.posts("weekly")
    assert post.blocks == [*PLAIN.slack_blocks, *(b for part in PLAIN.slack_thread for b in part)]
    assert post.text == f"{PLAIN.subject}\n{PLAIN.preheader}"
    assert (receipt.channel, receipt.recipient, receipt.id) == (
        "slack_webhook",
        "weekly",
        "weekly:1",
    )


def test_a_long_message_comes_in_as_few_posts_as_hold_it(slack, hook):
    many = tuple(section(str(number)) for number in range(60))
    sent(hook, replace(PLAIN, slack_blocks=many[:45], slack_thread=(many[45:],)))
    assert [len(post.blocks) for post in slack.posts("weekly")] == [50, 10]
    assert [block for post in slack.posts("weekly") for block in post.blocks] == list(many)
    assert slack.posts("weekly")[1].text == f"{PLAIN.subject} (2 of 2)"


def test_a_post_holds_no_more_than_slack_takes_in_all():
    many = (section("x" * 2900),) * 9
    assert [len(post) for post in posts_of(replace(PLAIN, slack_blocks=many, slack_thread=()))] == [
        4,
        4,
        1,
    ]


def test_a_chart_is_told_in_words(slack, hook):
    sent(hook, DRAWN)
    assert words("Five left") in slack.posts("weekly")[0].blocks


@pytest.mark.parametrize("story", MADE)
def test_every_story_is_taken_and_pings_nobody(slack, hook, story):
    sent(hook, MADE[story]())
    assert slack.posts("weekly")
    assert [each for post in slack.posts("weekly") for each in post.obeyed] == []


LOST = {"hang": HANG, "drop": DROP, "reset": RESET, "half": HALF, "500": SERVER_ERROR, "page": HTML}
LOST |= {
    "nothing": EMPTY,
    "moved": Fault(b"", 302, {"Location": "/api/auth.test"}),
    "408": status(408),
}


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_repeated_once_and_never_a_third_time(slack, hook, fault):
    slack.order("webhook", LOST[fault].after_acceptance(), times=9)
    attempt = Remembered()
    for expected in (DeliveryUncertain, DeliveryUncertain, DeliveryAbandoned, DeliveryAbandoned):
        with pytest.raises(expected):
            sent(hook, attempt=attempt, timeout_s=0.4)
    assert len(slack.posts("weekly")) == 2
    assert len(slack.requests) == 2


def test_the_second_post_alone_is_repeated(slack, hook):
    long = replace(PLAIN, slack_blocks=tuple(section(str(n)) for n in range(60)), slack_thread=())
    slack.order("webhook", DROP, skip=1)
    attempt = Remembered()
    with pytest.raises(DeliveryUncertain):
        sent(hook, long, attempt)
    sent(hook, long, attempt)
    assert [len(post.blocks) for post in slack.posts("weekly")] == [50, 10]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x", "https://nowhere.invalid/x"],
    ids=["nobody listens", "no such host"],
)
def test_where_nobody_answers_nothing_was_posted(address):
    attempt = Remembered()
    with pytest.raises(ChannelUnavailable, match="cannot be reached"):
        sent(address, attempt=attempt)
    assert attempt.unanswered == {"post-1": 0}


@pytest.mark.parametrize(("said", "after_s"), [("5", 5), ("soon", None)])
def test_too_many_posts_say_how_long_to_wait(slack, hook, said, after_s):
    slack.order("webhook", Fault(b"rate_limited", 429, {"Retry-After": said}))
    with pytest.raises(ChannelUnavailable) as raised:
        sent(hook)
    assert raised.value.after_s == after_s


@pytest.mark.parametrize(
    ("code", "word", "what", "todo"),
    [
        (403, "invalid_token", "not one that Slack knows", "Make a new webhook"),
        (403, "action_prohibited", "may not post there", "Ask whoever runs your Slack"),
        (404, "no_service", "removed or switched off", "Make a new webhook"),
        (404, "channel_not_found", "its channel is gone", "Make a new webhook"),
        (410, "channel_is_archived", "archived", "unarchive"),
        (400, "invalid_payload", "refused the message (invalid_payload)", "report"),
        (400, "invalid_blocks", "refused the message (invalid_blocks)", "report"),
        (400, "<html>", "refused the message (400)", "report"),
        (418, "teapot", "refused the webhook (teapot)", "Make a new webhook"),
    ],
)
def test_a_refusal_is_for_good_and_says_what_to_do(slack, code, word, what, todo):
    with pytest.raises(DeliveryRejected) as raised:
        sent(slack.add_hook("weekly", (code, word)))
    assert what in raised.value.what
    assert todo in raised.value.todo
    assert raised.value.todo.endswith("then run keepwell outbox retry --all.")
    assert raised.value.where == "Webhook 'weekly'."
    assert "<" not in str(raised.value)


def test_an_unknown_hook_is_refused_by_the_double_too(slack):
    with pytest.raises(DeliveryRejected, match="no_service"):
        sent(f"{slack.home}/services/T/B/none")


def test_a_mistake_of_ours_is_named_and_nothing_is_posted(slack, hook):
    with pytest.raises(DeliveryRejected, match="block 0: 3001 characters"):
        sent(hook, replace(PLAIN, slack_blocks=(section("x" * 3001),)))
    assert slack.requests == []


def test_a_redirect_is_not_followed(slack, hook):
    slack.order("webhook", Fault(b"", 302, {"Location": "/api/auth.test"}))
    with pytest.raises(DeliveryUncertain):
        sent(hook)
    assert slack.methods() == ["webhook"]


@pytest.mark.parametrize("fault", [None, SERVER_ERROR, status(404, "no_service"), DROP])
def test_the_address_is_in_no_log_and_no_error(slack, hook, caplog, fault):
    for loud in (None, "httpx", "httpcore"):  # whatever quietened them before
        caplog.set_level(logging.DEBUG, loud)
    if fault:
        slack.order("webhook", fault)
        with pytest.raises((DeliveryUncertain, DeliveryRejected)) as raised:
            sent(hook)
        assert SECRET not in f"{raised.value!r} {raised.value}"
        assert raised.value.__context__ is None
    else:
        sent(hook)
    assert caplog.text  # httpx has said something
    assert SECRET not in caplog.text
    assert slack.requests[0].path.endswith(SECRET)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://hooks.slack.example/services/secret",
            "hooks.slack.com/services/secret",
            "ftp://x/secret",
        ),
        *(
            "https:///secret",
            "http://localhost@evil.example/secret",
            "https://x:99999/secret",
            "https://x/ secret",
        ),
        *("http://127.0.0.1.evil.example/secret", ""),
    ],
)
def test_an_address_that_is_not_safe_is_a_mistake_that_does_not_show_it(address):
    for given in ({"url": address}, {"urls": {"weekly": address}}):
        with pytest.raises(ValidationError, match="not the address of a webhook") as raised:
            WebhookSettings.model_validate(given)
        assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["https://x.example/a", "http://localhost:1/a", "http://[::1]:1/a"]
)
def test_encrypted_addresses_and_this_machine_are_safe(address):
    settings = WebhookSettings.model_validate({"url": address})
    assert settings.url.get_secret_value() == address
    assert address not in repr(settings)


def test_one_hook_at_least_is_needed():
    with pytest.raises(ValidationError, match="no webhook is named"):
        WebhookSettings.model_validate({})


def test_one_hook_is_for_whatever_recipient(slack, hook):
    for recipient in ("weekly", "anybody"):
        send(
            PLAIN,
            recipient,
            settings=WebhookSettings(url=hook),
            attempt=Remembered(),
            now=NOW,
        )
    assert len(slack.posts("weekly")) == 2


def test_a_hook_for_everybody_beside_named_ones_is_a_mistake(hook):
    with pytest.raises(ValidationError, match="it has url and urls"):
        WebhookSettings(url=hook, urls={"weekly": hook})


def test_a_name_without_a_hook_is_answered_with_what_was_meant(hook):
    settings = WebhookSettings(urls={"weekly": hook})
    with pytest.raises(
        DeliveryRejected, match=r"No webhook is called 'weekli'; did you mean 'weekly'\?"
    ):
        send(PLAIN, "weekli", settings=settings, attempt=Remembered(), now=NOW)
    assert probe(["weekly", "weekli"], settings=settings) == (
        "slack_webhook:weekli: no webhook is called 'weekli'; did you mean 'weekly'?",
    )


def test_the_channel_is_registered():
    entry = channel_named("slack_webhook")
    assert issubclass(entry.settings, ChannelSettings)
    assert entry.mistake_in("weekly") == ""
    assert entry.mistake_in(" ").endswith(".")
