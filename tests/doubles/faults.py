"""What can go wrong between a vendor and us, as orders to a pretended one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``data`` goes out as JSON unless there is a ``body``.

    ``ends``: how the connection does afterwards or instead: ``hang`` (nothing until the client
    gives up), ``drop`` (closed without a word), ``reset`` (broken off), ``half`` (closed in the
    middle of the answer), ``trickle`` (a letter at a time, for ever).
    """

    data: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    ends: str = ""

    @property
    def content(self) -> bytes:
        return json.dumps(self.data).encode() if self.body is None else self.body


Fault = Callable[[Reply], Reply]  # from the proper answer to the one that is given


def instead(status: int, data: Any = None, **headers: str) -> Fault:
    """Return the order for another status; ``Retry_After="1"`` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _proper: Reply(data or {"error": f"status {status}"}, status, named)


def saying(data: Any, status: int = 200) -> Fault:
    """Return the order for other data."""
    return lambda _proper: Reply(data, status)


def ending(how: str) -> Fault:
    return lambda proper: Reply(proper.data, proper.status, proper.headers, proper.body, how)


HANG, DROP, RESET, HALF, TRICKLE = map(ending, ("hang", "drop", "reset", "half", "trickle"))


def web_page(_proper: Reply) -> Reply:
    return Reply(headers={"Content-Type": "text/html"}, body=b"<!doctype html><h1>Sorry</h1>")


def half_a_gzip(proper: Reply) -> Reply:
    packed = gzip.compress(proper.content)
    return Reply(headers={"Content-Encoding": "gzip"}, body=packed[: len(packed) // 2])


def garbled_gzip(proper: Reply) -> Reply:
    return Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b" + proper.content[2:])


def cut_json(proper: Reply) -> Reply:
    return Reply(body=proper.content[: len(proper.content) // 2])
