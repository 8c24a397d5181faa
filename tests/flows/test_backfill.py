"""Backfill: a stretch of the past once more; done twice it does nothing, and it never sends."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from flows.backfill import Span, fill
from flows.steps import by_hand
from flows.workspace import opened
from tasks.errors import WrongUse
from tasks.store import entries, read
from tests.flows.small import NOW, Keepwell

MONDAY = datetime.fromisoformat(NOW)
WINTER = ("--from", "2025-11", "--to", "2026-02", "--now", NOW)


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_every_grain_within_the_span_is_measured_and_nothing_is_sent(
    company: Path, keepwell: Keepwell
) -> None:
    code, out, _ = keepwell("backfill", *WINTER, "--json", now=None)
    assert code == 0
    assert json.loads(out)["periods"] == 20
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert {one.grain for one in read(workspace.store)} == {"week", "month"}
        assert entries(workspace.store) == ()


def test_a_second_backfill_has_nothing_to_do(keepwell: Keepwell) -> None:
    keepwell("backfill", *WINTER, now=None)
    _, out, _ = keepwell("backfill", *WINTER, now=None)
    assert out == "0 periods measured: 0 values new or changed. 20 were done already.\n"


def test_one_that_was_stopped_goes_on_where_it_was(company: Path) -> None:
    span, quarters = Span("2025-11", "2026-02"), []

    def plug(done: float, _total: float, doing: str = "") -> None:
        quarters.append(doing)
        if done:
            raise Stopped

    with opened(company / "keepwell.yaml", {}) as workspace:
        with pytest.raises(Stopped):
            fill(by_hand(), workspace, span, now=MONDAY, tell=plug)
        assert quarters == ["measuring 2025-Q4", "measuring 2026-Q1"]
        done = fill(by_hand(), workspace, span, now=MONDAY)
    assert done.skipped > 0
    assert done.periods > 0
    assert done.periods + done.skipped == 20


def test_late_rows_are_measured_again(company: Path, keepwell: Keepwell) -> None:
    keepwell("backfill", *WINTER, now=None)
    versions = company / "exports" / "subscription_versions.csv"
    text = versions.read_text(encoding="utf-8").replace("50,1,USD", "70,1,USD")
    versions.write_text(text, encoding="utf-8")
    _, out, _ = keepwell("backfill", *WINTER, "--json", now=None)
    assert json.loads(out)["periods"] == 20
    assert json.loads(out)["restated"] > 0


def test_reading_again_loses_nothing(keepwell: Keepwell) -> None:
    keepwell("backfill", *WINTER, now=None)
    code, out, _ = keepwell("backfill", *WINTER, "--read-again", "--json", now=None)
    assert code == 0
    assert json.loads(out)["new"] == 0


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-02", "2026-01", "ends before"),
        ("2027-01", "2027-02", "has not begun yet"),
        ("soon", "2026-02", "soon"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(
    keepwell: Keepwell, first: str, last: str, said: str
) -> None:
    code, _, err = keepwell("backfill", "--from", first, "--to", last, "--now", NOW, now=None)
    assert code == 2
    assert said in err


def test_what_has_not_begun_yet_is_left_out(company: Path) -> None:
    with opened(company / "keepwell.yaml", {}) as workspace:
        done = fill(by_hand(), workspace, Span("2026-02", "2026-12"), now=MONDAY)
        months = {one.period for one in read(workspace.store) if one.grain == "month"}
    assert done.periods > 0
    assert months == {"2026-02", "2026-03"}


def test_a_span_is_refused_by_name(company: Path) -> None:
    with opened(company / "keepwell.yaml", {}) as workspace, pytest.raises(WrongUse):
        fill(by_hand(), workspace, Span("2030-01", "2030-02"), now=MONDAY)
