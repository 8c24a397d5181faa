"""A vendor of our own over real HTTP: routes as methods, limits, faults on command, a log.

    class Shop(Web):
        @route("GET", "/things/{number}")
        def thing(self, asked):
            return {"id": asked.part["number"]}

    with Shop() as shop:
        shop.order("thing", instead(503), times=2, skip=1)
        ... point a client at shop.base_url ...
        assert [each.route for each in shop.requests] == ["thing", "thing", "thing"]

It runs in threads of the process that enters it; clients may be in any process.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.doubles.faults import Fault, Reply
from tests.doubles.limits import ANY, Limit

MOMENTS = ("received", "decided", "answered")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in; ``part`` are the named parts of its path."""

    route: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    part: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class _Order:
    route: str
    fault: Fault
    times: int
    skip: int
    when: Callable[[Asked], bool]

    def is_for(self, asked: Asked) -> bool:
        return self.times > 0 and self.route in {ANY, asked.route} and self.when(asked)


def route(method: str, path: str) -> Callable[[Any], Any]:
    """Make a method answer ``method path``; ``{name}`` is one part of the path.

    It takes an ``Asked`` and returns data, or a ``Reply``.
    """
    pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))

    def marked(answer: Any) -> Any:
        answer.route = (method, pattern)
        return answer

    return marked


class Web:
    """The vendor with its door: enter it to open, leave it to close."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.limits: list[Limit] = []
        self.lock = threading.RLock()
        self._orders: list[_Order] = []
        self._watchers: list[tuple[str, str, Callable[[Asked], None]]] = []
        self._closing = threading.Event()
        self._troubles: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._server: _Server | None = None
        named = ((name, getattr(type(self), name)) for name in dir(type(self)))
        self._routes = {name: each.route for name, each in named if hasattr(each, "route")}

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        for connection in tuple(self._open):  # idle ones would be waited for
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._server.server_close()
        self._thread.join()
        if self._troubles:
            raise self._troubles[0]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def order(
        self,
        route: str,
        fault: Fault,
        *,
        times: int = 1,
        skip: int = 0,
        when: Callable[[Asked], bool] = lambda _asked: True,
    ) -> None:
        """Give the next ``times`` requests to ``route`` (or ``ANY``) ``fault``, after ``skip`` good ones."""
        with self.lock:
            self._orders.append(_Order(route, fault, times, skip, when))

    def at(self, moment: str, route: str, do: Callable[[Asked], None]) -> None:
        """Call ``do`` when a request to ``route`` is ``received``, ``decided`` or ``answered``."""
        if moment not in MOMENTS:
            raise ValueError(moment)
        self._watchers.append((moment, route, do))

    def calm(self) -> None:
        """Take back every order and every ``at``."""
        with self.lock:
            self._orders.clear()
            self._watchers.clear()

    def asked(self, route: str) -> list[Asked]:
        return [each for each in self.requests if each.route == route]

    def refuses(self, asked: Asked) -> Reply | None:  # noqa: ARG002 - for vendors to say
        """Return the answer to who may not ask at all."""
        return None

    def _tell(self, moment: str, asked: Asked) -> None:
        for when, name, do in tuple(self._watchers):
            if when == moment and name in {ANY, asked.route}:
                do(asked)

    def _fault(self, asked: Asked) -> Fault | None:
        for order in self._orders:
            if order.is_for(asked):
                if order.skip:
                    order.skip -= 1
                    return None
                order.times -= 1
                return order.fault
        return None

    def _find(self, method: str, path: str) -> tuple[str, Mapping[str, str]]:
        for name, (verb, pattern) in self._routes.items():
            if verb == method and (found := pattern.fullmatch(path)):
                return name, {part: unquote(value) for part, value in found.groupdict().items()}
        return "", {}

    def _reply(self, asked: Asked) -> Reply:
        with self.lock:
            headers, refused = self._spent(asked.route)
            reply = refused or self.refuses(asked) or self._done(asked)
            fault = self._fault(asked)
        reply = fault(reply) if fault else reply
        return Reply(reply.data, reply.status, {**headers, **reply.headers}, reply.body, reply.ends)

    def _done(self, asked: Asked) -> Reply:
        if not asked.route:
            return Reply({"error": f"no {asked.method} {asked.path} here"}, 404)
        said = getattr(self, asked.route)(asked)
        return said if isinstance(said, Reply) else Reply(said)

    def _spent(self, name: str) -> tuple[dict[str, str], Reply | None]:
        headers: dict[str, str] = {}
        refused = None
        for limit in self.limits:
            if limit.routes & {ANY, name}:
                left, resets = limit.spend()
                headers |= limit.headers(max(0, left), resets)
                refused = refused or (limit.refusal(resets) if left < 0 else None)
        return headers, refused


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(self, web: Web) -> None:
        self.web = web
        super().__init__(("127.0.0.1", 0), _Door)

    def handle_error(self, _request: object, _client_address: object) -> None:
        trouble = sys.exc_info()[1]
        if trouble is not None and not isinstance(trouble, ConnectionError | TimeoutError):
            self.web._troubles.append(trouble)


class _Door(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.web._open.add(self.connection)

    def finish(self) -> None:
        self.server.web._open.discard(self.connection)
        super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing: the requests are in ``Web.requests``."""

    def do_GET(self) -> None:
        web, asked = self.server.web, self._asked()
        web.requests.append(asked)
        web._tell("received", asked)
        try:
            reply = web._reply(asked)
        except Exception:  # the double itself is wrong: the client must not wait for it
            self._give(Reply({"error": "the double broke"}, 500))
            raise
        web._tell("decided", asked)
        self._give(reply)
        web._tell("answered", asked)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names are http.server's

    def _asked(self) -> Asked:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError  # the client died in the middle: nothing was asked
        address = urlsplit(self.path)
        name, part = self.server.web._find(self.command, address.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        return Asked(name, self.command, address.path, query, dict(self.headers), body, part)

    def _give(self, reply: Reply) -> None:
        self.close_connection = bool(reply.ends)
        if reply.ends in {"drop", "reset", "hang"}:
            self._end(reply.ends)
            return
        body, headers = self._packed(reply)
        self.send_response_only(reply.status)  # without a Date of its own
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.ends == "trickle":
            self._trickle()
        else:
            self.wfile.write(body[: len(body) // 2] if reply.ends == "half" else body)
        self.wfile.flush()

    def _packed(self, reply: Reply) -> tuple[bytes, Mapping[str, str]]:
        headers = {"Content-Type": "application/json; charset=utf-8", **reply.headers}
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        if not takes or "Content-Encoding" in headers or len(reply.content) < 1_000:
            return reply.content, headers
        return gzip.compress(reply.content, 1), {**headers, "Content-Encoding": "gzip"}

    def _trickle(self) -> None:
        while not self.server.web._closing.wait(0.01):
            self.wfile.write(b" ")

    def _end(self, how: str) -> None:
        if how == "hang":
            self.server.web._closing.wait(self.timeout)
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
