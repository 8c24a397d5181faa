"""KEEPWELL_LOG=json: one object a line, Prefect's own words too, and no secret in any of them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.jsonlogs import SET_UP, Line, set_up
from tasks.masking import forget_secrets, remember

ROOT = Path(__file__).parents[2]


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setenv("KEEPWELL_LOG", "json")
    remember(["s3cr3t-token"])
    yield
    forget_secrets()


def record(message: str, *given: object, **fields: object) -> logging.LogRecord:
    made = logging.getLogger("keepwell.sync").makeRecord(
        "keepwell.sync", logging.WARNING, __file__, 1, message, given, None, extra=fields
    )
    made.created = 1774962000.5
    return made


def test_a_line_is_an_object_with_time_level_run_task_message_and_fields(asked) -> None:
    said = record(
        "%s rows", 12, flow_run_name="sync crm", task_run_name="extract crm", rows=12, at=Path("x")
    )
    assert json.loads(Line().format(said)) == {
        "time": "2026-03-31T13:00:00.500+00:00",
        "level": "warning",
        "logger": "keepwell.sync",
        "flow_run": "sync crm",
        "task": "extract crm",
        "message": "12 rows",
        "fields": {"rows": 12, "at": "x"},
    }


def test_what_is_long_and_has_lines_stays_on_one(asked) -> None:
    line = Line().format(record("one\ntwo «ö»"))
    assert "\n" not in line
    assert json.loads(line)["message"] == "one\ntwo «ö»"


def test_secrets_are_struck_out_of_message_fields_and_errors(asked) -> None:
    made = record("token s3cr3t-token", header="Bearer s3cr3t-token")
    error = ValueError("s3cr3t-token")
    made.exc_info = (ValueError, error, None)
    line = Line().format(made)
    assert "s3cr3t-token" not in line
    assert "ValueError: ***" in json.loads(line)["error"]


def test_without_being_asked_for_it_is_text(monkeypatch) -> None:
    monkeypatch.delenv("KEEPWELL_LOG", raising=False)
    assert Line().format(record("12 rows")).endswith("| WARNING | keepwell.sync - 12 rows")
    environ: dict[str, str] = {}
    set_up(environ)
    assert environ == {}


def test_prefects_own_loggers_write_it_too() -> None:
    program = (
        "import logging, prefect.main, warnings; from prefect.logging import get_logger;"
        "get_logger('worker').warning('submitted'); warnings.warn('old');"
        "logging.getLogger('uvicorn.error').warning('answered');"
        "logging.getLogger('keepwell.store').info('upgraded')"
    )
    environ = {
        **os.environ,
        "KEEPWELL_LOG": "json",
        "PREFECT_LOGGING_SETTINGS_PATH": str(SET_UP),
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_API_URL": "",
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    found = {(line["logger"], line["message"]) for line in lines}
    assert found >= {
        ("prefect.worker", "submitted"),
        ("uvicorn.error", "answered"),
        ("keepwell.store", "upgraded"),
    }
