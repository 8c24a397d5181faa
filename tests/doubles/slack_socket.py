"""Slack's other door: the WebSocket that an app opens, and what people press, as real frames.

    with Slack() as slack, Socket(slack) as socket:
        ... a client opens it with socket.token ...
        socket.wait_for_listener()
        pressed = socket.press("alert_ack", "episode", "Uana", message)
        assert pressed.wait() == {}          # what the envelope was acknowledged with

An envelope goes to one open connection; one that nobody acknowledges stays unanswered. ``refresh``
tells clients to come again, ``drop`` breaks their connections off.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.doubles.slack import Slack
from tests.doubles.slack_workspace import Token

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PATIENCE_S = 60
TRIGGER_S = 3


@dataclass(slots=True)
class Envelope:
    """Something that happened, on its way to an app; ``answer`` is what it was acknowledged with."""

    id: str
    payload: Mapping[str, Any]
    acks: list[Mapping[str, Any]] = field(default_factory=list)
    answered: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> Mapping[str, Any]:
        """Return the payload of the first acknowledgement; fail where none comes."""
        assert self.answered.wait(PATIENCE_S), "nobody acknowledged it"
        return self.acks[0].get("payload") or {}


@dataclass(slots=True)
class View:
    """A modal that is open in front of somebody, below which message it was asked for."""

    id: str
    user: str
    view: Mapping[str, Any]


class Socket:
    """The WebSocket side of ``slack``: enter it to open, leave it to close."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.envelopes: list[Envelope] = []
        self.opened = 0  # connections that were greeted
        self.links = 0  # times somebody asked for an address
        self.greets = True
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.connections: list[_Connection] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        self.token = f"xapp-1-{next(self._numbers)}-made-up"
        self.slack.tokens[self.token] = Token(frozenset({"connections:write"}))
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.slack.open_link = self.link
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def link(self) -> str:
        """Return an address that one connection can be opened with, once."""
        with self.lock:
            self.links += 1
            ticket = f"t{next(self._numbers)}"
            self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._server.server_address[1]}/link/?ticket={ticket}&app_id=A1"

    def admit(self, ticket: str) -> bool:
        with self.lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
            return known

    def wait_for_listener(self, opened: int = 1) -> None:
        """Wait until that many connections were greeted, and one of them is open."""
        with self.changed:
            done = self.changed.wait_for(
                lambda: self.opened >= opened and bool(self.connections), PATIENCE_S
            )
        assert done, "nobody listens"

    def press(self, action: str, value: str, user: str, message: Any, channel: str) -> Envelope:
        """Press a button of ``message`` in ``channel``; ``user`` is an id."""
        moment = self.slack.new_ts()
        element = {"type": "button", "action_id": action, "value": value, "action_ts": moment}
        payload = {
            **self._whose("block_actions", user),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel,
                "is_ephemeral": False,
            },
            "channel": {"id": channel, "name": "alerts"},
            "message": {"ts": message.ts, "blocks": message.blocks, "text": message.text},
            "actions": [{**element, "block_id": "answers"}],
        }
        return self.send(payload)

    def submit(self, view: View, values: Mapping[str, Mapping[str, Any]]) -> Envelope:
        """Send a modal; ``values`` are its elements by block, as Slack names their state."""
        elements = {
            block["block_id"]: block["element"]
            for block in view.view["blocks"]
            if block["type"] == "input"
        }
        state = {
            block: {elements[block]["action_id"]: {"type": elements[block]["type"], **value}}
            for block, value in values.items()
        }
        shown = {**view.view, "id": view.id, "state": {"values": state}, "hash": "1.1"}
        return self.send({**self._whose("view_submission", view.user), "view": shown})

    def views(self) -> list[View]:
        """Return the modals that were opened, oldest first."""
        return [View(*one) for one in self.slack.views]

    def wait_for_view(self, count: int = 1) -> View:
        """Return the newest modal once ``count`` were opened."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.slack.views) < count:
            assert time.monotonic() < deadline, "no modal was opened"
            time.sleep(0.01)
        return self.views()[-1]

    def _whose(self, kind: str, user: str) -> dict[str, Any]:
        trigger = f"{next(self._numbers)}.made.up"
        self.slack.triggers[trigger] = (user, time.monotonic() + TRIGGER_S)
        name = self.slack.people[user].name or user.lower()
        person = {"id": user, "username": name, "name": name, "team_id": "T1"}
        return {
            "type": kind,
            "user": person,
            "api_app_id": "A1",
            "team": {"id": "T1", "domain": "acme"},
            "trigger_id": trigger,
        }

    def send(self, payload: Mapping[str, Any], envelope: str = "") -> Envelope:
        """Put ``payload`` into an envelope and send it to one connection."""
        made = Envelope(envelope or f"e{next(self._numbers)}", payload)
        with self.lock:
            self.envelopes.append(made)
        frame = {
            "type": "interactive",
            "envelope_id": made.id,
            "payload": payload,
            "accepts_response_payload": True,
        }
        self._newest().text(frame)
        return made

    def again(self, envelope: Envelope) -> Envelope:
        """Send the same thing once more in another envelope, as after a lost acknowledgement."""
        return self.send(envelope.payload)

    def refresh(self) -> None:
        """Tell every connection that it is about to be closed, as Slack does every few hours."""
        for one in tuple(self.connections):
            one.text({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    def drop(self) -> None:
        """Break every connection off."""
        for one in tuple(self.connections):
            one.end()

    def _newest(self) -> _Connection:
        with self.changed:
            assert self.changed.wait_for(lambda: self.connections, PATIENCE_S), "nobody listens"
            return self.connections[-1]

    def acknowledged(self, answer: Mapping[str, Any]) -> None:
        with self.lock:
            for one in self.envelopes:
                if one.id == answer.get("envelope_id"):
                    one.acks.append(answer)
                    one.answered.set()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, owner: Socket) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Connection)

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients go away in the middle of anything."""


class _Connection(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        owner, self._sending = self.server.owner, threading.Lock()
        if not self._handshake(owner):
            return
        with owner.changed:
            owner.connections.append(self)
        try:
            if owner.greets:
                self.text({"type": "hello", "num_connections": 1, "debug_info": {}})
                with owner.changed:
                    owner.opened += 1
                    owner.changed.notify_all()
            while self._frame(owner):
                pass
        except (ConnectionError, OSError, struct.error):
            return
        finally:
            with owner.changed:
                owner.connections.remove(self)
                owner.changed.notify_all()

    def _handshake(self, owner: Socket) -> bool:
        first = self.rfile.readline().decode()
        headers = {}
        while (line := self.rfile.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        ticket = parse_qs(urlsplit(first.split()[1]).query).get("ticket", [""])[0]
        if not owner.admit(ticket):
            self.wfile.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
            return False
        key = hashlib.sha1((headers["sec-websocket-key"] + MAGIC).encode()).digest()  # noqa: S324 - RFC 6455
        accept = base64.b64encode(key).decode()
        self.wfile.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        return True

    def _frame(self, owner: Socket) -> bool:
        head = self.rfile.read(2)
        if len(head) < 2:
            return False
        kind, length = head[0] & 0x0F, head[1] & 0x7F
        assert head[1] & 0x80, "a client masks what it sends"
        if length == 126:
            (length,) = struct.unpack("!H", self.rfile.read(2))
        mask = self.rfile.read(4)
        data = bytes(b ^ m for b, m in zip(self.rfile.read(length), itertools.cycle(mask)))
        if kind == PING:
            self._send(PONG, data)
        if kind == TEXT:
            owner.acknowledged(json.loads(data))
        return kind != CLOSE

    def text(self, what: Mapping[str, Any]) -> None:
        self._send(TEXT, json.dumps(what).encode())

    def _send(self, kind: int, data: bytes) -> None:
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x80 | kind, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 127, size)
        with self._sending:
            self.connection.sendall(head + data)

    def end(self) -> None:
        linger = struct.pack("ii", 1, 0)
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
