"""The pretended Slack refuses what the real one refuses, without asking our own check."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.channels.slack_parts import picture, section, words
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import rate_limited


@pytest.fixture
def slack():
    with Slack() as double:
        double.add_channel("weekly")
        yield double


def call(slack, method, token=None, **arguments):
    shown = slack.token if token is None else token
    head = {"Authorization": f"Bearer {shown}"} if shown else {}
    return httpx.post(slack.base_url + method, json=arguments, headers=head).json()


def form(slack, method, **arguments):
    head = {"Authorization": f"Bearer {slack.token}"}
    return httpx.post(slack.base_url + method, data=arguments, headers=head).json()


def posted(slack, **arguments):
    return call(slack, "chat.postMessage", channel=slack.place("weekly").id, text="hi", **arguments)


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([], "must provide a non-empty list [json-pointer:/blocks]"),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0]"),
        ([words("x" * 2001)], "must be less than 2001 characters [json-pointer:/blocks/0]"),
        ([{**words("x"), "elements": []}], "no more than 10 items allowed [json-pointer:/blocks/0]"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "must be less than 151 characters [json-pointer:/blocks/0]"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type of text [json-pointer:/blocks/0]"),
        ([{"type": "section", "fields": [section("x" * 2001)["text"]]}], "must be less than 2001 characters [json-pointer:/blocks/0]"),
        ([{"type": "dividr"}], "unsupported type: dividr [json-pointer:/blocks/0]"),
        ([{"type": "divider", "text": "x"}], "invalid additional property: text [json-pointer:/blocks/0]"),
        ([picture("chart-1")], "input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0]"),
        ([picture("F000000001")], "invalid slack file [json-pointer:/blocks/0]"),
        ([picture("F000000001", "")], "must be between 1 and 2000 characters: alt_text [json-pointer:/blocks/0]"),
    ],
)  # fmt: skip
def test_blocks_beyond_its_limits_are_refused(slack, blocks, complaint):
    said = posted(slack, blocks=blocks)
    assert said["error"] == "invalid_blocks"
    assert complaint in said["errors"]
    assert slack.messages("weekly") == []


def test_blocks_that_are_long_in_all_are_refused(slack):
    assert posted(slack, blocks=[section("x" * 3000)] * 5)["error"] == "msg_blocks_too_long"


def test_what_it_would_obey_is_seen(slack):
    loose = {"type": "section", "text": {"type": "mrkdwn", "text": "see x.example"}}
    posted(slack, blocks=[section("<!channel> <@U1> <#C1> <https://x|y> &lt;!here&gt;"), loose])
    assert slack.messages("weekly")[0].obeyed == [
        *("<!channel>", "<@U1>", "<#C1>", "<https://x|y>"),
        "not verbatim: see x.example",
    ]


def test_metadata_is_shown_to_those_who_ask_for_it(slack):
    mark = {"event_type": "x", "event_payload": {"key": "k", "part": "p"}}
    posted(slack, metadata=mark)
    asked = {"channel": slack.place("weekly").id}
    (plain,) = form(slack, "conversations.history", **asked)["messages"]
    (whole,) = form(slack, "conversations.history", **asked, include_all_metadata="true")[
        "messages"
    ]
    assert "metadata" not in plain
    assert whole["metadata"] == mark
    assert slack.visible() == {("k", "p"): 1}


def test_history_is_newest_first_and_a_thread_oldest_first(slack):
    first = posted(slack)["ts"]
    second = posted(slack)["ts"]
    replies = [posted(slack, thread_ts=first)["ts"] for _ in range(2)]
    asked = {"channel": slack.place("weekly").id}
    history = form(slack, "conversations.history", **asked)["messages"]
    thread = form(slack, "conversations.replies", **asked, ts=first)["messages"]
    assert [each["ts"] for each in history] == [second, first]
    assert [each["ts"] for each in thread] == [first, *replies]


def test_a_thread_needs_its_message(slack):
    assert posted(slack, thread_ts="1.000001")["error"] == "thread_not_found"


def test_pages_are_as_long_as_asked_for_and_may_be_empty(slack):
    slack.add_channel("private", private=True)
    slack.add_channel("third")
    names, cursor = [], ""
    while True:
        page = form(slack, "conversations.list", limit=1, cursor=cursor)
        names.append([each["name"] for each in page["channels"]])
        if not (cursor := page["response_metadata"]["next_cursor"]):
            break
    assert names == [["weekly"], [], ["third"]]


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_a_token_is_asked_for(slack, token, error):
    assert call(slack, "auth.test", token=token)["error"] == error


def test_a_method_that_takes_forms_sees_nothing_in_json(slack):
    slack.add_person("ana@example.com")
    assert call(slack, "users.lookupByEmail", email="ana@example.com")["error"] == "users_not_found"
    assert form(slack, "users.lookupByEmail", email="ana@example.com")["ok"] is True


def test_an_order_holds_for_its_method_and_its_number_of_times(slack):
    slack.order("chat.postMessage", rate_limited(3), times=2, skip=1)
    said = [posted(slack).get("error") for _ in range(4)]
    assert said == [None, "ratelimited", "ratelimited", None]
    assert len(slack.messages("weekly")) == 2
    assert call(slack, "auth.test")["ok"] is True


def test_after_a_calm_nothing_is_left_of_orders(slack):
    called = []
    slack.order("chat.postMessage", rate_limited(3), times=9)
    slack.at("received", "chat.postMessage", called.append)
    slack.calm()
    assert posted(slack)["ok"] is True
    assert called == []


def test_an_upload_is_whole_or_refused(slack):
    place = form(slack, "files.getUploadURLExternal", filename="a.png", length=3)
    assert httpx.post(place["upload_url"], content=b"too long").status_code == 400
    listed = json.dumps([{"id": place["file_id"]}])
    assert call(slack, "files.completeUploadExternal", files=listed)["error"] == "file_not_found"
    assert httpx.post(place["upload_url"], content=b"png").text == "OK - 3"
    assert call(slack, "files.completeUploadExternal", files=listed)["ok"] is True
    assert form(slack, "files.info", file=place["file_id"])["file"]["mimetype"] == "image/png"


def test_a_request_that_ends_in_the_middle_asks_for_nothing(slack):
    address = urlsplit(slack.base_url)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(b"POST /api/chat.postMessage HTTP/1.1\r\nContent-Length: 999\r\n\r\n{")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(99) == b""
    assert slack.requests == []
