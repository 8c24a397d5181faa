"""An alert can be answered: with buttons while somebody listens, else with commands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.blockkit import mistakes
from tasks.messages.alert import alert_view
from tasks.messages.render import render_alert, slack_messages, undrawn
from tests.messages.alertstories import EPISODE, alert, on_trial, one_customer, worse


def rows_of_buttons(inputs):
    first, thread = slack_messages(alert_view(inputs))
    return [block for part in (first, *thread) for block in part if block["type"] == "actions"]


def test_buttons_name_the_episode():
    (row,) = rows_of_buttons(worse())
    assert [(one["text"]["text"], one["action_id"], one["value"]) for one in row["elements"]] == [
        ("Acknowledge", "alert_ack", EPISODE),
        ("Mute until…", "alert_mute", EPISODE),
        ("Not useful", "alert_not_useful", EPISODE),
        ("Add note", "alert_note", EPISODE),
        ("Log an action", "alert_action", EPISODE),
    ]


def test_the_value_of_a_button_comes_back_as_it_was():
    odd = 'mrr/plan=<b> "x" & `y` \\ é/spike-down#2'
    (row,) = rows_of_buttons(replace(worse(), episode=odd))
    assert {one["value"] for one in row["elements"]} == {odd}


def test_nobody_listens_so_there_are_commands():
    assert rows_of_buttons(alert()) == []
    view = alert_view(alert())
    assert [(one.text, one.typed) for one in view.commands] == [
        ("Acknowledge", "keepwell alerts ack 12"),
        ("Mute", "keepwell alerts mute 12 --until 2026-12-07"),
    ]
    message = render_alert(view, undrawn)
    for written in (message.text, message.markdown, message.html, str(message.slack_thread)):
        assert "keepwell alerts ack 12" in written


def test_a_mail_has_commands_also_while_somebody_listens():
    message = render_alert(alert_view(worse()), undrawn)
    assert "keepwell alerts ack 12" in message.text
    assert "keepwell alerts ack 12" not in str((message.slack_blocks, message.slack_thread))


def test_an_alert_without_a_number_can_not_be_answered():
    assert alert_view(replace(alert(), number=0)).commands == ()


def test_what_got_worse_is_an_escalation_that_says_what_was_said_before():
    view = alert_view(worse())
    assert (view.kind, view.title) == ("escalation", "Worse: Customers are leaving: Starter · EMEA")
    assert view.context[0].startswith(
        "It was opened in week 46. It said then: Starter/EMEA: 3 of 62"
    )
    assert render_alert(view, undrawn).kind == "escalation"


def test_alerts_on_trial_say_how_to_switch_them_on():
    (line,) = alert_view(on_trial()).trial
    assert line.text == (
        "Alerts are on trial until 6 December. Nobody but you gets this; it would have gone to "
        "slack:#cs-alerts, email:ana@example.com. To switch them on"
    )
    assert line.typed == "alerts: {mode: live}"
    assert alert_view(on_trial()).more == "And 3 more, see the digest."


def test_one_customer_is_named_and_asked():
    view = alert_view(one_customer())
    assert view.title == "A large customer gave notice: Harbor Group"
    assert view.lead.startswith("Harbor Group ($9,800 MRR, 2.4 % of all) gave notice")
    assert view.movement.tries == ("Call them this week: ask what they would need to stay.",)
    assert view.charts == ()


BUTTON = {
    "type": "button",
    "action_id": "a",
    "value": "v",
    "text": {"type": "plain_text", "text": "Go"},
}


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"type": "select"}, "block 0: type 'select' is no button"),
        ({"value": "v" * 2001}, "block 0: a button's value has 1 to 2000 characters"),
        ({"action_id": ""}, "block 0: a button's action_id has 1 to 255 characters"),
        (
            {"text": {"type": "plain_text", "text": "x" * 76}},
            "block 0: 76 characters, Slack takes 75",
        ),
    ],
)
def test_buttons_that_slack_would_refuse(change, mistake):
    assert mistakes([{"type": "actions", "elements": [{**BUTTON, **change}]}]) == (mistake,)


def test_rows_of_buttons_that_slack_would_refuse():
    assert mistakes([{"type": "actions", "elements": [BUTTON]}]) == ()
    assert mistakes([{"type": "actions", "elements": []}]) == ("block 0: 0 buttons",)
    twice = mistakes([{"type": "actions", "elements": [BUTTON, BUTTON]}])
    assert twice == ("block 0: two buttons with one action_id",)
