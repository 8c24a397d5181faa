"""Day one: exports as they are become a sent digest, and nobody writes SQL."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from flows.intake import taken_in
from flows.intake_doubts import (
    Answers,
    Doubt,
    likeliest,
    reporting_currency,
    time_zone,
    week_start,
)
from tests.flows.small import NOW, Keepwell, as_rows

EXPORTS = Path(__file__).parents[1] / "examples" / "exports"
WRITTEN = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()  # an hour before the digest


@pytest.fixture
def start(keepwell: Keepwell, company: Path, monkeypatch: pytest.MonkeyPatch):
    """Stand in a fresh folder with some made-up exports, and run init there."""
    monkeypatch.setenv("TZ", "Europe/Berlin")

    def started(name: str) -> str:
        (company / "keepwell.yaml").unlink()
        shutil.rmtree(company / "exports")
        shutil.copytree(EXPORTS / name, company / "exports")
        for path in (company / "exports").iterdir():
            if name == "awkward":  # kept as UTF-8 here, written as a German Excel does
                text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
                path.write_bytes(text.encode("cp1252"))
            os.utime(path, (WRITTEN, WRITTEN))
        code, out, _ = keepwell("init", "--from", "exports", "--yes", "--now", NOW)
        assert code == 0
        return out

    return started


def week_nine(keepwell: Keepwell) -> dict[str, Decimal | None]:
    """Send the digest and return the values of its week, overall."""
    code, out, _ = keepwell("digest", "--send")
    assert (code, "to file:leadership: out/leadership/week-2026-W09.html" in out) == (0, True)
    keepwell("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    _, csv, _ = keepwell(
        *("values", "--format", "csv", "--grain", "week", "--by", "ALL"),
        *("--from", "2026-W09", "--to", "2026-W09"),
    )
    return {row["kpi"]: Decimal(row["value"]) if row["value"] else None for row in as_rows(csv)}


def test_three_exports_of_hubspot_and_zendesk_become_a_sent_digest(keepwell, start):
    out = start("hubspot_zendesk")
    assert "hubspot-crm-exports-all-companies.csv looks like customers as HubSpot exports" in out
    assert (
        "zendesk-tickets.csv looks like tickets as Zendesk exports them -> tickets, survey" in out
    )
    assert keepwell("check")[0] == 0
    found = week_nine(keepwell)
    # 1,200 + 800 + 450 + 300 + 2,000 when the week began; Kestrel (450) left, Tidewater (250) came
    assert (found["mrr_opening"], found["mrr"]) == (4750, 4550)
    assert (found["churned_mrr"], found["mrr_new"], found["net_new_mrr"]) == (450, 250, -200)
    assert (found["customers_opening"], found["churned_customers"]) == (5, 1)
    assert found["logo_churn_rate"] == Decimal("0.2")
    assert round(found["nrr"], 6) == round(Decimal(4300) / 4750, 6)
    # three tickets of the week with replies after 30, 60 and 90 minutes; one rating of two is good
    assert (found["ticket_volume"], found["first_response_time"]) == (3, 60)
    assert found["csat"] == Decimal("0.5")


def test_awkward_sheets_become_a_sent_digest(keepwell, start):
    out = start("awkward")
    assert "Kundenliste 2026.csv, line 12: left out, because Kunde is 'Summe'" in out
    assert "line 9: valid_from 'bald' is not a time such as 2026-02-28T17:00:00Z" in out
    assert "line 10: unit_amount 'auf Anfrage' is not a number such as 1234.50" in out
    found = week_nine(keepwell)
    # 1,200 + 1,000.50 + 450 + 300; 24 February was Turmfalke's last day, Watt Werke (250) began
    assert (found["mrr_opening"], found["mrr"]) == (Decimal("2950.5"), Decimal("2750.5"))
    assert (found["customers_opening"], found["churned_customers"]) == (4, 1)
    assert (found["reactivated_customers"], found["new_customers"]) == (0, 1)
    assert found["ticket_volume"] == 3


@pytest.mark.parametrize(
    ("name", "opening", "closing", "lost"),
    [
        # (14,400 + 12,000 + 5,400) / 12; the renewal of 15 September 2025 is no gap
        ("salesforce", Decimal(2650), Decimal(2200), 1),
        # 12 seats at 100, 9,600 a year, and 450 until half past midnight in Berlin
        ("stripe", Decimal(2450), Decimal(2000), 1),
        ("chartmogul", Decimal(2450), Decimal(2000), 1),
        ("sheet", Decimal(4750), Decimal(4550), 1),
    ],
)
def test_the_exports_of_others_are_understood(keepwell, start, name, opening, closing, lost):
    start(name)
    found = week_nine(keepwell)
    assert (found["mrr_opening"], found["mrr"], found["churned_customers"]) == (
        opening,
        closing,
        lost,
    )


def test_what_nobody_was_asked_is_told_and_written_down(keepwell, start, company):
    out = start("hubspot_zendesk")
    assert "In which currency are the amounts? EUR" in out
    written = (company / "keepwell.yaml").read_text(encoding="utf-8")
    assert "currency: EUR                   # reports are in this currency; a guess" in written


def test_what_the_exports_say_is_not_asked(tmp_path):
    asked: list[str] = []

    def ask(doubt: Doubt) -> str:
        asked.append(doubt.key)
        return likeliest(doubt)

    shutil.copytree(EXPORTS / "sheet", tmp_path / "sheet")
    os.utime(tmp_path / "sheet" / "Customer list.csv", (WRITTEN, WRITTEN))
    assert taken_in(tmp_path / "sheet", Answers(ask, is_asking=True)).currency == "USD"
    assert asked == ["timezone", "week_start"]


AMBIGUOUS = "Customer,Start,Price\nAcme,03/04/2025,100\nBolt,05/06/2025,200\n"


def test_what_can_be_meant_in_two_ways_is_asked_and_the_answer_counts(tmp_path):
    (tmp_path / "c.csv").write_text(AMBIGUOUS, encoding="utf-8")
    said = {"dates of c.csv": "month_first", "Price of c.csv": "year", "currency": "CHF"}
    answers = Answers(lambda doubt: said.get(doubt.key, doubt.likeliest), is_asking=True)
    found = taken_in(tmp_path, answers)
    versions = next(one for one in found.drafts if one.table == "subscription_versions")
    assert versions.settings["dates"] == "month_first"
    assert versions.columns["interval"] == {"constant": "year"}
    assert found.currency == "CHF"


@pytest.mark.parametrize("factor", [1, 12])
def test_of_two_amounts_the_twelfth_is_that_of_a_month(tmp_path, factor):
    """Without a twelfth somebody has to say it."""
    text = f"Customer,Start,Fee,Price\nAcme,2025-01-05,{100 * factor},100\nBolt,2025-01-06,{7 * factor},7\n"
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    answers = Answers(likeliest, is_asking=False)
    found = taken_in(tmp_path, answers)
    versions = next(one for one in found.drafts if one.table == "subscription_versions")
    assert versions.columns["unit_amount"] == "Price"
    assert versions.columns["interval"] == {"constant": "month"}
    assert ("Price of c.csv" in answers.assumed) == (factor == 1)
    assert ("interval" in versions.remarks) == (factor == 1)


@pytest.mark.parametrize(
    ("doubt", "text", "understood"),
    [
        (time_zone("UTC"), "Europe/Berlin", "Europe/Berlin"),
        (time_zone("UTC"), "Berlin", None),
        (reporting_currency("USD"), "eur", "EUR"),
        (reporting_currency("USD"), "dollars", None),
        (week_start("UTC"), "sun", "sunday"),
        (week_start("UTC"), "never", None),
    ],
)
def test_an_answer_that_is_none_is_asked_for_again(doubt, text, understood):
    assert doubt.understood(text) == understood


def test_files_with_the_same_header_are_one_table(tmp_path):
    for year in (2025, 2026):
        text = f"Customer,Start,MRR\nAcme {year},{year}-01-05,100\n"
        (tmp_path / f"c{year}.csv").write_text(text, encoding="utf-8")
    found = taken_in(tmp_path, Answers(likeliest, is_asking=False))
    assert {draft.export.sheet.files for draft in found.drafts} == {("c2025.csv", "c2026.csv")}


def test_a_plan_is_its_name_and_not_the_id_that_stripe_gave_it(tmp_path):
    (tmp_path / "subscriptions.csv").write_text(
        "id,Customer Name,Plan,Product,Interval,Amount,Start Date (UTC),Customer Tier\n"
        "sub_1,Acme,price_1Nx,Team,month,$50.00,1/31/2026,SMB\n"
    )
    drafts = {
        draft.table: draft
        for draft in taken_in(tmp_path, Answers(likeliest, is_asking=False)).drafts
    }
    assert drafts["subscription_versions"].columns["product"] == "Product"
    assert drafts["customers"].columns["segment"] == "Customer Tier"


@pytest.mark.parametrize(
    ("amounts", "seats"), [(("50", "50"), "Quantity"), (("50", "150"), {"constant": "1"})]
)
def test_an_amount_that_grows_with_the_seats_is_that_of_all_seats(tmp_path, amounts, seats):
    one, three = amounts
    (tmp_path / "subscriptions.csv").write_text(
        "id,Customer Name,Product,Quantity,Interval,Amount,Start Date (UTC)\n"
        f"sub_1,Acme,Team,1,month,${one}.00,1/31/2026\nsub_2,Bolt,Team,3,month,${three}.00,1/31/2026\n"
    )
    drafts = taken_in(tmp_path, Answers(likeliest, is_asking=False)).drafts
    versions = next(draft for draft in drafts if draft.table == "subscription_versions")
    assert versions.columns["quantity"] == seats
