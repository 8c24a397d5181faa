"""From an account to a digest on the command line, twice, with a change, a delete and a merge between."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from tests.doubles.zendesk import EMAIL, Zendesk
from tests.flows.small import CUSTOMERS, VERSIONS, as_rows

pytestmark = pytest.mark.long

CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: exports, kind: files, path: ./exports}}
  - {{name: desk, kind: zendesk, base_url: "{base_url}", email: {email}, token: "${{TOKEN}}",
      exports_per_minute: 60000, requests_per_minute: 600000}}
kpis: {{include: [pack, ticket_volume, resolution_time]}}
audiences:
  - {{name: board, digest: week, to: ["file:board"]}}
"""
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)  # 08:00 in New York
WEEK = ("--grain", "week", "--from", "2026-W09", "--to", "2026-W09", "--by", "ALL")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A company with exports and a desk, its folder the one to stand in."""
    with Zendesk() as zendesk:
        (tmp_path / "exports").mkdir()
        (tmp_path / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
        (tmp_path / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
        written = CONFIG.format(base_url=zendesk.base_url, email=EMAIL)
        (tmp_path / "keepwell.yaml").write_text(written, encoding="utf-8")
        monkeypatch.setenv("TOKEN", zendesk.token)
        monkeypatch.chdir(tmp_path)
        yield zendesk


def typed(capsys, *arguments):
    capsys.readouterr()
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


def values(capsys, now):
    """Sync and measure at ``now``; return the week's value and status by KPI and variant."""
    typed(capsys, "sync", "--now", now.isoformat())
    typed(capsys, "measure", "--now", now.isoformat(), "--all-variants")
    rows = as_rows(typed(capsys, "values", *WEEK, "--all-variants", "--format", "csv"))
    return {(row["kpi"], row["variant"]): (row["value"], row["status"]) for row in rows}


def week_of_work(account):
    """Four tickets on a Tuesday: one solved at once, one after two replies, two that will go."""
    account.now = datetime(2026, 2, 24, 14, tzinfo=UTC)
    for number in range(1, 5):
        account.add_organization(
            id=100 + number, name=f"Customer {number}", external_id=f"c{number}"
        )
        account.add_user(id=200 + number, organization_id=100 + number)
    tickets = [account.add_ticket(200 + number) for number in range(1, 5)]
    account.pass_time(minutes=30)
    account.reply(tickets[0])
    account.reply(tickets[1])
    account.pass_time(minutes=30)
    account.solve(tickets[0])
    account.rate(tickets[0], "offered")
    account.reply(tickets[1])
    account.pass_time(minutes=60)
    account.solve(tickets[1])
    account.rate(tickets[0], "good", "Quick!")
    return tickets


def test_two_syncs_with_a_change_a_delete_and_a_merge_between(company, capsys):
    account = company.account
    first, second, third, fourth = week_of_work(account)
    account.now = MONDAY
    before = values(capsys, MONDAY)
    assert before["ticket_volume", "default"][0] == "4"
    assert before["first_response_time", "median_min"][0] == "30"
    assert before["fcr_rate", "default"][0] == "0.5"
    assert before["resolution_time", "full_mean_min"][0] == "90"
    assert before["csat", "default"][0] == "1"

    account.rate(first, "bad", "It broke again")
    account.delete_ticket(third)
    account.merge(fourth, second)
    account.pass_time(hours=2)
    after = values(capsys, account.now)
    assert after["ticket_volume", "default"] == ("2", "restated")
    assert after["fcr_rate", "default"][0] == "0.5"
    assert after["csat", "default"][0] == ""  # the only answer is of the next week now
    assert after["first_response_time", "median_min"][0] == "30"

    digest = typed(capsys, "digest", "--now", account.now.isoformat())
    assert digest.startswith("Tiny · Week 9")
    assert "First response" in digest
    assert company.token not in digest
