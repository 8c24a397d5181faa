"""One address before the mocks of a vendor: it sends every request to the one that knows its path.

It writes down what the contracts hold against us. What they are known to lack or to get wrong is
answered here, from the list of what is allowed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contracts.allowed import Absent, Allowed
from tests.contracts.prism import Mock, Said

PASSED_ON = ("authorization", "content-type", "accept")
NO_USE_ASKING_AGAIN = 400
Change = Callable[[Mapping[str, str], Any], Any]


def as_it_came(_query: Mapping[str, str], data: Any) -> Any:
    """Change nothing about an answer."""
    return data


@dataclass(slots=True)
class Front:
    """What came in, and what the contracts say about it."""

    mocks: tuple[Mock, ...]
    allowed: Allowed
    made_up: bool = False  # whether the mocks make up their answers, and show no examples
    change: Change = as_it_came
    base_url: str = ""
    against: list[str] = field(default_factory=list)  # what a contract holds against a request
    asked: list[str] = field(default_factory=list)
    used: set[object] = field(default_factory=set)  # of what is allowed

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Return status and body of the answer to a request."""
        path, query = urlsplit(target).path, dict(parse_qsl(urlsplit(target).query))
        self.asked.append(f"{method} {path}")
        mock = next((one for one in self.mocks if one.contract.knows(path)), None)
        if mock is None:
            return self._absent(method, path, body)
        self._read(mock, method, path, query)
        said = self._ask(mock, method, path, query, headers, body)
        if not said.against:
            return said.status, json.dumps(self.change(query, said.data)).encode()
        self.against += [f"{method} {target}: {what} {body[:500]!r}" for what in said.against]
        return NO_USE_ASKING_AGAIN, said.body

    def _absent(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        absent = next((one for one in self.allowed.absent if one.covers(path)), None)
        if absent is None:
            self.against.append(f"{method} {path}: no contract has this path")
            return 404, b"{}"
        self.used.add(absent)
        return self._instead(absent, body)

    def _instead(self, absent: Absent, body: bytes) -> tuple[int, bytes]:
        if absent.answer is None:
            return 404, b'{"error": "not found"}'
        asked = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
        return 200, json.dumps(absent.answer(asked)).encode()

    def _read(self, mock: Mock, method: str, path: str, query: Mapping[str, str]) -> None:
        """Look for words that the contract does not have: the mock leaves those alone."""
        for word in query.keys() - mock.contract.words(method, path):
            known = next((one for one in self.allowed.words if one.covers(path, word)), None)
            if known is None:
                self.against.append(f"{method} {path}: the contract has no word '{word}'")
            else:
                self.used.add(known)

    def _ask(
        self,
        mock: Mock,
        method: str,
        path: str,
        query: dict[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Said:
        sent = {name: value for name, value in headers.items() if name.lower() in PASSED_ON}
        said = mock.ask(method, path, query, sent, body, made_up=self.made_up)
        excuse = next(
            (one for one in self.allowed.stricter if one.covers(path, said.against)), None
        )
        if excuse is None:
            return said
        self.used.add(excuse)
        completed = {**query, **dict(excuse.add)}
        return mock.ask(method, path, completed, sent, body, made_up=self.made_up)


@contextmanager
def front(mocks: tuple[Mock, ...], allowed: Allowed, **how: Any) -> Iterator[Front]:
    """Open the door; ``how`` are more fields of ``Front``."""
    ours = Front(mocks, allowed, **how)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            status, came = ours.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(came)))
            self.end_headers()
            self.wfile.write(came)

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    ours.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield ours
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
