"""What a company with one system sees: what is missing is said, and is never a small number."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from tests.connectors.hubspot.company import customer, standing_in
from tests.doubles.faults import instead
from tests.doubles.zendesk import EMAIL, Zendesk
from tests.flows.small import as_rows

DESK = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: desk, kind: zendesk, base_url: "{base_url}", email: {email}, token: "${{TOKEN}}",
      customers: true, exports_per_minute: 60000, requests_per_minute: 600000}}
audiences:
  - {{name: board, digest: week, to: ["file:board"]}}
"""
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)  # 08:00 in New York
WEEK_AFTER = datetime(2026, 3, 9, 13, tzinfo=UTC)


class Typed:
    """The command line at a moment: what it printed, and its code."""

    def __init__(self, capsys):
        self.capsys, self.now = capsys, MONDAY

    def __call__(self, *arguments):
        timed = arguments[0] in {"sync", "measure", "digest", "check", "status"}
        self.capsys.readouterr()
        code = run([*arguments, *(("--now", self.now.isoformat()) if timed else ())])
        return code, self.capsys.readouterr().out

    def values(self, *kpis, period):
        asked = [part for kpi in kpis for part in ("--kpi", kpi)]
        stretch = ("--from", period, "--to", period, "--by", "ALL", "--format", "csv")
        _, out = self("values", *asked, *stretch)
        return {row["kpi"]: row["value"] or row["null_reason"] for row in as_rows(out)}


def a_week_of_work(account):
    account.now = datetime(2026, 2, 24, 14, tzinfo=UTC)
    for number in range(1, 5):
        account.add_organization(id=100 + number, external_id=f"c{number}")
        account.add_user(id=200 + number, organization_id=100 + number)
    tickets = [account.add_ticket(200 + number) for number in range(1, 5)]
    account.pass_time(minutes=30)
    account.reply(tickets[0])
    account.solve(tickets[0])
    account.rate(tickets[0], "good")
    account.now = MONDAY


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A company that has nothing but a Zendesk."""
    with Zendesk() as zendesk:
        written = DESK.format(base_url=zendesk.base_url, email=EMAIL)
        (tmp_path / "keepwell.yaml").write_text(written, encoding="utf-8")
        monkeypatch.setenv("TOKEN", zendesk.token)
        monkeypatch.chdir(tmp_path)
        a_week_of_work(zendesk.account)
        yield zendesk


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(capsys)


def lines_of(out: str, *names: str) -> list[str]:
    shown = [line.strip() for line in out.splitlines()]
    return [" ".join(line.split()) for line in shown if line.startswith(names)]


def test_from_hubspot_alone_the_history_that_was_read_is_what_counts(
    tmp_path, capsys, monkeypatch, typed
):
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        portal = company.hubspot.portal
        portal.now = datetime(2023, 7, 1, 14, tzinfo=UTC)
        customer(company.hubspot, "Acme", "1200", "2023-07-01T14:00:00Z")
        old = portal.add("tickets", source_type="EMAIL", hs_pipeline_stage="1")
        portal.now = datetime(2026, 2, 25, 14, tzinfo=UTC)
        portal.add("tickets", source_type="EMAIL", hs_pipeline_stage="1")
        portal.change("tickets", old, hs_pipeline_stage="4")  # so it is read, alone of its month
        portal.now = MONDAY
        code, out = typed("sync")
        assert code == 0
        assert "RELIABLE SINCE\n  1 Jul 2023   " in out
        assert "  18 Feb 2024  ticket_volume, " in out
        assert "(crm: tickets were read back to" in out
        assert "RELIABLE SINCE" not in typed("sync")[1]  # once is enough
        _, out = typed("check", "--json")
        since = json.loads(out)["reliable_since"]
        assert since["mrr"]["since"] == "2023-07-01"
        assert since["ticket_volume"] == {
            "since": "2024-02-18",
            "because": "crm: tickets were read back to then",
        }
        assert "fcr_rate has no source" in typed("check")[1]
        assert ", its history read back to 2024-02-17 08:00" in typed("status")[1]
        months = ("--from", "2023-06", "--to", "2024-03")
        typed("measure", "--grain", "month", *months)
    assert typed.values("ticket_volume", "mrr", "csat", period="2023-07") == {
        "ticket_volume": "source_unavailable",
        "mrr": "100",
        "csat": "source_unavailable",
    }
    assert typed.values("ticket_volume", period="2024-02") == {
        "ticket_volume": "source_unavailable"  # only part of it was read
    }
    assert typed.values("ticket_volume", period="2024-03") == {"ticket_volume": "0"}
    # before the first customer nothing can be said, which is not that nobody left
    assert set(typed.values("churned_customers", period="2023-06").values()) == {
        "insufficient_inputs"
    }


def test_from_zendesk_alone_nothing_is_said_about_revenue(desk, typed):
    typed("sync")
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    found = typed.values("logo_churn_rate", "mrr", "ticket_volume", "csat", period="2026-W09")
    assert found == {
        "logo_churn_rate": "source_unavailable",
        "mrr": "source_unavailable",
        "ticket_volume": "4",
        "csat": "1",
    }
    _, digest = typed("digest")
    assert lines_of(digest, "MRR", "Customers lost") == [
        "MRR - no source",
        "Customers lost - no source",
    ]
    assert "may lack something" not in digest  # Zendesk says that there was nothing before
    assert "business minutes are counted by business_hours" in typed("check")[1]


def test_what_the_plan_has_not_is_no_zero(desk, typed):
    desk.not_in_plan = {"ratings", "responses"}
    code, out = typed("sync")
    assert code == 0
    assert "no satisfaction ratings and no survey responses: the plan has none" in out
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    assert typed.values("csat", period="2026-W09") == {"csat": "source_unavailable"}
    assert lines_of(typed("digest")[1], "CSAT") == ["CSAT - no source"]


def test_a_stream_that_breaks_off_leaves_its_week_open(desk, typed):
    typed("sync")
    desk.account.now = typed.now = WEEK_AFTER
    desk.order("tickets", instead(400), times=2)
    assert typed("sync")[0] == 3
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W10")
    assert typed.values("ticket_volume", period="2026-W09") == {"ticket_volume": "4"}
    assert typed.values("ticket_volume", period="2026-W10") == {"ticket_volume": "source_stale"}
    _, digest = typed("digest")
    assert lines_of(digest, "First contact")[0].endswith("data not complete")
    assert "tickets could not be read" in digest
    typed("sync")
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W10")
    assert typed.values("ticket_volume", period="2026-W10") == {"ticket_volume": "0"}
    assert "Restated" not in typed("digest")[1]


def test_a_first_sync_that_ends_half_way_gives_no_half_numbers(desk, typed):
    desk.order("tickets", instead(400))
    code, out = typed("sync")
    assert code == 3
    assert "ticket_volume" not in out
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    found = typed.values("ticket_volume", "first_response_time", "csat", period="2026-W09")
    assert found == {
        "ticket_volume": "source_unavailable",
        "first_response_time": "source_unavailable",
        "csat": "1",
    }
    typed("sync")
    typed("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    assert typed.values("ticket_volume", period="2026-W09") == {"ticket_volume": "4"}


def test_a_quiet_desk_that_was_read_is_not_late(desk, typed):
    typed("sync")
    desk.account.now = typed.now = datetime(2026, 4, 6, 13, tzinfo=UTC)
    typed("sync")
    _, out = typed("status")
    assert "late" not in out.split("DIGESTS")[0]
    assert "is provisional" not in typed("digest")[1]


def test_files_that_begin_within_a_period_may_lack_something(keepwell):
    note = "no subscription_versions before 3 Nov 2025; of this month mrr, net_new_mrr, "
    _, digest, _ = keepwell("digest", "--period", "2025-11")
    assert note in " ".join(digest.split())
    _, digest, _ = keepwell("digest", "--period", "2025-12")
    assert "may lack something" not in digest
