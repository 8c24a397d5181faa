"""What operators are told reads at 3 a.m.: what happened, where, what to do, what to type."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.messages.ops import OpsItem, ops_view
from tasks.messages.render import render_ops
from tests.messages.opsstories import REFUSED, hostile, refused


def told(*items):
    return ops_view(replace(refused(), items=items))


def test_the_headline_is_the_subject_and_the_first_thing_the_preheader():
    view = ops_view(refused())
    assert view.subject == "⚠ Two of five messages of the week 47 digest did not arrive"
    assert view.preheader == (
        "The mail server refuses this address for good: 550 5.1.1 no such user."
    )
    assert (view.company, view.about, view.kind) == ("Acme", "Week 47", "ops")


def test_a_message_without_a_period_or_things_is_still_one():
    view = ops_view(replace(refused(), period="", items=()))
    assert (view.about, view.things) == ("", ())
    assert render_ops(view).text.startswith("⚠ Two of five")


def test_a_mail_address_is_shown_to_the_letter_because_it_is_copied():
    (thing,) = told(REFUSED).things
    assert (thing.address, thing.where) == ("email:ceo@example.com", "")
    message = render_ops(told(REFUSED))
    written = (message.text, message.html, message.markdown, str(message.slack_blocks))
    assert all("email:ceo@example.com" in each for each in written)


@pytest.mark.parametrize(
    "where", ["ana@evil.example http://x.example", "a@b.c/x", "a@b <x>", "@here"]
)
def test_what_is_not_an_address_is_made_harmless(where):
    (thing,) = told(replace(REFUSED, where=where)).things
    assert thing.address == ""
    assert thing.where == where


@pytest.mark.parametrize(
    "command", ["keepwell outbox retry 4", "/invite @Keepwell", "alerts: {mode: live}", 'x "a b"']
)
def test_a_command_stands_alone_and_to_the_letter(command):
    message = render_ops(told(replace(REFUSED, commands=(command,))))
    assert f"\n       {command}\n" in message.text
    assert f"\n`{command}`\n" in message.markdown


@pytest.mark.parametrize(
    "command",
    ["rm `x`", "see http://evil.example", "www.evil.example", "a\nb", "<x>", "a|b", "é", ""],
)
def test_a_command_that_nobody_should_type_is_left_out(command):
    assert told(replace(REFUSED, commands=(command, "keepwell status"))).things[0].commands == (
        "keepwell status",
    )


def test_a_long_answer_of_a_server_is_cut_and_says_so():
    what = ops_view(hostile()).things[0].what
    assert 390 < len(what) <= 400
    assert what.endswith("…")


def test_more_than_twenty_things_are_counted():
    view = told(*(OpsItem(f"Thing {number}", "It broke") for number in range(23)))
    assert len(view.things) == 20
    assert view.more == "3 more, all listed by:"
    assert "3 more, all listed by:\n       keepwell status\n" in render_ops(view).text


def test_a_thing_needs_no_place_and_nothing_to_do():
    text = render_ops(told(OpsItem("The outbox is full", "2 messages wait."))).text
    assert "\nThe outbox is full\n   2 messages wait.\n\nWhat waits" in text
