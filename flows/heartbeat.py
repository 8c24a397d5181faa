"""Who notices that nothing runs any more? Somebody outside, whom every run tells that it ended.

``operators.heartbeat_url`` is called after each run, with ``/fail`` behind its path when the run
failed, as services do that write to people when no call comes. A call that does not get through
never breaks a run, and its address is never shown: who knows it could call it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import httpx

from flows.workspace import settings_at
from tasks.config import Settings
from tasks.errors import KeepwellError
from tasks.store import Outcome

PATIENCE_S = 5.0
FAIL = "fail"
MOST_ERROR = 400  # answers from here on are refusals


def beat(
    settings: Settings, outcome: Outcome, now: datetime, *, patience_s: float = PATIENCE_S
) -> str | None:
    """Tell the address of the heartbeat how a run ended; return why that did not work, if so.

    What is held is no failure. ``now`` is told with it: who looks at the calls sees the run's time.
    """
    secret = settings.operators.heartbeat_url
    if secret is None or not secret.get_secret_value().strip():
        return None
    try:
        address = _address(secret.get_secret_value().strip(), is_good=outcome is not Outcome.FAILED)
        with httpx.Client(timeout=patience_s, follow_redirects=True, trust_env=True) as client:
            for name in ("httpx", "httpcore"):  # they write addresses into the log
                logging.getLogger(name).setLevel(logging.WARNING)
            answer = client.get(address, headers={"User-Agent": "keepwell", "X-Run": _said(now)})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _untold(type(error).__name__)
    return None if answer.status_code < MOST_ERROR else _untold(f"answer {answer.status_code}")


def beat_for(
    config: Path, environ: Mapping[str, str], outcome: Outcome, now: datetime
) -> str | None:
    """Do the same for a configuration file; where that is broken, the missing call tells of it."""
    try:
        settings = settings_at(config, environ)
    except KeepwellError:
        return None
    return beat(settings, outcome, now)


def _address(written: str, *, is_good: bool) -> httpx.URL:
    address = httpx.URL(written)
    if is_good:
        return address
    return address.copy_with(path=f"{address.path.rstrip('/')}/{FAIL}")


def _said(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _untold(why: str) -> str:
    return f"The heartbeat address could not be told how the run ended ({why})."
