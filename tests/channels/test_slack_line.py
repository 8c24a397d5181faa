"""A line to Slack can be closed at any moment, also at the one in which Slack breaks it off."""

from __future__ import annotations

import threading

import pytest

from tasks.channels.slack.bot import SlackSettings
from tasks.channels.slack.listening import Ear, Line
from tests.doubles.slack import Slack
from tests.doubles.slack_socket import Socket

PATIENCE_S = 30


@pytest.fixture
def socket():
    with Slack() as slack, Socket(slack) as opened:
        yield opened


@pytest.fixture
def line(socket):
    """A line that was opened, and that nobody looks after any more."""
    given = {"token": socket.slack.token, "app_token": socket.token}
    settings = SlackSettings.model_validate({**given, "base_url": socket.slack.base_url})
    made = Line(settings, lambda _payload, heard: heard.give(), print, Ear(look_s=0.02))
    stop = threading.Event()
    listening = threading.Thread(target=made.listen, args=(stop, lambda _is_heard: None))
    listening.start()
    socket.wait_for_listener()
    stop.set()
    listening.join()
    return made


def closing(line):
    """Close the line in a thread of its own, and return it with what went wrong there."""
    trouble = []

    def close():
        try:
            line.close()
        except Exception as error:  # noqa: BLE001 - the test is to see it
            trouble.append(error)

    thread = threading.Thread(target=close, daemon=True)
    thread.start()
    return thread, trouble


def test_a_line_that_slack_breaks_off_while_it_is_closed_is_closed(line, socket):
    session = line._client.current_session
    with session.sock_send_lock:  # the reader, who hears of it first, is held up just here
        socket.drop()
        with socket.changed:
            assert socket.changed.wait_for(lambda: not socket.connections, PATIENCE_S)
        thread, trouble = closing(line)
        thread.join(2)  # as long as the SDK needs to get to the same place
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert trouble == []


def test_a_line_is_closed_once_it_was_broken_off(line, socket):
    socket.drop()
    thread, trouble = closing(line)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert trouble == []
