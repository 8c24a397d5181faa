"""A server that refuses everything and repeats all it was told: address, headers, body."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Parrot(BaseHTTPRequestHandler):
    """It says no, and everything back."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        told = f"{self.path} {dict(self.headers)} {body}"
        self.server.heard.append(told)  # type: ignore[attr-defined]
        said = json.dumps({"ok": False, "error": "invalid_auth", "message": told}).encode()
        self.send_response(200 if self.path.startswith("/api/") else 403)  # as Slack does it
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_GET  # noqa: N815 - as the library calls it

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def parrot() -> Iterator[tuple[str, list[str]]]:
    """Give its address, and what it was told."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        server.heard = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server.heard  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
