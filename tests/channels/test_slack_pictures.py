"""A chart is in the message, seen by nobody before; where it cannot be, its words are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.errors import DeliveryRejected, DeliveryUncertain
from tests.channels.attempts import Remembered
from tests.channels.slack_parts import DRAWN, IMPATIENT, PLAIN, picture, section, sent, words
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import (
    DROP,
    HANG,
    SERVER_ERROR,
    Fault,
    rate_limited,
    refused,
    status,
)
from tests.doubles.slack_workspace import SCOPES

POST = "chat.postMessage"
URL, DONE, INFO = "files.getUploadURLExternal", "files.completeUploadExternal", "files.info"


@pytest.fixture
def slack():
    with Slack(processing_polls=3) as double:
        double.add_channel("weekly")
        yield double


def told(slack):
    """Return the blocks of every post."""
    return [each.blocks for each in (*slack.messages("weekly"), *slack.thread("weekly"))]


IN_WORDS = [[section("Five of 61 left."), words("Five left")], [words("MRR"), section("Who left")]]


def test_each_chart_is_in_the_part_that_shows_it(slack):
    sent(slack, message=DRAWN)
    (message,), (reply,) = slack.messages("weekly"), slack.thread("weekly")
    contents = [slack.files[each].content for each in (*message.pictures, *reply.pictures)]
    assert contents == [b"\x89PNG one", b"\x89PNG two"]
    assert message.blocks[1]["alt_text"] == "Five left"
    assert {asked.arguments.get("channel_id") for asked in slack.asked(DONE)} == {None}


def test_slack_is_given_time_to_look_at_a_chart_before_it_is_posted(slack):
    sent(slack, message=replace(DRAWN, slack_thread=()))
    assert slack.methods()[1:] == [URL, "upload", DONE, INFO, INFO, INFO, POST]


def test_the_upload_bears_no_token(slack):
    sent(slack, message=DRAWN)
    assert {asked.headers.get("Authorization") for asked in slack.asked("upload")} == {None}


FAULTS = {
    "scope": refused("missing_scope"),
    "429": rate_limited(),
    "500": SERVER_ERROR,
    "403": status(403),
    "drop": DROP,
    "nothing": Fault(b'{"ok": true}'),
}
NOT_UPLOADED = [
    *((method, FAULTS[name]) for method in (URL, INFO) for name in FAULTS),
    *((DONE, FAULTS[name]) for name in ("scope", "429", "500", "403", "drop")),
    *(("upload", FAULTS[name]) for name in ("429", "500", "403", "drop")),
    (URL, HANG),
]


@pytest.mark.parametrize(("method", "fault"), NOT_UPLOADED)
def test_where_a_chart_cannot_be_uploaded_its_words_stand_there(slack, method, fault):
    slack.order(method, fault, times=2)
    sent(slack, message=DRAWN, patience=IMPATIENT)
    assert told(slack) == IN_WORDS


def test_without_the_scope_for_files_the_message_goes_out_in_words(slack):
    sent(slack, message=DRAWN, token=slack.add_token(SCOPES - {"files:write", "files:read"}))
    assert told(slack) == IN_WORDS


def test_a_chart_that_slack_takes_too_long_for_is_told_in_words():
    with Slack(processing_polls=1000) as slack:
        slack.add_channel("weekly")
        sent(slack, message=DRAWN)
        assert told(slack) == IN_WORDS
        assert len(slack.asked(INFO)) == 8  # four looks at each, and no more
        assert len(slack.asked(POST)) == 4  # each part refused with its chart, taken with its words
        assert set(slack.visible().values()) == {1}


def test_blocks_refused_without_a_chart_are_refused_for_good(slack):
    slack.order(POST, refused("invalid_blocks"))
    with pytest.raises(DeliveryRejected, match="invalid_blocks"):
        sent(slack, message=PLAIN)
    assert len(slack.asked(POST)) == 1


def test_blocks_refused_with_words_in_the_place_of_the_chart_are_refused_for_good(slack):
    slack.order(POST, refused("invalid_blocks"), times=2)
    with pytest.raises(DeliveryRejected, match="invalid_blocks"):
        sent(slack, message=DRAWN)
    assert slack.visible() == {}


def test_a_post_in_words_without_an_answer_is_uncertain_and_found_again(slack):
    attempt = Remembered()
    slack.order(POST, refused("invalid_blocks"))
    slack.order(POST, DROP.after_acceptance())
    with pytest.raises(DeliveryUncertain):
        sent(slack, message=DRAWN, attempt=attempt)
    assert attempt.unanswered == {"message": 1}


def test_a_part_that_is_out_gets_no_second_upload(slack):
    attempt = Remembered()
    slack.order(POST, refused("restricted_action"), skip=1)
    with pytest.raises(DeliveryRejected):
        sent(slack, message=DRAWN, attempt=attempt)
    slack.forget_requests()
    sent(slack, message=DRAWN, attempt=attempt)
    assert [asked.arguments["filename"] for asked in slack.asked(URL)] == ["chart-2.png"]
    slack.forget_requests()
    sent(slack, message=DRAWN, attempt=attempt)
    assert slack.methods() == []


def test_a_chart_nobody_drew_is_told_in_words(slack):
    undrawn = tuple(replace(image, png=b"") for image in DRAWN.images)
    sent(slack, message=replace(DRAWN, images=undrawn))
    assert told(slack) == IN_WORDS
    assert slack.asked(URL) == []


def test_a_chart_no_block_asks_for_is_not_uploaded(slack):
    sent(slack, message=replace(DRAWN, slack_thread=()))
    assert [asked.arguments["filename"] for asked in slack.asked(URL)] == ["chart-1.png"]


def test_an_unknown_chart_is_told_in_words(slack):
    sent(slack, message=replace(PLAIN, slack_blocks=(picture("chart-9", "<!here> MRR"),)))
    assert told(slack)[0] == [words("&lt;!here&gt; MRR")]
