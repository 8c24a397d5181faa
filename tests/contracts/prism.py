"""A mock server that a vendor's contract makes: it refuses what the contract does not allow."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import httpx
import pytest

from tests.contracts.saved import PROJECT, Contract

PRISM = PROJECT / ".venv" / "contracts" / "node_modules" / ".bin" / "prism"  # by .ci/peers
PATIENCE_S = 120
PROBLEM = "https://stoplight.io/prism/errors#"
MAKE_UP = {"prefer": "dynamic=true"}
MORE_TRIES = 3


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the mock; ``against`` is what it holds against the request."""

    status: int
    body: bytes
    data: Any
    against: tuple[str, ...] = ()


class Mock:
    """The mock of one contract, once it listens."""

    def __init__(self, contract: Contract, port: int) -> None:
        self.contract = contract
        self.against_itself: set[str] = set()  # answers of its own that it does not allow
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        *,
        made_up: bool,
    ) -> Said:
        """Return its answer; where that is against the contract itself, its other kind of answer.

        ``made_up``: rather words that the contract's types allow than its examples.
        """
        for is_made_up in (made_up, *[True] * MORE_TRIES, False):
            more = MAKE_UP if is_made_up else {}
            said = self._ask(method, path, query, {**headers, **more}, body)
            if said.status != httpx.codes.INTERNAL_SERVER_ERROR:
                break
            self.against_itself.add(f"{method} {path}: {said.against[0]}")
        return said

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Said:
        came = self._client.request(method, path, params=query, headers=headers, content=body)
        is_json = "json" in came.headers.get("content-type", "")  # else it is a table
        data = came.json() if is_json else None
        return Said(came.status_code, came.content, data, tuple(_against(came.status_code, data)))

    def listens(self) -> bool:
        try:
            self._client.get("/")
        except httpx.TransportError:
            return False
        return True

    def close(self) -> None:
        self._client.close()


def _against(status: int, data: Any) -> Iterator[str]:
    if status < httpx.codes.BAD_REQUEST:
        return
    of_prism = isinstance(data, dict) and str(data.get("type")).startswith(PROBLEM)
    found = data.get("validation", ()) if of_prism else ()
    for one in found:
        yield f"{'.'.join(map(str, one['location']))}: {one['message']}"
    if not found:
        yield f"it answered {status}"


@contextmanager
def mocks(files: tuple[Path, ...], *words: str) -> Iterator[tuple[Mock, ...]]:
    """Start a mock of every file, all at once; ``words`` are more words of the command."""
    if not PRISM.exists():
        pytest.fail("the mock server is not installed: run .ci/peers once")
    started = []
    with TemporaryFile() as log:
        try:
            started.extend(_started(file, words, log) for file in files)
            for mock, process in started:
                _wait(mock, process, log)
            yield tuple(mock for mock, _ in started)
        finally:
            for mock, process in started:
                mock.close()
                process.terminate()
            for _, process in started:
                process.wait()


def _started(
    file: Path, words: tuple[str, ...], log: IO[bytes]
) -> tuple[Mock, subprocess.Popen[bytes]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        PRISM.resolve(),
        "mock",
        "--errors",
        "-v",
        "error",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        *words,
        file,
    ]
    mock = Mock(Contract(file), port)
    return mock, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


def _wait(mock: Mock, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not mock.listens():
        if process.poll() is not None or time.monotonic() > ends:
            log.seek(0)
            pytest.fail(f"{mock.contract.file.name}: no mock server: {log.read()[-2000:]!r}")
        time.sleep(0.2)
