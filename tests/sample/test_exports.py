"""The exports of the sample company: their columns, their ordinary life, their true mistakes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tasks.facts import FACTS
from tasks.facts.columns import about

pytestmark = pytest.mark.parametrize("books", [7], indirect=True, ids=["seed7"])


def test_every_file_is_a_canonical_table_with_all_its_required_columns(books):
    for path in books.company.rows:
        table = FACTS[Path(path).stem]
        header = (books.company.folder / path).read_text().partition("\n")[0].split(",")
        ours = {column.name for column in table.columns}
        assert ours - set(about(table).optional) <= set(header), path
        assert set(header) <= ours, path


def test_keys_are_unique_but_for_the_two_tickets_that_stand_twice(books):
    for path in books.company.rows:
        key = list(about(FACTS[Path(path).stem]).key)
        rows = books.table(path.removeprefix("exports/").removesuffix(".csv"))
        repeated = rows.duplicated(key).sum()
        assert repeated == (2 if path.endswith("tickets.csv") else 0), path


def test_every_reference_has_its_row(books):
    customers = set(books.table("crm/customers").customer_id)
    for path in books.company.rows:
        rows = books.table(path.removeprefix("exports/").removesuffix(".csv"))
        if "customer_id" in rows:
            assert set(rows.customer_id.dropna()) <= customers, path


def test_the_history_is_18_full_months_and_quick_to_load(books):
    assert books.company.last_week == "2026-W47"
    assert str(books.company.first_day) == "2025-04-28"
    assert books.company.rows["exports/product/usage_events.csv"] <= 150_000
    assert sum(books.company.rows.values()) <= 200_000


def test_subscriptions_go_through_everything_they_can(books):
    assert {"active", "trialing", "past_due", "unpaid", "paused"} == set(books.versions.status)
    kinds = set(books.versions.change_kind)
    assert {"new", "upsell", "downgrade", "reactivation", "recovered", "resume"} <= kinds
    assert set(books.versions.interval) == {"month", "year"}


def test_versions_of_a_subscription_do_not_overlap(books):
    for _, versions in books.versions.groupby("subscription_id"):
        ordered = versions.sort_values("valid_from")
        ends, begins = ordered.valid_to.iloc[:-1], ordered.valid_from.iloc[1:]
        assert (ends.to_numpy() <= begins.to_numpy()).all()
        assert not ends.isna().any()


def test_europe_pays_in_euros_at_one_locked_rate_a_year(books):
    currencies = books.versions.merge(books.table("crm/customers")[["customer_id", "region"]])
    assert set(zip(currencies.region, currencies.currency, strict=True)) == {
        ("AMER", "USD"),
        ("APAC", "USD"),
        ("EMEA", "EUR"),
    }
    rates = books.table("billing/fx_rates")
    assert list(rates[rates.kind == "locked"].rate_date) == ["2025-01-01", "2026-01-01"]
    assert (rates.kind == "spot").sum() == 20


def test_the_mistakes_are_the_ones_the_data_notes_should_tell(books):
    customers = books.table("crm/customers")
    nps = books.table("product/survey_responses")
    assert customers.merged_into.notna().sum() == 5
    assert (customers.is_test == 1).sum() == 3
    assert (nps.score == 11).sum() == 3
    assert (books.week_of(nps[nps.score == 11].responded_at) == books.weeks - 1).all()


def test_tickets_have_words_of_their_own(books):
    tickets = books.tickets
    assert set(tickets.tags) == {"billing", "bug", "how-to", "integration", "login"}
    assert tickets.subject.str.len().between(10, 60).all()
    assert tickets.body.str.endswith((".", "?")).all()
    priced = tickets[tickets.subject.str.contains("Starter price")]
    assert set(priced.place) == {"Starter/EMEA"}


def test_failed_payments_are_paid_later_or_written_off(books):
    payments = books.table("billing/payments")
    failed = payments.dropna(subset="failed_at")
    assert 0.003 <= len(failed) / len(payments) <= 0.04
    assert (failed.paid_at.isna() | (failed.paid_at > failed.failed_at)).all()


def test_contracts_are_renewed_lost_or_still_open(books):
    contracts = books.table("crm/contracts")
    now = pd.Timestamp(books.company.now)
    decided = contracts[contracts.outcome != "pending"]
    assert set(contracts.outcome) == {"renewed", "lost", "pending"}
    assert (decided.decided_at < now).all()
    assert contracts[contracts.outcome == "pending"].renewed_acv.isna().all()


def test_everybody_has_an_owner_with_a_name_and_an_address(books):
    owners = books.table("crm/owners")
    assert set(books.members.owner_id) == set(owners.owner_id) - {"O9"}
    assert owners.email.str.endswith("@ternharrow.example").all()
