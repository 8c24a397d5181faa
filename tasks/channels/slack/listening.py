"""How is heard what people press in Slack? Over a WebSocket that we open, so nobody calls us.

Slack closes every such connection after some hours, and says so before; then, and whenever it
breaks off, a new one is opened, later and later while that fails. Whatever comes is acknowledged in
time, even when the answer takes longer: Slack shows people an error after three seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import Event, Lock, Timer
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tasks.channels.slack.api import Slack
from tasks.channels.slack.bot import SlackSettings
from tasks.errors import ChannelRejected, ConfigurationInvalid, KeepwellError, Mistake, Retry

HOW_TO_GET_IN = (
    "Make an app-level token with connections:write; put it into channels.slack.app_token."
)
AN_INSTANT_S = 0.02
Payload = Mapping[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ear:
    """How patient a listener is, in seconds: with an answer, a ping, and a Slack that is away."""

    answer_s: float = 2.0  # then it is acknowledged, whatever the answer will be
    ping_s: float = 5.0
    timeout_s: float = 10.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    look_s: float = 0.5


class Acknowledgement:
    """The one acknowledgement of an envelope: who is first gives it, also when time is up.

    It is lost where the connection broke off meanwhile: Slack then shows that nothing was heard,
    while the answer counts all the same and its thread is told.
    """

    def __init__(self, give: Callable[[Payload | None], bool], within_s: float) -> None:
        """Begin to count: after ``within_s`` an empty one is given."""
        self._give, self._lock, self._is_given = give, Lock(), False
        self._timer = Timer(within_s, self.give)
        self._timer.daemon = True
        self._timer.start()

    def give(self, payload: Payload | None = None) -> bool:
        """Acknowledge, with ``payload`` where there is one; return whether Slack heard that."""
        with self._lock:
            if self._is_given:
                return False
            self._is_given = True
        self._timer.cancel()
        return self._give(payload)


Handle = Callable[[Payload, Acknowledgement], None]


class Line:
    """A connection to Slack that people's answers come in through; close it."""

    def __init__(
        self, settings: SlackSettings, handle: Handle, say: Say, ear: Ear | None = None
    ) -> None:
        """Prepare it; nothing is called before ``listen``. ``say`` hears of trouble."""
        self._ear, self._handle, self._say = ear or Ear(), handle, say
        token = _app_token(settings)
        self._slack = Slack.at(settings.base_url, token, self._ear.timeout_s)
        self._client = _Client(self._slack, token, self._ear, _told_to(say))
        self._client.message_listeners.append(self._greeted)
        self._client.socket_mode_request_listeners.append(self._arrived)
        self._is_greeted = False

    def listen(self, stop: Event, on_look: Callable[[bool], None]) -> None:
        """Listen until ``stop`` is set; ``on_look`` is told every moment whether anybody could.

        Raise ``ChannelRejected`` where Slack does not let us in at all.
        """
        wait_s = self._ear.first_wait_s
        while not stop.is_set():
            if not self._client.is_connected():
                self._is_greeted = False
                self._connect()
            on_look(self._is_greeted and self._client.is_connected())
            if self._client.is_connected():
                wait_s = self._ear.first_wait_s if self._is_greeted else wait_s
                stop.wait(self._ear.look_s)
            else:
                stop.wait(wait_s)
                wait_s = min(2 * wait_s, self._ear.longest_wait_s)

    def close(self) -> None:
        """Close the connection; what is being answered is answered first."""
        client = self._client
        client.closed = True  # nothing more is taken in
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]  # Slack's own
        client.message_workers.shutdown()
        session = client.current_session
        with suppress(OSError, AttributeError):  # it may be gone already
            session.sock.shutdown(SHUT_RDWR)  # type: ignore[union-attr]  # or it waits for seconds
        self._stop_reading()
        client.close()

    def _stop_reading(self) -> None:
        """Return when nobody else is left who could close the connection: twice breaks the SDK.

        What reads and what pings both close a connection that is dead, as ours now is.
        """
        client = self._client
        client.current_app_monitor.shutdown()  # type: ignore[no-untyped-call]  # Slack's own
        reader = client.current_session_runner
        reader.event.set()
        while reader.is_alive():
            client.current_session_state.terminated = True  # which it takes back when it begins
            reader.thread.join(AN_INSTANT_S)

    def _connect(self) -> None:
        try:
            self._client.connect_to_new_endpoint()
        except ChannelRejected as error:
            raise ChannelRejected(error.what, where=error.where, todo=HOW_TO_GET_IN) from None
        except KeepwellError as error:
            self._say(str(error))
        except (SlackClientError, OSError, ValueError, AttributeError) as error:  # see close()
            self._say(f"Slack's socket cannot be opened ({type(error).__name__}).")

    def _greeted(self, _client: object, message: Payload, _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._is_greeted = True

    def _arrived(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        envelope = request.envelope_id

        def give(payload: Payload | None) -> bool:
            answer = SocketModeResponse(envelope, dict(payload) if payload else None)
            try:
                client.send_socket_mode_response(answer)
            except (SlackClientError, AttributeError):  # there is no connection any more
                self._say("Slack broke off before it could be told that a press was heard.")
                return False
            return True

        self._handle(request.payload, Acknowledgement(give, self._ear.answer_s))


class _Client(SocketModeClient):
    """Slack's own client, which asks for addresses in our words and leaves coming back to us."""

    def __init__(self, slack: Slack, token: str, ear: Ear, logger: logging.Logger) -> None:
        super().__init__(
            app_token=token,
            logger=logger,
            web_client=slack.client,
            auto_reconnect_enabled=False,  # its own does not wait longer each time
            ping_interval=ear.ping_s,
            receive_buffer_size=16_384,  # an alert's blocks come back with every press
        )
        self._slack = slack

    def issue_new_wss_url(self) -> str:
        """Return an address for one connection; raise what ``Slack.ask`` raises."""
        url = str(self._slack.ask("apps.connections.open", "url"))
        self.proxy = _proxy(url)
        return url


def _proxy(url: str) -> str | None:
    """Return the proxy for an address; the SDK by itself would not heed NO_PROXY."""
    host = urlsplit(url).hostname or ""
    return None if proxy_bypass(host) else getproxies().get("https")


def _app_token(settings: SlackSettings) -> str:
    if settings.app_token is None:
        mistake = Mistake(
            None,
            "channels.slack.app_token",
            "nobody can listen without the app-level token.",
            "Switch on Socket Mode, make a token with connections:write, and put it here.",
        )
        raise ConfigurationInvalid("channels.slack", [mistake])
    return settings.app_token.get_secret_value()


class _Telling(logging.Handler):
    def __init__(self, say: Say) -> None:
        super().__init__(logging.ERROR)
        self._told = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say what kind of error it was; its words may hold what people wrote."""
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and not issubclass(kind, Retry):
            self._told(f"Something from Slack could not be answered ({kind.__name__}).")


def _told_to(say: Say) -> logging.Logger:
    logger = logging.Logger("keepwell.listening", logging.ERROR)  # noqa: LOG001 - of one line only
    logger.addHandler(_Telling(say))
    return logger
