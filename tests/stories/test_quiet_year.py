"""Weeks in which nothing happens but chance: nobody is alarmed more than once a month.

The sample company before the story of its last weeks, with all its segments and the rules as they
come, looked at every Monday morning.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.measure import catch_up
from flows.plan import TOLD, Scope
from flows.steps import by_hand
from flows.sync import bring_in_news
from flows.watch import look_and_push
from flows.workspace import opened
from tasks.sample.company import write_company
from tasks.store import entries

pytestmark = pytest.mark.long

WEEKS = 13
STORY = timedelta(weeks=4)  # its first notices
MOST_A_MONTH = 1


def _pushed(folder: Path) -> Counter[tuple[str, str]]:
    """How many alerts each recipient got in each month."""
    company = write_company(folder)
    text = company.configuration.read_text(encoding="utf-8")
    live = 'alerts: {mode: live, to: ["file:alerts"]}\n'
    company.configuration.write_text(text + live, encoding="utf-8")
    steps, quiet_until = by_hand(), company.now - STORY
    told = Counter[tuple[str, str]]()
    with opened(company.configuration, {}) as workspace:
        bring_in_news(steps, workspace, now=quiet_until)
        catch_up(steps, workspace, now=quiet_until, scope=Scope(TOLD))
        for back in range(WEEKS, 0, -1):
            told += _of(steps, workspace, quiet_until - timedelta(weeks=back - 1))
    return told


def _of(steps: object, workspace: object, now: datetime) -> Counter[tuple[str, str]]:
    known = {one.id for one in entries(workspace.store, kind="alert")}
    look_and_push(steps, workspace, now=now)
    new = [one for one in entries(workspace.store, kind="alert") if one.id not in known]
    return Counter((one.recipient, f"{now:%Y-%m}") for one in new)


def test_nobody_is_alarmed_more_than_once_a_month(tmp_path: Path):
    told = _pushed(tmp_path)
    assert {month: n for month, n in told.items() if n > MOST_A_MONTH} == {}
