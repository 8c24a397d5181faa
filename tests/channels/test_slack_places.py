"""A recipient is found wherever it is, and who cannot be reached is told with what to do."""

from __future__ import annotations

import pytest

from tasks.channels.slack.bot import probe
from tasks.channels.slack.places import mistake_in, spelled
from tasks.errors import ChannelRejected, ChannelUnavailable, DeliveryRejected
from tests.channels.attempts import Remembered
from tests.channels.slack_parts import QUICK, sent, settings
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import rate_limited


@pytest.fixture
def slack():
    with Slack(page_size=3) as double:
        yield double


def refusal(slack, recipient):
    with pytest.raises(DeliveryRejected) as raised:
        sent(slack, recipient)
    assert slack.asked("chat.postMessage") == [] or slack.visible() == {}
    return raised.value


def probed(slack, *recipients):
    return probe(recipients, settings=settings(slack), patience=QUICK)


@pytest.mark.parametrize("recipient", ["#weekly", "weekly", "#Weekly"])
@pytest.mark.parametrize("before", [0, 2, 3, 10])
def test_a_channel_is_found_on_whatever_page_it_is(slack, recipient, before):
    slack.add_channels(before)
    slack.add_channel("weekly")
    slack.add_channels(1)
    sent(slack, recipient)
    assert len(slack.messages("weekly")) == 1
    assert len(slack.asked("conversations.list")) == before // 3 + 1


def test_a_private_channel_with_the_app_in_it_is_found(slack):
    slack.add_channel("board", private=True)
    sent(slack, "#board")
    assert len(slack.messages("board")) == 1


def test_an_id_is_used_as_it_is(slack):
    place = slack.add_channel("weekly")
    sent(slack, place)
    assert slack.methods() == ["chat.postMessage"] * 3


def test_a_name_with_letters_of_its_own_is_found(slack):
    slack.add_channel("größe-日本")
    sent(slack, "#größe-日本")
    assert len(slack.messages("größe-日本")) == 1


@pytest.mark.parametrize("by", ["email", "id"])
def test_a_person_gets_a_direct_message(slack, by):
    person = slack.add_person("ana@example.com")
    sent(slack, "ana@example.com" if by == "email" else person)
    assert [each.text for each in slack.messages(person)]
    assert slack.place(person).id.startswith("D")


def test_a_person_who_got_it_without_an_answer_gets_it_once(slack):
    slack.add_person("ana@example.com")
    sent(slack, "ana@example.com", attempt=Remembered())
    sent(slack, "ana@example.com", attempt=Remembered(unanswered={"message": 1}))
    assert slack.asked("conversations.history")


@pytest.mark.parametrize(
    ("recipient", "what", "todo"),
    [
        ("#gone", "There is no Slack channel #gone", "/invite @Keepwell"),
        ("#hidden", "There is no Slack channel #hidden", "/invite @Keepwell"),
        ("#deleted", "There is no Slack channel #deleted", "Check its name"),
        ("#old", "The Slack channel #old is archived.", "unarchive it"),
        ("#unjoined", "the app is not in that channel (not_in_channel)", "/invite @Keepwell"),
        ("C0GONE0000", "no such channel, or it is a private one", "/invite @Keepwell"),
        ("nobody@example.com", "nobody there has that address", "Check the address"),
        ("left@example.com", "nobody there has that address", "Check the address"),
        ("U0NOBODY00", "there is no such member", "Check the id"),
        ("robot@example.com", "that member is a bot", "Choose a person"),
        ("@owner", "nobody was put in its place", "split_by: owner"),
        ("#two words", "has a space in it", ""),
    ],
)
def test_who_cannot_be_reached_is_told_with_what_to_do(slack, recipient, what, todo):
    slack.add_channel("hidden", private=True, member=False)
    slack.add_channel("deleted", deleted=True)
    slack.add_channel("old", archived=True)
    slack.add_channel("unjoined", member=False)
    slack.add_person("left@example.com", active=False)
    slack.add_person("robot@example.com", bot=True)
    error = refusal(slack, recipient)
    assert what in error.what
    assert todo in error.todo


def test_a_closed_account_is_told(slack):
    assert (
        "account is closed (user_disabled)"
        in refusal(slack, slack.add_person("a@b", active=False)).what
    )


def test_the_archived_namesake_of_a_channel_is_passed_over(slack):
    slack.add_channel("weekly", archived=True)
    slack.add_channels(5)
    place = slack.add_channel("weekly")
    assert sent(slack, "#weekly").id.startswith(place)


@pytest.mark.parametrize(
    "recipient",
    [
        "#weekly",
        "weekly",
        "cs_weekly-2",
        "größe",
        "C024BE91L",
        "D024BE91L",
        "U024BE91L",
        "a@b",
        "@owner",
    ],
)
def test_a_recipient_that_can_be_looked_for_is_no_mistake(recipient):
    assert mistake_in(recipient) == ""


@pytest.mark.parametrize(
    ("recipient", "mistake"),
    [
        ("", "no channel or person is named"),
        (" ", "no channel or person is named"),
        ("#", "no channel or person is named"),
        ("#cs weekly", "has a space in it"),
        ("cs\u00a0weekly", "has a space in it"),
        ("@ana", "write the person's email address"),
        ("#a,#b", "is no channel"),
        ("<!channel>", "is no channel"),
        ("x" * 81, "at most 80"),
    ],
)
def test_a_mistake_in_a_recipient_is_said_in_a_sentence(recipient, mistake):
    assert mistake in mistake_in(recipient)
    assert mistake_in(recipient).endswith(".")


def test_a_probe_posts_nothing_and_opens_nothing(slack):
    place = slack.add_channel("weekly")
    slack.add_channel("board", private=True)
    person = slack.add_person("ana@example.com")
    direct = slack.direct(slack.add_person("bo@example.com")).id
    assert (
        probed(slack, "#weekly", place, "#board", "ana@example.com", person, direct, "@owner") == ()
    )
    assert slack.methods()[0] == "auth.test"
    assert slack.visible() == {}
    assert [each.id for each in slack.places.values() if each.user] == [direct]


def test_a_probe_says_who_could_not_be_reached(slack):
    slack.add_channel("unjoined", member=False)
    slack.add_channel("old", archived=True)
    shut = slack.add_channel("shut", archived=True)
    closed = slack.add_person("left@example.com", active=False)
    slack.add_person("robot@example.com", bot=True)
    recipients = (
        "#unjoined",
        "#old",
        shut,
        "#gone",
        closed,
        "robot@example.com",
        "a b",
        "D0NOWHERE0",
    )
    troubles = probed(slack, *recipients)
    assert [trouble.partition(": ")[0] for trouble in troubles] == [
        f"slack:{each}" for each in recipients
    ]
    assert (
        troubles[0] == "slack:#unjoined: The app is not in that channel. /invite @Keepwell there."
    )
    assert (
        troubles[2]
        == "slack:" + shut + ": That channel is archived. Choose another or unarchive it."
    )


def test_a_probe_with_a_refused_token_is_one_error_for_all(slack):
    token = slack.add_token(refused_as="invalid_auth")
    with pytest.raises(ChannelRejected, match="invalid_auth"):
        probe(["#weekly"], settings=settings(slack, token=token), patience=QUICK)


def test_a_probe_while_slack_asks_us_to_wait_is_one_error_for_all(slack):
    slack.order("auth.test", rate_limited(3))
    with pytest.raises(ChannelUnavailable) as raised:
        probed(slack, "#weekly")
    assert raised.value.after_s == 3


def test_the_receipt_of_a_message_stands_for_its_thread():
    with Slack() as slack:
        slack.add_channel("weekly")
        opening = sent(slack, "#weekly")
        answer = sent(slack, opening.id, attempt=Remembered("f" * 32))
        assert len(slack.messages("weekly")) == 1
        below = {each.thread_ts for each in slack.thread("weekly")}
        assert below == {opening.id.partition(":")[2]}
        assert answer.id.partition(":")[2] in {each.ts for each in slack.thread("weekly")}
        again = Remembered("f" * 32, unanswered={"message": 1})
        assert sent(slack, opening.id, attempt=again).id == answer.id
        assert mistake_in(opening.id) == ""
        assert spelled(opening.id) == opening.id
        assert probe([opening.id], settings=settings(slack), patience=QUICK) == ()


def test_a_thread_whose_message_is_gone_is_a_refusal():
    with Slack() as slack:
        channel = slack.add_channel("weekly")
        with pytest.raises(DeliveryRejected, match="thread_not_found"):
            sent(slack, f"{channel}:1700000000.000100")
