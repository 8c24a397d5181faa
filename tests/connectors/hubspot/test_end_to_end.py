"""From a HubSpot account to a digest: synced twice, with a change, a delete and a merge between."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from tests.connectors.hubspot.company import customer, standing_in
from tests.doubles.hubspot_portal import iso


@pytest.fixture
def tiny(tmp_path, capsys, monkeypatch):
    """Eleven customers since last summer, tickets, a survey, and an owner who left."""
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        portal = company.hubspot.portal
        portal.now = datetime(2025, 7, 1, 14, tzinfo=UTC)
        portal.add_owner("31", "Ana", "Bo", "ana@x.example")
        portal.add_owner("30", "Old", "Hand", "old@x.example", archived=True)
        for number in range(1, 11):
            customer(
                company.hubspot, f"Customer {number}", "1200", "2025-07-01T14:00:00Z", tier="SMB"
            )
        yield company


def test_an_account_becomes_a_digest_and_stays_right_when_it_changes(tiny):
    hubspot, portal = tiny.hubspot, tiny.hubspot.portal
    firms = list(portal.records["companies"])
    eve = portal.add("contacts", email="eve@one.example", associatedcompanyid=firms[0])
    portal.now = datetime(2026, 2, 18, 15, tzinfo=UTC)
    ticket = portal.add(
        "tickets",
        subject="Import fails",
        content="Refused.",
        source_type="EMAIL",
        hs_pipeline_stage="1",
    )
    portal.associate("tickets", ticket, "contacts", eve)
    vote = portal.add(
        "feedback_submissions",
        hs_survey_type="NPS",
        hs_value="9",
        hs_submission_timestamp=iso(portal.now),
    )
    portal.associate("feedback_submissions", vote, "contacts", eve)
    call = portal.add("calls", hs_timestamp=iso(portal.now), hs_call_status="COMPLETED")
    portal.associate("calls", call, "companies", firms[1])
    portal.pass_time(minutes=30)

    code, out, err = tiny.sync()
    assert code == 0, out + err
    assert "mapping" not in out
    assert len(tiny.table("customers")) == 10
    assert tiny.table("tickets", "ticket_id", "customer_id", "last_solved_at") == [
        (ticket, firms[0], None)
    ]
    assert tiny.table("survey_responses", "customer_id", "score") == [(firms[0], 9)]
    assert tiny.table("touches", "touch_id", "customer_id") == [(f"call-{call}", firms[1])]
    assert tiny.table("owners", "name", "active") == [("Ana Bo", True), ("Old Hand", False)]
    assert len(tiny.table("subscription_versions")) == 10
    asked_before = len(hubspot.requests)

    portal.now = datetime(2026, 2, 24, 15, tzinfo=UTC)
    portal.change("companies", firms[2], tier="ENT")  # a change
    portal.change("tickets", ticket, hs_pipeline_stage="4")
    portal.archive("companies", firms[3])  # a delete
    portal.merge("companies", firms[4], firms[5])  # a merge
    customer(hubspot, "Bolt", "600", "2026-02-24T15:00:00Z")
    portal.now = datetime(2026, 3, 2, 13, tzinfo=UTC)

    code, out, err = tiny.sync()
    assert code == 0, out + err
    assert "mapping" not in out
    rows = tiny.table("customers", "customer_id", "merged_into")
    assert firms[3] not in [key for key, _ in rows]
    assert [pair for pair in rows if pair[1]] == [(firms[5], firms[4])]
    versions = tiny.table("customer_versions", "customer_id", "segment", "valid_from::TEXT")
    assert [each[1:] for each in versions if each[0] == firms[2]] == [
        ("ENT", "2026-02-24 15:00:00"),
        ("SMB", "2025-07-01 14:00:00"),
    ]
    assert tiny.table("tickets", "last_solved_at::TEXT") == [("2026-02-24 15:00:00",)]
    assert len(hubspot.requests) - asked_before < 60

    code, out, err = tiny.typed("digest", "--grain", "week")
    assert code == 0, err
    assert "Tiny" in out
    assert "10" in out


def test_reading_it_all_anew_gives_the_same_tables(tiny, tmp_path):
    portal = tiny.hubspot.portal
    firms = list(portal.records["companies"])
    portal.now = datetime(2026, 2, 18, 15, tzinfo=UTC)
    tiny.sync()
    portal.change("companies", firms[0], name="Renamed")
    portal.merge("companies", firms[4], firms[5])
    portal.archive("companies", firms[3])
    portal.pass_time(minutes=30)
    tiny.sync()
    names = ("customers", "customer_versions", "subscription_versions", "contracts", "owners")
    by_and_by = {name: tiny.table(name) for name in names}
    (tmp_path / "keepwell.db").unlink()
    shutil.rmtree(tmp_path / "lake")
    code, _, err = tiny.sync()
    assert code == 0, err
    assert {name: tiny.table(name) for name in names} == by_and_by


def test_a_sync_that_finds_nothing_new_costs_a_request_a_stream(tiny):
    tiny.hubspot.portal.pass_time(days=1)
    tiny.sync()
    tiny.hubspot.portal.pass_time(hours=1)
    before = len(tiny.hubspot.requests)
    tiny.sync()
    spent = len(tiny.hubspot.requests) - before
    assert spent * 24 <= 0.01 * 250_000  # of what an account may ask in a day


def test_the_report_of_a_run_counts_what_hubspot_counts(tiny):
    portal = tiny.hubspot.portal
    portal.pass_time(days=1)
    code, _, _ = tiny.sync()
    assert code == 0
    assert len(tiny.table("customers")) == len(portal.records["companies"])
    from flows.workspace import opened
    from tasks.store import runs_of

    with opened(tiny.folder / "keepwell.yaml", {"HUBSPOT_TOKEN": "x"}) as workspace:
        counted = {run.stream: run.rows for run in runs_of(workspace.store, "crm")}
    assert counted["companies"] == len(portal.records["companies"])
    assert counted["deals"] == len(portal.records["deals"])
    assert counted["contacts"] == 0


def names(company):
    return [name for (name,) in company.table("customers", "name")]


def test_what_is_deleted_leaves_and_what_is_restored_comes_back(tmp_path, capsys, monkeypatch):
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        portal, today = company.hubspot.portal, datetime.now(UTC)
        portal.now = today - timedelta(days=120)
        acme, bolt = portal.add("companies", name="Acme"), portal.add("companies", name="Bolt")
        portal.pass_time(days=20)
        company.sync()
        portal.archive("companies", bolt)
        portal.pass_time(days=99)
        portal.archive("companies", acme)
        company.sync()
        assert names(company) == []
        portal.restore(
            "companies", acme
        )  # which leaves no trace but that it is not listed any more,
        portal.purge("companies", bolt)  # just as with what is forgotten after three months
        portal.now = today
        company.sync()
        assert names(company) == ["Acme"]


def test_a_deal_won_late_on_the_last_of_a_month_is_in_that_month(tmp_path, capsys, monkeypatch):
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        company.hubspot.portal.now = datetime(2026, 3, 2, 13, tzinfo=UTC)
        customer(company.hubspot, "Acme", "1200", "2026-03-01T03:30:00Z")  # 28 February in New York
        company.hubspot.portal.pass_time(hours=1)
        code, _, err = company.sync()
        assert code == 0, err
        (start,) = company.table("subscription_versions", "valid_from::TEXT")
        assert start == ("2026-02-28 05:00:00",)


def test_properties_that_come_and_go_never_break_a_run(tmp_path, capsys, monkeypatch):
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        portal = company.hubspot.portal
        portal.define("companies", "industry", "Industry", "enumeration", SAAS="Software")
        acme = portal.add("companies", name="Acme", industry="SAAS", tier="SMB")
        portal.pass_time(days=1)
        company.sync()
        assert company.table("customers", "industry", "segment") == [("Software", "SMB")]
        portal.definitions["companies"].clear()  # the list of industries is deleted,
        portal.change(
            "companies", acme, industry="OTHER", tier=None, customer_tier="ENT"
        )  # tier renamed
        portal.pass_time(days=1)
        code, _, err = company.sync()
        assert code == 0, err
        assert company.table("customers", "industry", "segment") == [("OTHER", None)]
