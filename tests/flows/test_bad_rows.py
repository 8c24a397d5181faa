"""Bad rows through the real door: no value with its reason, or a refused row; never a wrong number."""

from __future__ import annotations

from pathlib import Path

from tests.flows.door import Told, through_the_door

CUSTOMERS = """
    customer_id | name | segment | industry | country | acquired_via | referrer_id | is_test | merged_into
    acme        | Acme | SMB     | -        | US      | -            | -           | false   | -
    bolt        | Bolt | SMB     | -        | US      | -            | -           | false   | -
"""
SINCE_NOVEMBER = """
    s | acme | 2025-11-03 | - | 100 | USD
"""


def versions(rows: str) -> str:
    """Return monthly subscriptions drawn as: its id, whose, from, until, amount, currency."""
    head = "version_id | subscription_id | customer_id | product | status | valid_from | valid_to"
    head += " | unit_amount | quantity | currency | interval | interval_count | discount_pct"
    drawn = [[cell.strip() for cell in row.split("|")] for row in rows.strip().splitlines()]
    lines = [
        f"v{n} | {s} | {who} | core | active | {since} | {until} | {amount} | 1 | {currency} | month | 1 | 0 | - | -"
        for n, (s, who, since, until, amount, currency) in enumerate(drawn)
    ]
    return "\n".join([f"{head} | change_kind | cancel_at", *lines])


def company(
    folder: Path, *kpis: str, paid: str = SINCE_NOVEMBER, period: str = "2026-02", **tables: str
) -> Told:
    """Return what is told of a company with these subscriptions and further tables."""
    given = {"customers": CUSTOMERS, "subscription_versions": versions(paid), **tables}
    return through_the_door(folder, given, *kpis, period=period)


TICKETS = """
    ticket_id | customer_id | requester_id | created_at       | created_by | channel | first_agent_reply_at | first_solved_at | reopened_at | last_solved_at | replies_before_first_solve | merged_into | is_spam
"""
ANSWERS = """
    response_id | survey | customer_id | respondent_id | ticket_id | responded_at | score | scale_min | scale_max | high_is
"""


def test_nothing_to_divide_by_is_no_rate(tmp_path: Path) -> None:
    told = company(
        tmp_path,
        *("logo_churn_rate", "nrr", "grr", "cac", "renewal_rate", "average_order_value", "mrr"),
        paid="s | acme | 2025-11-03 | 2026-01-10 | 100 | USD",
        costs="""
            period  | kind            | amount
            2026-02 | sales_marketing | 600
        """,
        contracts="""
            contract_id | customer_id | due_at     | acv | outcome | decided_at | renewed_acv
            early       | acme        | 2026-01-10 | 100 | lost    | 2026-01-10 | 0
        """,
        orders="""
            order_id | customer_id | ordered_at | amount | channel | status    | updated_at
            o1       | acme        | 2026-01-10 | 40     | web     | completed | -
        """,
    )
    assert told["mrr"] == 0
    for rate in ("logo_churn_rate", "nrr", "grr", "cac", "renewal_rate", "average_order_value"):
        assert told[rate] == "zero_denominator", rate


def test_no_answers_are_no_score(tmp_path: Path) -> None:
    answers = """
        before | nps  | acme | u | - | 2026-01-03 | 9 | 0 | 10 | good
        empty1 | nps  | acme | u | - | 2026-02-03 | - | 0 | 10 | good
        empty2 | csat | acme | u | - | 2026-02-03 | - | 1 | 5  | good
    """
    asked = ("nps", "csat", "ces_ease_index", "ces")
    told = company(tmp_path, *asked, survey_responses=ANSWERS + answers.lstrip("\n"))
    assert [told[kpi] for kpi in asked] == ["no_responses"] * len(asked)


def test_one_customer_who_leaves_is_all_of_them_and_no_kpi_stumbles(tmp_path: Path) -> None:
    told = company(tmp_path, paid="s | acme | 2025-11-03 | 2026-02-10 | 100 | USD")
    found = {kpi: told[kpi] for kpi in ("logo_churn_rate", "churned_mrr", "nrr", "mrr")}
    assert found == {"logo_churn_rate": 1, "churned_mrr": 100, "nrr": 0, "mrr": 0}
    assert told["csat"] == "source_unavailable"


def test_a_score_without_its_scale_is_refused_and_scales_are_never_mixed(tmp_path: Path) -> None:
    answers = """
        r1 | ces | acme | u1 | - | 2026-02-03 | 2 | 1 | 7  | bad
        r2 | ces | acme | u2 | - | 2026-02-03 | 4 | 0 | 5  | good
        r3 | ces | acme | u3 | - | 2026-02-03 | 4 | - | -  | good
        r4 | ces | acme | u4 | - | 2026-02-03 | 4 | 0 | 5  | -
        r5 | nps | acme | u5 | - | 2026-02-03 | 4 | 1 | 10 | good
        r6 | ces | acme | u6 | - | 2026-02-03 | 9 | 1 | 7  | good
    """
    told = company(tmp_path, "ces", "nps", survey_responses=ANSWERS + answers.lstrip("\n"))
    assert told.figures["ces", "effort_1_7_lower_better"] == 2
    assert told.figures["ces", "ease_0_5_higher_better"] == 4
    assert told.figures["ces", "ease_1_7_higher_better"] == "no_responses"
    assert told["nps"] == "no_responses"
    assert told.refused == (
        "survey_responses line 4: empty",
        "survey_responses line 5: empty",
        (
            "survey_responses line 6: an NPS is asked from 0 to 10; other scales are refused, "
            "not rescaled"
        ),
        "survey_responses line 7: outside its own scale, scale_min to scale_max",
    )


def test_money_in_a_currency_nobody_knows_is_no_money(tmp_path: Path) -> None:
    told = company(
        tmp_path,
        *("mrr", "nrr", "logo_churn_rate", "revenue_net"),
        paid="""
            s | acme | 2025-11-03 | - | 100 | USD
            t | bolt | 2025-11-03 | - | 100 | XTS
        """,
        revenue_lines="""
            line_id | customer_id | recognized_on | amount | currency | kind
            l1      | acme        | 2026-02-10    | 70     | dollars  | subscription
            l2      | acme        | 2026-02-11    | 100    | usd      | subscription
        """,
    )
    assert (told["mrr"], told["nrr"], told["logo_churn_rate"]) == ("missing_fx", "missing_fx", 0)
    assert told["revenue_net"] == 100
    assert told.refused == ("revenue_lines line 2: not a currency code such as EUR",)


def test_what_is_still_to_come_is_not_counted(tmp_path: Path) -> None:
    tickets = """
        t1 | acme | u | 2026-02-03 10:00 | customer | email | 2026-02-03 11:00 | - | - | - | 0 | - | 0
        t2 | acme | u | 2031-02-03 10:00 | customer | email | -                | - | - | - | 0 | - | 0
        t3 | acme | u | 2026-02-03 10:00 | customer | email | 2036-02-03 10:00 | - | - | - | 0 | - | 0
    """
    told = company(
        tmp_path,
        *("ticket_volume", "first_response_time", "mrr", "customers_closing"),
        paid="""
            s | acme | 2025-11-03 | - | 100 | USD
            t | bolt | 2029-11-03 | - | 100 | USD
        """,
        tickets=TICKETS + tickets.lstrip("\n"),
    )
    assert (told["ticket_volume"], told["first_response_time"]) == (2, 60)
    assert (told["mrr"], told["customers_closing"]) == (100, 1)


def test_of_two_versions_that_overlap_the_second_is_refused(tmp_path: Path) -> None:
    told = company(
        tmp_path,
        *("mrr", "customers_closing"),
        paid="""
            s | acme | 2025-11-03 | 2026-03-01 | 100 | USD
            s | acme | 2026-02-01 | -          | 200 | USD
            t | bolt | 2025-11-03 | -          | 50  | USD
        """,
    )
    assert (told["mrr"], told["customers_closing"]) == (150, 2)
    assert told.refused == (
        (
            "subscription_versions line 3: starts before the previous version of subscription_id s "
            "has ended"
        ),
    )


def test_what_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    told = company(
        tmp_path,
        *("mrr", "new_customers", "gig_completion_rate"),
        paid="""
            s | acme | 2026-02-10 | 2026-01-01 | 100 | USD
            t | bolt | 2025-11-03 | -          | 50  | USD
        """,
        jobs="""
            job_id | provider_id | accepted_at | ended_at   | outcome   | had_issue
            j      | p           | 2026-02-10  | 2026-02-01 | no_show   | false
            k      | p           | 2026-02-10  | 2026-02-11 | completed | false
        """,
    )
    assert (told["mrr"], told["new_customers"], told["gig_completion_rate"]) == (50, 0, 1)
    assert told.refused == (
        "subscription_versions line 2: before valid_from",
        "jobs line 2: before accepted_at",
    )


def test_a_time_the_clocks_skip_is_that_long_after_the_change(tmp_path: Path) -> None:
    """In New York it is never 02:30 on 8 March 2026: whoever wrote it meant 03:30, on that day."""
    tickets = """
        t1 | acme | u | 2026-03-08 02:30 | customer | email | 2026-03-08 03:40 | - | - | - | 0 | - | 0
    """
    asked = ("ticket_volume", "first_response_time")
    told = company(tmp_path, *asked, period="2026-03-08", tickets=TICKETS + tickets.lstrip("\n"))
    assert [told[kpi] for kpi in asked] == [1, 10]
