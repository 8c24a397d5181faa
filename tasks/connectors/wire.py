"""What goes over the wire? One request, one whole answer, in bounded time and space."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from tasks.connectors.answers import unpacked
from tasks.connectors.retrying import Trouble, World

if TYPE_CHECKING:
    import httpx

CONNECT_S = 10.0
SILENCE_S = 45.0  # between two pieces of an answer
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an answer should be, and whether the body of a question is a form."""

    accept: str = JSON
    form: bool = False

    def written(self, body: Mapping[str, Any]) -> bytes:
        """Return a body as it is sent."""
        return urlencode(body).encode() if self.form else orjson.dumps(body)


PLAIN = Kind()


@dataclass(frozen=True, slots=True)
class Came:
    """An answer as it came, unpacked; the names of ``headers`` have small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Wire:
    """The connections to one address; threads may share them."""

    base_url: str
    request_s: float
    world: World
    _client: httpx.Client | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        who: Mapping[str, str],
        kind: Kind = PLAIN,
    ) -> Came:
        """Return what came; raise Trouble where nothing did, or not all of it."""
        if "://" in path:
            message = f"{path}: a path, never a whole address: the credential is for one host"
            raise ValueError(message)
        headers = {**who, "Accept": kind.accept, "Accept-Encoding": "gzip"}
        if body is not None:
            headers["Content-Type"] = FORM if kind.form else JSON
        url = f"{self.base_url.rstrip('/')}/{path.lstrip('/')}"
        content = None if body is None else kind.written(body)
        with (
            _as_trouble(),
            self._open().stream(
                method, url, params=dict(params) or None, content=content, headers=headers
            ) as response,
        ):
            return self._whole(response)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _whole(self, response: httpx.Response) -> Came:
        deadline = self.world.clock() + self.request_s

        def check() -> None:
            if self.world.clock() > deadline:
                raise Trouble("the answer trickled in too slowly")

        # Not by httpx: it takes half a gzip for a whole one.
        encoding = response.headers.get("content-encoding", "").strip().lower()
        body = unpacked(response.iter_raw(), encoding, check)
        names = {name.lower(): value for name, value in response.headers.items()}
        return Came(response.status_code, names, body)

    def _open(self) -> httpx.Client:
        import httpx  # noqa: PLC0415 - only an API source needs it

        with self._lock:
            if self._client is None:
                for name in ("httpx", "httpcore"):  # they write addresses and headers into the log
                    logging.getLogger(name).setLevel(logging.WARNING)
                silence = min(SILENCE_S, self.request_s)
                timeout = httpx.Timeout(silence, connect=min(CONNECT_S, silence), pool=None)
                headers = {"User-Agent": "keepwell"}
                self._client = httpx.Client(
                    timeout=timeout, headers=headers, follow_redirects=False
                )
            return self._client


@contextmanager
def _as_trouble() -> Iterator[None]:
    import httpx  # noqa: PLC0415 - as above

    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        raise Trouble(
            "its address cannot be one",
            tries=1,
            rejected=True,
            todo="Check it in the configuration; it begins with https://.",
        ) from None
    except httpx.TransportError as error:
        raise Trouble(_SAID.get(type(error).__name__, "the connection broke off")) from None


_SAID: Mapping[str, str] = {
    "ConnectError": "it cannot be reached",
    "ConnectTimeout": "it cannot be reached in time",
    "ReadTimeout": "it fell silent before the answer was there",
    "WriteTimeout": "it stopped listening",
    "ProxyError": "the proxy refuses",
}
