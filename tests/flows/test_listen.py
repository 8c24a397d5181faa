"""People answer alerts in Slack: over a real socket, written once, told to the thread."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.catalogue import filled
from flows.delivery import deliver
from flows.listen import listen
from flows.steps import by_hand
from flows.workspace import Workspace, opened
from tasks.channels.slack.listening import Ear
from tasks.errors import ChannelRejected, ConfigurationInvalid
from tasks.store import Outgoing, action_history, actions, is_listened, moment_of, put
from tasks.store.alertlog import alert_log
from tasks.store.episodes import every_episode, record
from tasks.store.mutes import mutes
from tests.alerts.lives import lived, sign
from tests.channels.messages import WEEKLY
from tests.channels.slack_parts import section
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import refused
from tests.doubles.slack_socket import Socket
from tests.flows.small import CONFIG, Keepwell

CLOCK = datetime(2026, 10, 13, 9, tzinfo=UTC)
TODAY = CLOCK.date()
# a ping that is not answered within four of them is taken for a lost line, also on a busy computer
EAR = Ear(answer_s=1.5, ping_s=5, first_wait_s=0.05, longest_wait_s=0.2, look_s=0.02)
PATIENCE_S = 60


def until(holds: Any, what: str = "it") -> Any:
    """Wait until ``holds`` does, and return what it says."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} never happened"
        time.sleep(0.01)
    return found


@dataclass
class Company:
    """A company whose alert about customers leaving stands in Slack, and somebody who listens."""

    slack: Slack
    socket: Socket
    workspace: Workspace
    channel: str
    ana: str
    said: list[str]

    @property
    def episode(self) -> Any:
        return every_episode(self.workspace.store)[0]

    @property
    def alert(self) -> Any:
        return self.slack.messages("alerts")[0]

    def press(self, action: str, user: str = "") -> Any:
        return self.socket.press(
            f"alert_{action}", str(self.episode), user or self.ana, self.alert, self.channel
        )

    def thread(self, count: int = 1) -> list[str]:
        """What stands in the thread once ``count`` lines do."""
        until(lambda: len(self.slack.thread("alerts")) >= count, "a line in the thread")
        return [one.blocks[0]["text"]["text"] for one in self.slack.thread("alerts")]

    def log(self) -> list[tuple[str, str, str]]:
        """What people said to the alert: what, who, which note."""
        told = ("ack", "mute", "note", "not_useful")
        return [
            (one.what, one.who, one.note)
            for one in alert_log(self.workspace.store)
            if one.what in told
        ]


def configured(company: Path, slack: Slack, socket: Socket, **more: str) -> Path:
    given = {"token": slack.token, "app_token": socket.token, "base_url": slack.base_url, **more}
    written = ", ".join(f'{name}: "{value}"' for name, value in given.items() if value)
    path = company / "keepwell.yaml"
    path.write_text(f"{CONFIG}channels: {{slack: {{{written}}}}}\n", encoding="utf-8")
    return path


@contextmanager
def at_work(workspace: Workspace, said: list[str], **more: Any):
    """Let somebody listen meanwhile."""
    stop, trouble = threading.Event(), []

    def work() -> None:
        try:
            listen(by_hand(), workspace, stop, said.append, clock=lambda: CLOCK, ear=EAR, **more)
        except Exception as error:  # noqa: BLE001 - the test is to see it
            trouble.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert trouble == []
    assert not thread.is_alive()


@pytest.fixture
def alerted(company: Path):
    """A company with an alert that has been sent; nobody listens yet."""
    filled()
    with Slack() as slack, Socket(slack) as socket:
        channel = slack.add_channel("alerts")
        ana = slack.add_person("ana@example.com", name="Ana")
        with opened(configured(company, slack, socket), {}) as workspace:
            record(workspace.store, lived([sign("2026-W41", "!")], None), today=TODAY)
            made = Company(slack, socket, workspace, channel, ana, [])
            send_alert(made)
            yield made


def send_alert(company: Company) -> None:
    message = WEEKLY.__class__(
        kind="alert", subject_key=str(company.episode), period="2026-W41", subject="Leaving",
        preheader="", text="", html="", markdown="", slack_blocks=(section("5 of 61 left."),),
    )  # fmt: skip
    workspace = company.workspace
    ids = put(workspace.store, [Outgoing(message, ("slack:#alerts",))], company="Tiny")
    deliver(by_hand(), workspace, ids, is_urgent=True)


@pytest.fixture
def listening(alerted: Company):
    """The same, and somebody listens."""
    with at_work(alerted.workspace, alerted.said):
        alerted.socket.wait_for_listener()
        yield alerted


def test_acknowledge_is_written_and_told_to_the_thread(listening):
    assert listening.press("ack").wait() == {}
    assert listening.episode.acknowledged_by == "Ana"
    assert listening.log() == [("ack", "Ana", "")]
    assert listening.thread() == ["Acknowledged by Ana."]
    assert listening.slack.thread("alerts")[0].thread_ts == listening.alert.ts


def test_the_same_press_told_twice_counts_once(listening):
    first = listening.press("ack")
    first.wait()
    assert listening.socket.again(first).wait() == {}
    assert listening.log() == [("ack", "Ana", "")]
    listening.press("not_useful").wait()
    assert listening.thread(2) == ["Acknowledged by Ana.", "Ana found this not useful."]


def test_who_acknowledges_after_another_is_told_so_alone(listening):
    ben = listening.slack.add_person("ben@example.com", name="Ben")
    listening.press("ack").wait()
    listening.press("ack", ben).wait()
    whisper = until(lambda: listening.slack.whispers)[0]
    assert (whisper["user"], whisper["text"]) == (ben, "Ana has acknowledged it already.")
    assert listening.log() == [("ack", "Ana", "")]


def test_not_useful_counts_once_a_person(listening):
    for _ in range(3):
        listening.press("not_useful").wait()
    assert listening.log() == [("not_useful", "Ana", "")]
    assert listening.thread() == ["Ana found this not useful."]


@pytest.mark.parametrize(
    ("choice", "day", "silent_until"),
    [("1", None, "2026-10-14"), ("28", None, "2026-11-10"), ("date", "2026-12-24", "2026-12-24")],
)
def test_mute_asks_until_when(listening, choice, day, silent_until):
    assert listening.press("mute").wait() == {}
    values = {"for": {"selected_option": {"value": choice}}, "until": {"selected_date": day}}
    view = listening.socket.wait_for_view()
    assert listening.socket.submit(view, {**values, "text": {"value": "holidays"}}).wait() == {}
    assert [one.until.isoformat() for one in mutes(listening.workspace.store)] == [silent_until]
    assert listening.thread() == [f'Muted by Ana until {silent_until}: "holidays"']
    assert listening.log() == [("mute", "Ana", f"until {silent_until} holidays")]


def test_a_mute_that_ends_today_keeps_the_modal_open(listening):
    listening.press("mute").wait()
    view = listening.socket.wait_for_view()
    values = {"for": {"selected_option": {"value": "date"}}}
    refused_ = {"response_action": "errors", "errors": {"until": "Choose a day after today."}}
    assert listening.socket.submit(view, values).wait() == refused_
    values["until"] = {"selected_date": "2026-10-20"}
    assert listening.socket.submit(view, values).wait() == {}
    assert listening.thread() == ["Muted by Ana until 2026-10-20."]


def test_a_note_is_written_as_it_was_meant_and_pings_nobody(listening):
    listening.press("note").wait()
    view = listening.socket.wait_for_view()
    sent = listening.socket.submit(view, {"text": {"value": "price change <!channel>\ncalling"}})
    assert sent.wait() == {}
    listening.socket.again(sent).wait()
    assert listening.log() == [("note", "Ana", "price change <!channel> calling")]
    assert len(listening.thread()) == 1
    assert listening.slack.thread("alerts")[0].obeyed == []


def test_an_action_is_logged_where_the_alert_is(listening):
    listening.press("action").wait()
    view = listening.socket.wait_for_view()
    values = {
        "name": {"value": "Call everybody"},
        "begins": {"selected_date": "2026-10-14"},
        "owner": {"value": "Ben"},
        "text": {"value": None},
    }
    assert listening.socket.submit(view, values).wait() == {}
    store = listening.workspace.store
    logged = actions(store)[0]
    assert (logged.name, logged.kpi, logged.owner) == ("Call everybody", "logo_churn_rate", "Ben")
    assert logged.begins.isoformat() == "2026-10-14"
    assert [(one.what, one.who) for one in action_history(store)] == [("added", "Ana")]
    assert listening.thread()[0].startswith("Ana logged an action: Call everybody, from 2026-10-14")


def test_an_alert_nobody_knows_is_said_to_the_one_who_pressed(listening):
    socket, place = listening.socket, (listening.alert, listening.channel)
    assert socket.press("alert_ack", "nps/ALL/spike-up#9", listening.ana, *place).wait() == {}
    whisper = until(lambda: listening.slack.whispers)[0]
    assert whisper["text"].startswith("unknown alert 'nps/ALL/spike-up#9';")
    assert whisper["thread_ts"] == listening.alert.ts


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": "other", "value": "x"}]},
        {"type": "view_submission", "view": {"callback_id": "alert_note"}},
        {"type": "shortcut"},
    ],
)
def test_what_is_none_of_ours_is_acknowledged_and_nothing_else(listening, payload):
    assert listening.socket.send(payload).wait() == {}
    assert listening.press("ack").wait() == {}
    assert listening.log() == [("ack", "Ana", "")]


def test_slack_hears_in_time_while_the_store_is_busy(listening):
    with listening.workspace.store.writing("outbox"):
        pressed = listening.press("ack")
        assert pressed.wait() == {}  # while nobody can write yet
        assert listening.log() == []
    assert listening.thread() == ["Acknowledged by Ana."]
    assert len(pressed.acks) == 1


def test_who_cannot_be_looked_up_is_called_as_slack_did(listening):
    listening.slack.order("users.info", refused("user_not_found"))
    listening.press("ack").wait()
    assert listening.episode.acknowledged_by == "Ana"


def test_it_comes_again_when_slack_says_so_or_breaks_off(listening):
    listening.socket.refresh()
    listening.socket.wait_for_listener(opened=2)
    listening.press("not_useful").wait()
    listening.socket.drop()
    listening.socket.wait_for_listener(opened=3)
    until(lambda: len(listening.socket.connections) == 1)
    listening.press("ack").wait()
    assert [what for what, *_ in listening.log()] == ["not_useful", "ack"]


def test_an_answer_counts_though_slack_broke_off_before_it_was_acknowledged(listening):
    with listening.workspace.store.writing("outbox"):
        listening.press("ack")
        until(lambda: listening.slack.asked("users.info"), "the press")
        listening.socket.drop()
        until(lambda: any("broke off" in one for one in listening.said), "a word about it")
    assert listening.thread() == ["Acknowledged by Ana."]
    assert listening.log() == [("ack", "Ana", "")]


def test_it_waits_for_a_slack_that_is_away(alerted):
    alerted.slack.order("apps.connections.open", refused("internal_error"), times=3)
    with at_work(alerted.workspace, alerted.said):
        alerted.socket.wait_for_listener()
        alerted.press("ack").wait()
    assert len(alerted.said) == 3
    assert alerted.socket.links == 1


def test_buttons_are_shown_only_while_somebody_can_be_heard(alerted):
    store = alerted.workspace.store
    alerted.socket.greets = False
    with at_work(alerted.workspace, alerted.said):
        until(lambda: alerted.socket.connections)
        assert not is_listened(store)  # connected, but Slack has not said hello
        alerted.socket.greets = True
        alerted.socket.drop()
        alerted.socket.wait_for_listener()
        until(lambda: is_listened(store, moment_of(store)), "a heartbeat")
    assert not is_listened(store)


def test_what_a_killed_listener_left_behind_is_told_by_the_next(alerted):
    from flows.answering import tell

    tell(alerted.workspace, alerted.episode, "Acknowledged by Ana.", "k" * 32)
    with at_work(alerted.workspace, alerted.said):
        assert alerted.thread() == ["Acknowledged by Ana."]


def test_a_token_that_slack_refuses_ends_it_with_what_to_do(alerted, company):
    path = configured(company, alerted.slack, alerted.socket, app_token="xapp-unknown")
    with opened(path, {}) as workspace, pytest.raises(ChannelRejected) as raised:
        listen(by_hand(), workspace, threading.Event(), print, clock=lambda: CLOCK, ear=EAR)
    assert "connections:write" in raised.value.todo
    assert not is_listened(alerted.workspace.store)


def test_without_the_app_token_it_says_where_it_belongs(alerted, company):
    path = configured(company, alerted.slack, alerted.socket, app_token="")
    with opened(path, {}) as workspace, pytest.raises(ConfigurationInvalid) as raised:
        listen(by_hand(), workspace, threading.Event(), print, clock=lambda: CLOCK, ear=EAR)
    assert "channels.slack.app_token" in str(raised.value)


def test_the_command_without_slack_says_so(keepwell: Keepwell):
    code, _, err = keepwell("listen")
    assert code == 2
    assert "there is no Slack to listen to" in err
