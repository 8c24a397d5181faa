"""A Slack of our own over real HTTP: it remembers, refuses, hangs and breaks off when told to.

    with Slack() as slack:
        slack.add_channel("weekly")
        slack.order("chat.postMessage", HANG.after_acceptance())
        ... point a client at slack.base_url with slack.token ...
        assert slack.visible() == {(key, "message"): 1}

It runs in threads of the process that enters it; clients may be in any process. The methods are
Slack's names, and besides them ``webhook`` and ``upload``.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.doubles.slack_faults import Fault
from tests.doubles.slack_methods import No, answer, check_content
from tests.doubles.slack_workspace import Hook, Posted, Workspace

ANY = "*"
MOMENTS = ("received", "accepted", "answered")
TAKES_JSON = {
    *("chat.postMessage", "conversations.open", "files.completeUploadExternal"),
    *("chat.postEphemeral", "views.open"),
}
JSON = {"Content-Type": "application/json; charset=utf-8"}
TEXT = {"Content-Type": "text/html"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    arguments: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes
    path: str


Told = Callable[[Asked], None]


@dataclass(slots=True)
class _Order:
    method: str
    fault: Fault
    times: int
    skip: int = 0


@dataclass(slots=True)
class Slack(Workspace):
    """The workspace with its door: enter it to open, leave it to close."""

    requests: list[Asked] = field(default_factory=list)
    token: str = ""
    _orders: list[_Order] = field(default_factory=list)
    _watchers: list[tuple[str, str, Told]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _closing: threading.Event = field(default_factory=threading.Event)
    _troubles: list[BaseException] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.token = self.add_token()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()  # waits for the answers that are being given
        self._thread.join()
        if self._troubles:
            raise self._troubles[0]

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.home}/api/"

    def add_hook(self, name: str, refusal: tuple[int, str] | None = None) -> str:
        """Return the address of a new incoming webhook."""
        path = f"/services/T000/B000/{name}secret"
        self.hooks[path] = Hook(name, refusal)
        return self.home + path

    def order(self, method: str, fault: Fault, *, times: int = 1, skip: int = 0) -> None:
        """Answer the next ``times`` requests to ``method`` with ``fault``, after ``skip`` good ones."""
        with self._lock:
            self._orders.append(_Order(method, fault, times, skip))

    def at(self, moment: str, method: str, do: Told) -> None:
        """Call ``do`` whenever a request to ``method`` (or ``ANY``) reaches ``moment``.

        ``received``: read whole, nothing done yet. ``accepted``: done, nothing answered yet.
        ``answered``: the answer is on its way. A client that ``do`` kills is not waited for, and
        what it asked for is done all the same.
        """
        if moment not in MOMENTS:
            raise ValueError(moment)
        self._watchers.append((moment, method, do))

    def asked(self, method: str) -> list[Asked]:
        """Return the requests to ``method``, oldest first."""
        return [each for each in self.requests if each.method == method]

    def methods(self) -> list[str]:
        """Return the methods of all requests, in their order."""
        return [each.method for each in self.requests]

    def forget_requests(self) -> None:
        """Begin a new log."""
        self.requests.clear()

    def calm(self) -> None:
        """Take back every order and every ``at``; what is in the workspace stays."""
        with self._lock:
            self._orders.clear()
            self._watchers.clear()

    def _tell(self, moment: str, asked: Asked) -> None:
        for when, method, do in tuple(self._watchers):
            if when == moment and method in {ANY, asked.method}:
                do(asked)

    def _fault(self, method: str) -> Fault | None:
        with self._lock:
            for order in self._orders:
                if order.method in {ANY, method} and order.times:
                    if order.skip:
                        order.skip -= 1
                        return None
                    order.times -= 1
                    return order.fault
        return None

    def _done(self, asked: Asked) -> Fault:
        """Return the proper answer, having done what was asked."""
        with self._lock:
            if asked.method == "webhook":
                return self._through_hook(asked)
            if asked.method == "upload":
                return self._uploaded(asked)
            token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
            said = answer(self, asked.method, token, asked.arguments, self.home)
        return Fault(json.dumps(said).encode(), headers=JSON)

    def _through_hook(self, asked: Asked) -> Fault:
        hook = self.hooks.get(asked.path)
        if hook is None:
            return Fault(b"no_service", 404, TEXT)
        if hook.refusal:
            return Fault(hook.refusal[1].encode(), hook.refusal[0], TEXT)
        try:
            check_content(self, asked.arguments)
        except No as no:
            return Fault(str(no).encode(), 400, TEXT)
        hook.posted.append(Posted(self.new_ts(), "", asked.arguments))
        return Fault(b"ok", 200, TEXT)

    def _uploaded(self, asked: Asked) -> Fault:
        file = self.files.get(asked.path.rpartition("/")[2])
        if file is None or len(asked.body) != file.length:
            return Fault(b"", 400, TEXT)
        file.content = asked.body
        return Fault(f"OK - {file.length}".encode(), 200, TEXT)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        super().__init__(("127.0.0.1", 0), _Door)

    def handle_error(self, _request: object, _client_address: object) -> None:
        import sys

        trouble = sys.exc_info()[1]
        if trouble is not None and not isinstance(trouble, ConnectionError | TimeoutError):
            self.slack._troubles.append(trouble)


class _Door(BaseHTTPRequestHandler):
    server: _Server
    timeout = 20

    def log_message(self, *_: object) -> None:
        """Say nothing: the requests are in ``Slack.requests``."""

    def do_POST(self) -> None:
        slack, asked = self.server.slack, self._asked()
        slack.requests.append(asked)
        slack._tell("received", asked)
        fault = slack._fault(asked.method)
        if fault is None or fault.accepted:
            proper = slack._done(asked)
            slack._tell("accepted", asked)
        self._give(fault or proper)
        slack._tell("answered", asked)

    do_GET = do_POST  # noqa: N815 - as above

    def _asked(self) -> Asked:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError  # the client died in the middle: nothing was asked
        path = urlsplit(self.path).path
        first, _, rest = path.lstrip("/").partition("/")
        method = {"services": "webhook", "upload": "upload"}.get(first, rest)
        return Asked(method, self._arguments(method, body), dict(self.headers), body, path)

    def _arguments(self, method: str, body: bytes) -> Mapping[str, Any]:
        if method == "upload":
            return {}
        if self.headers.get_content_type() == "application/json":
            return json.loads(body) if method in {*TAKES_JSON, "webhook"} else {}
        return dict(parse_qsl(body.decode() or urlsplit(self.path).query))

    def _give(self, what: Fault) -> None:
        self.close_connection = True
        if what.ends == "hang":
            self.server.slack._closing.wait(self.timeout)
        if what.ends == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if what.ends in {"", "half"}:
            self.send_response(what.status)
            for name, value in {"Content-Length": str(len(what.body)), **what.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(what.body)
            self.wfile.flush()
