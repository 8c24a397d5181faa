"""Is everything read, however it changes, leaves or hides? Complaints 13, 16, 21, 31."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.errors import SourceRejected, SourceUnavailable
from tests.connectors.salesforce.company import notes, reading
from tests.doubles.faults import Reply, instead
from tests.doubles.salesforce import no
from tests.doubles.salesforce_org import iso

TEN = 10
ANA = "005000000000000001"


def names(company, **said):
    return [name for (name,) in company.rows("customers", "name", **said)]


def test_a_deleted_account_goes_and_comes_back_from_the_recycle_bin(company):
    acme = company.account()
    company.later()
    assert names(company) == ["Acme"]
    company.org.delete("Account", acme)
    company.later()
    assert names(company) == []
    company.org.undelete("Account", acme)
    company.later()
    assert names(company) == ["Acme"]


def test_what_has_no_log_of_deleted_rows_is_seen_to_go_by_its_mark_alone(company):
    company.org.add("User", ANA, Name="Ana", UserType="Standard")
    case = company.org.add("Case", AccountId=company.account(), IsClosed=False)
    said = company.org.add("CaseComment", ParentId=case, IsPublished=True, CreatedById=ANA)
    company.later()
    assert company.rows("tickets", "replies_before_first_solve") == [(1,)]
    company.org.delete("CaseComment", said)
    company.later()
    assert company.rows("tickets", "replies_before_first_solve") == [(0,)]
    assert "CaseComment" not in {each.part.get("sobject") for each in logs(company)}


def logs(company):
    return company.salesforce.asked("deleted")


def test_an_account_that_was_destroyed_is_seen_in_the_log_of_deleted_ones(company):
    acme = company.account()
    company.later()
    assert names(company) == ["Acme"]
    company.later(days=2)
    company.org.purge("Account", acme)
    company.later()
    assert names(company) == []


def test_of_a_merge_the_master_stands_for_the_other_and_has_its_opportunities(company):
    acme, other = company.account(), company.account("Acme Ltd")
    deal = company.sold(other, Amount=1200.0)
    company.later()
    company.rows("customers", "name", term_months=12)
    company.org.merge("Account", acme, other)
    company.later()
    found = company.rows("customers", "customer_id", "merged_into")
    assert sorted(found, key=str) == sorted([(acme, None), (other, acme)], key=str)
    (row,) = company.rows("subscription_versions", "customer_id", "subscription_id")
    assert row[0] == acme
    assert deal in row[1]


def test_an_opportunity_that_a_merge_left_untouched_is_the_masters_too(company):
    acme, other = company.account(), company.account("Acme Ltd")
    deal = company.sold(other, Amount=1200.0)
    company.later()
    company.org.merge("Account", acme, other)
    company.org.rows["Opportunity"][deal]["AccountId"] = other  # as it was, without a trace
    company.later()
    assert company.rows("subscription_versions", "customer_id", term_months=12) == [(acme,)]


def test_merges_in_a_chain_lead_to_the_last(company):
    one, two, three = (company.account(name) for name in ("One", "Two", "Three"))
    company.org.merge("Account", two, one)
    company.org.merge("Account", three, two)
    company.later()
    found = dict(company.rows("customers", "customer_id", "merged_into"))
    assert found == {three: None, one: three, two: three}


def test_a_formula_that_changes_without_the_row_is_seen_by_the_weekly_refresh(company):
    tier = ["Gold"]
    company.org.formula("Account", "Tier__c", lambda _row: tier[0])
    company.account()
    company.later()
    assert company.rows("customers", "segment") == [("Gold",)]
    tier[0] = "Silver"
    company.later(days=6)
    assert company.rows("customers", "segment") == [("Gold",)]
    company.later(days=1)
    assert company.rows("customers", "segment") == [("Silver",)]


def test_a_field_that_appears_is_read_for_the_rows_that_were_there(company):
    company.account(Region__c="EMEA")
    company.later()
    assert company.rows("customers", "region") == [(None,)]
    company.org.define("Account", "Region__c")
    company.later()
    assert company.rows("customers", "region") == [("EMEA",)]


def test_a_mapped_field_that_is_hidden_is_a_clear_problem(company):
    company.account()
    company.later()
    extracted = company.read(fields={"accounts": {"segment": "Size__c"}})
    (problem,) = extracted.problems
    assert isinstance(problem, SourceRejected)
    assert "Account shows no field Size__c" in str(problem)
    assert "customers" in extracted.failed


def test_a_field_of_salesforce_that_is_hidden_is_told_and_the_rest_is_read(company):
    company.org.hidden.add(("Account", "Industry"))
    company.account()
    company.later()
    extracted = company.read()
    assert extracted.problems == ()
    assert any("Account shows no field Industry" in text for text in notes(extracted))


def test_a_field_that_is_hidden_later_is_told_though_a_destroyed_row_still_has_it(company):
    first = company.account(Industry="Retail")
    company.account("Beta", Industry="Retail")
    company.later()
    company.read()
    company.later()
    company.org.purge("Account", first)
    company.org.hidden.add(("Account", "Industry"))
    company.later()
    assert any("Account shows no field Industry" in text for text in notes(company.read()))
    assert company.rows("customers", "name", "industry") == [("Beta", None)]


def test_what_a_line_looks_up_to_is_seen_by_the_weekly_refresh(company):
    company.org.define("Opportunity", "Contract_End_Date__c")
    product = company.org.add("Product2", Name="Seats")
    deal = company.sold(company.account(), Contract_End_Date__c="2026-12-31")
    company.line(deal, 100.0, Product2Id=product)
    company.later()
    assert company.rows("subscription_versions", "product") == [("Seats",)]
    company.org.change("Product2", product, Name="Places")
    company.later(days=7)
    assert company.rows("subscription_versions", "product") == [("Places",)]


def test_more_deleted_rows_than_the_log_tells_at_once_are_asked_for_in_parts(company):
    made = [company.account(f"Firm {number}") for number in range(TEN)]
    company.later()
    assert len(names(company)) == TEN
    company.salesforce.most_deleted = 3
    for key in made:
        company.later(hours=1)
        company.org.purge("Account", key)
    company.later()
    assert names(company) == []
    assert company.read().problems == ()


def test_of_more_deleted_rows_of_one_moment_than_it_tells_is_one_clear_problem(company):
    made = [company.account(f"Firm {number}") for number in range(TEN)]
    company.later()
    company.read()
    company.salesforce.most_deleted = 3
    for key in made:
        company.org.purge("Account", key)
    company.later()
    (problem,) = company.read().problems
    assert "more rows were deleted than one answer may tell" in str(problem)


def test_after_a_month_without_a_sync_destroyed_cases_are_missed_by_the_listing_of_ids(company):
    case = company.org.add("Case", AccountId=company.account(), IsClosed=False)
    company.later()
    assert len(company.rows("tickets", "ticket_id")) == 1
    company.org.purge("Case", case)
    company.later(days=31)  # the log of deleted rows no longer knows it
    assert company.rows("tickets", "ticket_id") == []


def test_after_a_month_without_a_sync_the_log_is_asked_for_as_far_as_it_reaches(company):
    done = {"AccountId": company.account(), "IsClosed": True, "TaskSubtype": "Call"}
    call = company.org.add("Task", **done, ActivityDate="2026-01-04")
    company.later()
    assert company.rows("touches", "kind") == [("call",)]
    company.later(days=25)
    company.org.purge("Task", call)
    company.later(days=6)
    assert company.rows("touches", "kind") == []


def test_many_rows_are_ordered_in_bulk_and_are_the_same_rows(tmp_path):
    found = {}
    for bulk_rows in (5, 1_000):
        folder = tmp_path / str(bulk_rows)
        folder.mkdir()
        with reading(folder, bulk_rows=bulk_rows) as company:
            company.salesforce.part = 4  # rows of a part
            for number in range(TEN):
                company.account(f'Firm "{number}",\nInc', Industry=None)
            company.later()
            found[bulk_rows] = company.rows(
                "customers", "customer_id", "name", "industry", "is_test"
            )
            assert bool(company.salesforce.jobs) is (bulk_rows < TEN)
            asked = [each.query for each in company.salesforce.asked("job_rows")]
            assert [each.get("locator") for each in asked] == ([None, "4", "8"] if asked else [])
            assert all(
                each.headers["Accept"] == "text/csv"
                for each in company.salesforce.asked("job_rows")
            )
    assert found[5] == found[1_000]
    assert len(found[5]) == TEN


def test_a_bulk_part_with_fewer_rows_than_it_says_is_a_problem(tmp_path):
    with reading(tmp_path, bulk_rows=1) as company:
        company.account()
        company.account()
        company.later()

        def short(proper):
            return Reply(None, 200, proper.headers, proper.content.rsplit(b"\n", 2)[0] + b"\n")

        company.salesforce.order("job_rows", short)
        (problem,) = company.read().problems
        assert "1 rows of a part that has 2" in str(problem)


@pytest.mark.parametrize(
    ("state", "error"), [("Failed", SourceRejected), ("Aborted", SourceUnavailable)]
)
def test_an_order_that_is_given_up_is_one_clear_problem(tmp_path, state, error):
    with reading(tmp_path, bulk_rows=1) as company:
        company.salesforce.job_ends = state
        company.account()
        company.account()
        company.later()
        (problem,) = company.read().problems
        assert isinstance(problem, error)
        assert "Bulk API was given up" in str(problem)


def test_a_locator_whose_time_is_over_is_read_again_from_the_last_change(tmp_path):
    with reading(tmp_path, page=2) as company:
        for number in range(5):
            company.account(f"Firm {number}")
            company.later(seconds=1)
        company.later()
        forgotten = []

        def forget(asked):
            if asked.route == "more" and not forgotten:
                with company.salesforce.lock:
                    forgotten.append(asked.path)
                    company.salesforce.locators.clear()

        company.salesforce.at("received", "more", forget)
        assert names(company) == [f"Firm {number}" for number in range(5)]
        assert forgotten


def test_many_more_rows_of_one_moment_than_a_page_holds_are_all_read(tmp_path):
    with reading(tmp_path, page=2) as company:
        for number in range(TEN):
            company.account(f"Firm {number}")
        company.later()
        assert len(names(company)) == TEN
        company.later()
        assert len(names(company)) == TEN


def test_a_row_that_is_shown_late_is_in_the_next_run(company):
    company.account()
    company.later()
    assert names(company) == ["Acme"]
    company.later(minutes=5)
    key = company.account("Late")
    before = iso(company.org.now - timedelta(minutes=8))  # before the last run's end
    company.org.rows["Account"][key]["SystemModstamp"] = before
    company.later()
    assert names(company) == ["Acme", "Late"]


def test_a_history_is_asked_for_the_fields_that_count_alone(company):
    company.org.tracked |= {("Account", "Name"), ("Account", "Tier__c")}
    company.org.define("Account", "Tier__c")
    acme = company.account(Tier__c="Gold")
    company.org.change("Account", acme, Name="Acme Inc", Tier__c="Silver")
    company.later()
    company.read()
    (asked,) = [
        each.query["q"]
        for each in company.salesforce.requests
        if "AccountHistory" in str(each.query)
    ]
    assert "'Tier__c'" in asked
    assert "'Name'" not in asked


def test_used_up_requests_come_as_403_and_end_the_run(company):
    company.account()
    company.later()
    company.salesforce.order(
        "*",
        lambda _proper: no(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        times=999,
        when=lambda asked: asked.route != "token",
    )
    problems = company.read().problems
    assert all("used up its requests of the last 24 hours" in str(one) for one in problems)
    assert len(company.salesforce.requests) <= 5  # the four streams at work, and the token
    company.salesforce.calm()
    company.later(hours=3)
    assert names(company) == ["Acme"]


def test_too_many_requests_at_once_come_under_the_same_code_and_pass(company):
    company.account()
    company.later()
    said = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    company.salesforce.order("query_all", lambda _proper: no(403, "REQUEST_LIMIT_EXCEEDED", said))
    assert names(company) == ["Acme"]


@pytest.mark.parametrize("code", ["QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"])
def test_what_passes_comes_as_400_and_is_asked_again(company, code):
    company.account()
    company.later()
    company.salesforce.order("query_all", lambda _proper: no(400, code, "later"))
    assert names(company) == ["Acme"]


def test_a_throttled_token_is_asked_for_again(company):
    company.account()
    company.later()
    company.salesforce.order("token", instead(503))
    assert names(company) == ["Acme"]


def test_an_object_that_the_org_does_not_have_is_a_note(company):
    company.org.forbidden |= {"Case", "EmailMessage", "CaseComment", "CaseHistory", "CaseStatus"}
    company.account()
    company.later()
    extracted = company.read()
    assert extracted.problems == ()
    assert any("cases were not given to us" in text for text in notes(extracted))
    assert "tickets" not in {table.table for table in extracted.tables}
