"""When people may be disturbed: never on trial, never by a warning when they want their quiet."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from flows.ledger import MEASURE, note
from flows.occasion import is_quiet, occasion, trial
from flows.trial import is_live
from flows.workspace import opened, settings_at
from tasks.messages.ongoing import Trial
from tests.flows.small import CONFIG

MONDAY_NOON = "2026-03-02T17:00:00+00:00"  # in New York


def quiet(company: Path, alerts: str, at: str) -> bool:
    (company / "keepwell.yaml").write_text(f"{CONFIG}alerts: {alerts}\n", encoding="utf-8")
    settings = settings_at(company / "keepwell.yaml", os.environ)
    return is_quiet(settings, datetime.fromisoformat(at))


@pytest.mark.parametrize(
    ("at", "is_so"),
    [
        ("2026-03-03T00:00:00+00:00", True),  # 19:00 in New York
        ("2026-03-03T12:59:00+00:00", True),
        ("2026-03-03T13:00:00+00:00", False),
        (MONDAY_NOON, False),
    ],
)
def test_quiet_hours_are_those_of_the_company(company: Path, at: str, is_so: bool) -> None:
    assert quiet(company, '{quiet_hours: "19:00-08:00"}', at) is is_so


@pytest.mark.parametrize("holidays", ["US", '["2026-11-26"]'])
def test_a_holiday_is_quiet_all_day(company: Path, holidays: str) -> None:
    alerts = f"{{holidays: {holidays}}}"
    assert not quiet(company, alerts, "2026-11-26T04:59:00+00:00")  # still Wednesday
    assert quiet(company, alerts, "2026-11-26T05:00:00+00:00")
    assert quiet(company, alerts, "2026-11-27T04:59:00+00:00")
    assert not quiet(company, alerts, "2026-11-27T05:00:00+00:00")


def test_nobody_asked_for_quiet(company: Path) -> None:
    assert not quiet(company, "{}", "2026-12-25T04:00:00+00:00")


def test_the_first_fourteen_days_are_a_trial(company: Path) -> None:
    first = datetime.fromisoformat(MONDAY_NOON)
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        assert trial(workspace, first) == Trial(date(2026, 3, 16))
        note(workspace, MEASURE, "all", first, {})
        for days, live in ((0, False), (13.9, False), (14, True)):
            now = first + timedelta(days=days)
            assert is_live(workspace, now) is live
            assert occasion(workspace, now).is_live is live
            assert trial(workspace, now) == (None if live else Trial(date(2026, 3, 16)))


def test_a_trial_that_was_asked_for_has_no_end(company: Path) -> None:
    text = f'{CONFIG}alerts: {{mode: shadow, to: ["file:people"]}}\n'
    (company / "keepwell.yaml").write_text(text, encoding="utf-8")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        later = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
        assert trial(workspace, later) == Trial(None, ("file:people",))
