"""What can go wrong on the way to Slack and back, as orders to the pretended one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Instead of the proper answer: ``body`` with ``status``, or none where ``ends`` says so.

    ``accepted``: what was asked for is done all the same, only the answer is not what it should be.
    ``ends``: ``hang`` (nothing until the client gives up), ``drop`` (the connection is closed),
    ``reset`` (it is broken off), ``half`` (it is closed in the middle of the answer).
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    accepted: bool = False
    ends: str = ""

    def after_acceptance(self) -> Fault:
        return replace(self, accepted=True)


HANG = Fault(ends="hang")
DROP = Fault(ends="drop")
RESET = Fault(ends="reset")
HALF = Fault(b'{"ok": true, "ts"', ends="half", headers={"Content-Length": "400"})
EMPTY = Fault()
HTML = Fault(b"<html><h1>Welcome to the hotel</h1></html>", headers={"Content-Type": "text/html"})
SERVER_ERROR = replace(HTML, status=500)
NOT_AN_OBJECT = Fault(b'["ok"]', headers={"Content-Type": "application/json"})


def rate_limited(after_s: object = 30) -> Fault:
    """Too many requests: ``after_s`` is what Retry-After says, None for no such header."""
    said = {} if after_s is None else {"Retry-After": str(after_s)}
    return replace(refused("ratelimited"), status=429, headers=said)


def refused(error: str, **more: Any) -> Fault:
    """``ok: false`` with ``error``."""
    body = json.dumps({"ok": False, "error": error, **more}).encode()
    return Fault(body, headers={"Content-Type": "application/json; charset=utf-8"})


def status(code: int, body: str = "") -> Fault:
    """A plain answer, as webhooks give."""
    return Fault(body.encode(), status=code, headers={"Content-Type": "text/html"})
