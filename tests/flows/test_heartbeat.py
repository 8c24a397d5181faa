"""The address that is told of every run: good or failed, never in the way, never shown."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flows.heartbeat import beat, beat_for
from flows.workspace import settings_at
from tasks.store import Outcome
from tests.flows.small import CONFIG

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
SECRET = "0b1c-not-for-others"


@contextmanager
def monitor(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A monitor on this computer: its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def told(company: Path, url: str, outcome: Outcome) -> str | None:
    config = f'{CONFIG}operators: {{heartbeat_url: "{url}"}}\n'
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    settings = settings_at(company / "keepwell.yaml", os.environ)
    return beat(settings, outcome, NOW, patience_s=2.0)


@pytest.mark.parametrize(
    ("outcome", "path"),
    [
        (Outcome.DONE, f"/{SECRET}"),
        (Outcome.HELD, f"/{SECRET}"),
        (Outcome.FAILED, f"/{SECRET}/fail"),
    ],
)
def test_a_failed_run_is_told_at_its_own_address(
    company: Path, outcome: Outcome, path: str
) -> None:
    with monitor() as (url, asked):
        assert told(company, f"{url}/{SECRET}", outcome) is None
    assert asked == [path]


def test_what_stands_behind_the_path_stays_there(company: Path) -> None:
    with monitor() as (url, asked):
        told(company, f"{url}/{SECRET}/?name=keepwell", Outcome.FAILED)
    assert asked == [f"/{SECRET}/fail?name=keepwell"]


def test_an_answer_that_refuses_is_told_without_the_address(
    company: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with monitor(404) as (url, _):
        said = told(company, f"{url}/{SECRET}", Outcome.DONE)
    assert said == "The heartbeat address could not be told how the run ended (answer 404)."
    assert SECRET not in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:{closed}/x", "no address", "gopher://x/y"])
def test_nobody_there_breaks_nothing(company: Path, url: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    said = told(company, url.replace("{closed}", str(port)), Outcome.DONE)
    assert said is not None
    assert "x" not in said.partition("(")[0].split()


def test_without_an_address_nobody_is_told(company: Path) -> None:
    assert told(company, "", Outcome.FAILED) is None


def test_a_broken_configuration_is_told_by_silence(company: Path) -> None:
    (company / "keepwell.yaml").write_text("company: {", encoding="utf-8")
    assert beat_for(company / "keepwell.yaml", os.environ, Outcome.FAILED, NOW) is None
