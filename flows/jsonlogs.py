"""Logs as JSON, one object a line, for who collects them: KEEPWELL_LOG=json.

Prefect's server, worker and flow runs read their set-up of logs from flows/jsonlogs.yml, which
names the formatter below; PREFECT_LOGGING_SETTINGS_PATH leads them there. What the words of a line
may not hold (secrets) is struck out here once more, whoever wrote it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.masking import masked

ASKED = "KEEPWELL_LOG"
JSON = "json"
SET_UP = Path(__file__).with_name("jsonlogs.yml")
READ_BY_PREFECT = "PREFECT_LOGGING_SETTINGS_PATH"
TEXT = "%(asctime)s | %(levelname)-7s | %(name)s - %(message)s"
# what a record has by itself; everything else are fields that somebody gave it
USUAL = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    *("message", "asctime", "taskName", "flow_run_name", "task_run_name", "flow_run_id"),
    *("task_run_id", "flow_name", "task_name", "send_to_api", "name", "deployment_name"),
}
NO_NAME = "<unknown>"  # Prefect's word


def is_asked(environ: Mapping[str, str]) -> bool:
    """Return whether logs are to be JSON."""
    return environ.get(ASKED, "").strip().lower() == JSON


def set_up(environ: MutableMapping[str, str]) -> None:
    """Have this process and those it starts log as JSON, where that is asked for.

    Only of use before Prefect is imported; an own set-up of Prefect's logs is left alone.
    """
    if not is_asked(environ):
        return
    environ.setdefault(READ_BY_PREFECT, str(SET_UP))
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class Line(logging.Formatter):
    """A record as one line: JSON where KEEPWELL_LOG asks for it, else text that people read."""

    def __init__(self, *_given: object, **_named: object) -> None:
        """Take whatever a set-up hands a formatter; Python's warnings become lines, too."""
        super().__init__(TEXT)
        if is_asked(os.environ):
            logging.captureWarnings(capture=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if not is_asked(os.environ):
            return masked(super().format(record))
        return json.dumps(as_object(record), ensure_ascii=False, default=str)


def as_object(record: logging.LogRecord) -> dict[str, Any]:
    """Return a record as the object that stands on its line; what is not known is left out."""
    known = record.__dict__
    line = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "flow_run": _named(known, "flow_run_name"),
        "flow_run_id": _named(known, "flow_run_id"),
        "task": _named(known, "task_run_name"),
        "message": masked(record.getMessage()),
        "fields": {name: _shown(value) for name, value in known.items() if name not in USUAL},
        "error": _error(record),
    }
    return {name: value for name, value in line.items() if value not in (None, {})}


def _named(known: Mapping[str, Any], name: str) -> str | None:
    value = known.get(name)
    return None if value in (None, NO_NAME, "") else masked(str(value))


def _shown(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def _error(record: logging.LogRecord) -> str | None:
    if record.exc_text:
        return masked(record.exc_text)
    if not record.exc_info or record.exc_info[0] is None:
        return None
    return masked(logging.Formatter().formatException(record.exc_info))
