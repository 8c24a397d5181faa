"""What rules have to know besides values comes from the facts and the store."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

from flows.happenings import known_at, least_share
from flows.workspace import opened
from tasks.assess import assess
from tasks.rules.circumstances import Kind
from tests.flows.small import CONFIG, VERSIONS, VERSIONS_HEAD, Keepwell

MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)
NOTICE = VERSIONS_HEAD.replace("change_kind,cancel_at", "change_kind,cancel_at,cancel_requested_at")


def known(company: Path, week: str = "2026-W09"):
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        period = workspace.settings.calendar.period(week)
        found = known_at(workspace, period, MONDAY)
        assessment = assess.fn(workspace.settings, period, {}, found)
    return found, assessment.findings


def with_notice(company: Path) -> None:
    first, *rest = VERSIONS.removeprefix(VERSIONS_HEAD).splitlines()
    rows = [f"{row}," for row in rest]
    rows[-1] = rows[-1].rstrip(",") + ",,2026-05-31T04:00:00Z,2026-02-25T15:00:00Z"
    text = "\n".join([NOTICE.strip(), f"{first},", *rows]) + "\n"
    (company / "exports" / "subscription_versions.csv").write_text(text, encoding="utf-8")


def test_a_notice_in_the_exports_becomes_a_finding(company: Path, keepwell: Keepwell):
    with_notice(company)
    assert keepwell("sync")[0] == 0
    found, findings = known(company)
    notices = [one for one in found.happenings if one.kind is Kind.NOTICE]
    assert [(one.name, one.on, one.ends) for one in notices] == [
        ("Customer 9", date(2026, 2, 25), date(2026, 5, 31))
    ]
    (event,) = [one for one in findings if one.rule == "event"]
    assert event.sentence == (
        "Customer 9 ($100 MRR, 10 % of all) gave notice on 25 February 2026; "
        "they leave on 31 May 2026."
    )


def test_without_subscriptions_nothing_happens(company: Path, keepwell: Keepwell):
    (company / "exports" / "subscription_versions.csv").unlink()
    assert keepwell("sync")[0] == 0
    found, findings = known(company)
    assert (found.happenings, findings) == ((), ())


def test_a_rule_that_is_off_is_not_asked_for(company: Path):
    off = CONFIG + "rules: {mrr: [{rule: event, enabled: false}]}\n"
    (company / "keepwell.yaml").write_text(off, encoding="utf-8")
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        assert least_share(workspace.settings, week) is None


def test_refused_rows_are_told_by_the_first_kpi_that_rests_on_them(
    company: Path, keepwell: Keepwell
):
    bad = "".join(f"x{n},s{n},c{n},core,active,soon,,100,1,USD,month,1,0,,\n" for n in range(12))
    (company / "exports" / "subscription_versions.csv").write_text(VERSIONS + bad)
    assert keepwell("sync")[0] == 0
    found, _ = known(company)
    supplies = [one for kpi in found.supplies.values() for one in kpi if one.refused]
    assert {one.table for one in supplies} == {"subscription_versions"}
    assert {one.refused for one in supplies} == {12}
    assert len({one.told_by for one in supplies}) == 1
    assert supplies[0].why.startswith("valid_from")


def test_a_value_that_was_reported_and_is_another_now(company: Path, keepwell: Keepwell):
    assert keepwell("sync")[0] == 0
    assert keepwell("measure", "--grain", "week")[0] == 0
    late = VERSIONS.replace(",,50,1,USD", ",2026-02-27T17:00:00Z,50,1,USD")
    (company / "exports" / "subscription_versions.csv").write_text(late, encoding="utf-8")
    a_week_later = "2026-03-09T13:00:00+00:00"
    assert keepwell("sync", now=a_week_later)[0] == 0
    assert keepwell("measure", "--grain", "week", now=a_week_later)[0] == 0
    found, _ = known(company, "2026-W10")
    (mrr,) = [each for cell, each in found.revised.items() if cell.kpi == "mrr"]
    assert [(one.before.value, one.after.value) for one in mrr] == [(950, 900)]
