"""Every way Slack can fail to say yes means one thing: wait, look, mend something, or give up."""

from __future__ import annotations

import pytest

from tasks.channels.slack.bot import send
from tasks.channels.slack.refusals import pause
from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryRejected,
    DeliveryUncertain,
    KeepwellError,
)
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW
from tests.channels.slack_parts import IMPATIENT, PLAIN, sent, settings
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import (
    DROP,
    EMPTY,
    HALF,
    HANG,
    HTML,
    NOT_AN_OBJECT,
    RESET,
    SERVER_ERROR,
    Fault,
    rate_limited,
    refused,
    status,
)

POST = "chat.postMessage"
LOOK = "conversations.list"


@pytest.fixture
def slack():
    with Slack() as double:
        double.add_channel("weekly")
        yield double


def raised_by(slack, **more):
    with pytest.raises(KeepwellError) as raised:
        sent(slack, **more)
    return raised.value


NO_ANSWER = {
    "hang": HANG,
    "drop": DROP,
    "reset": RESET,
    "half an answer": HALF,
    "nothing": EMPTY,
    "a page": HTML,
    "a page, 500": SERVER_ERROR,
    "half a page, 500": Fault(b"<", 500, {"Content-Length": "99"}, ends="half"),
    "no object": NOT_AN_OBJECT,
    "null": Fault(b"null"),
    "no text": Fault(b"\xff\xfe"),
    "no text, 500": Fault(b"\xff\xfe", 500),
    "unknown letters": Fault(b"{}", headers={"Content-Type": "text/html; charset=nope"}),
    "something packed": Fault(b"x", headers={"Content-Type": "application/gzip"}),
    "no reason": Fault(b'{"ok": false}'),
    "a page, 403": status(403, "<html>proxy</html>"),
    **{each: refused(each) for each in ("internal_error", "fatal_error", "service_unavailable")},
    **{each: refused(each) for each in ("team_added_to_org", "request_timeout")},
}
NO_PLACE = {
    "a yes without more": Fault(b'{"ok": true}'),
    "somewhere else": Fault(b"", 302, {"Location": "/api/auth.test"}),
}


@pytest.mark.parametrize("fault", NO_ANSWER | NO_PLACE)
def test_a_post_without_a_proper_answer_is_uncertain(slack, fault):
    slack.order(POST, (NO_ANSWER | NO_PLACE)[fault])
    error = raised_by(slack, patience=IMPATIENT)
    assert type(error) is DeliveryUncertain
    assert error.what.startswith("Slack was given a message and did not say whether it took it: ")
    assert "<" not in str(error)
    assert len(slack.asked(POST)) == 1


@pytest.mark.parametrize("fault", [*NO_ANSWER, "a yes without more"])
def test_the_same_while_looking_something_up_means_that_nothing_was_posted(slack, fault):
    slack.order(LOOK, (NO_ANSWER | NO_PLACE)[fault])
    error = raised_by(slack, patience=IMPATIENT)
    assert type(error) is ChannelUnavailable
    assert slack.asked(POST) == []


@pytest.mark.parametrize(
    "base_url",
    ["http://127.0.0.1:9/api/", "http://nowhere.invalid/api/", "https"],
    ids=["nobody listens", "no such host", "no encryption there"],
)
def test_where_slack_cannot_be_reached_nothing_was_posted(slack, base_url):
    attempt = Remembered(ids={})
    place = slack.place("#weekly").id  # an id needs no looking up: the post is the first to fail
    address = slack.base_url.replace("http", "https") if base_url == "https" else base_url
    given = settings(slack).model_copy(update={"base_url": address})
    with pytest.raises(ChannelUnavailable, match="cannot be reached") as raised:
        send(PLAIN, place, settings=given, attempt=attempt, now=NOW)
    assert attempt.unanswered == {"message": 0}
    assert raised.value.where == f"Slack's chat.postMessage, for {place}."


@pytest.mark.parametrize("method", [POST, LOOK])
@pytest.mark.parametrize(("said", "after_s"), [(7, 7), ("1.5", 1.5), (None, None), ("soon", None)])
def test_too_many_messages_say_how_long_to_wait(slack, method, said, after_s):
    slack.order(method, rate_limited(said))
    error = raised_by(slack)
    assert type(error) is ChannelUnavailable
    assert error.after_s == after_s


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
def test_too_many_messages_may_also_be_said_in_the_answer(slack, code):
    slack.order(POST, refused(code, retry_after=4))
    assert raised_by(slack).after_s == 4


@pytest.mark.parametrize("said", ["", "-1", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT", None])
def test_a_pause_that_makes_no_sense_is_none(said):
    assert pause({"RETRY-AFTER": said} if said is not None else {}, {}) is None


@pytest.mark.parametrize(
    "code",
    [
        *("invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"),
        *("org_login_required", "ekm_access_denied", "team_access_not_granted"),
        *("not_allowed_token_type",),
    ],
)
def test_a_refusal_of_us_stops_the_channel_and_says_what_to_do(slack, code):
    slack.order(POST, refused(code))
    error = raised_by(slack)
    assert type(error) is ChannelRejected
    assert f"({code})" in error.what
    assert error.todo.endswith("The messages wait and go out at the next run.")


def test_a_revoked_token_is_told_before_anything_is_posted(slack):
    error = raised_by(slack, token=slack.add_token(refused_as="token_revoked"))
    assert type(error) is ChannelRejected
    assert error.what == "Slack refuses us: the token was revoked (token_revoked)."
    assert error.todo.startswith("Install the app again and put its bot token (xoxb-...)")


def test_a_missing_scope_is_named(slack):
    error = raised_by(slack, token=slack.add_token(frozenset({"channels:read", "groups:read"})))
    assert type(error) is ChannelRejected
    assert "the app lacks the scope chat:write (missing_scope)" in error.what
    assert "OAuth & Permissions" in error.todo


def test_a_scope_that_is_no_scope_is_not_quoted(slack):
    slack.order(POST, refused("missing_scope", needed="<script>"))
    assert "script" not in str(raised_by(slack))


@pytest.mark.parametrize(
    ("code", "what", "todo"),
    [
        ("channel_not_found", "no such channel", "/invite @Keepwell"),
        ("not_in_channel", "the app is not in that channel", "/invite @Keepwell"),
        ("is_archived", "archived", "unarchive"),
        ("restricted_action", "not everybody may post", "Let the app post there"),
        ("restricted_action_read_only_channel", "not everybody may post", "Let the app"),
        ("msg_too_long", "too long", "report"),
        ("msg_blocks_too_long", "too long", "report"),
        ("too_many_attachments", "too many parts", "report"),
        ("invalid_blocks", "refused the blocks", "report"),
        ("something_new", "a reason we do not know (something_new)", "Look the reason up"),
    ],
)
def test_a_refusal_of_one_message_says_what_to_do(slack, code, what, todo):
    slack.order(POST, refused(code))
    error = raised_by(slack)
    assert isinstance(error, DeliveryRejected)
    assert what in error.what
    assert f"({code})" in error.what
    assert todo in error.todo
    assert error.todo.endswith("then run keepwell outbox retry --all.")
    assert error.where == "Slack's chat.postMessage, for #weekly."


def test_refused_blocks_are_named_by_their_place(slack):
    messages = ["[ERROR] must be shorter: Quill Labs [json-pointer:/blocks/3/text]"]
    slack.order(POST, refused("invalid_blocks", response_metadata={"messages": messages}))
    error = raised_by(slack)
    assert error.what == "Slack refused the blocks at /blocks/3/text (invalid_blocks)."
    assert "Quill" not in str(error)
