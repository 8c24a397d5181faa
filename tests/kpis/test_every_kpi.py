"""What holds for every KPI there is, checked without being asked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tasks.engine.compile import knows
from tasks.facts import FACTS
from tasks.kpis.base import SECTIONS, UNITS, catalogue, tables_of
from tasks.model import Family
from tests.engine.worlds import World

KPIS = catalogue()
EXAMPLES = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
each = pytest.mark.parametrize("kpi", KPIS, ids=[kpi.key for kpi in KPIS])

# what is only kept by month, by store or by employee cannot be cut by customers
NO_CUSTOMERS = frozenset(
    {
        *("nps_response_rate", "employee_engagement_rate", "enps"),
        *("self_service_rate", "self_service_score"),
        *("call_volume", "call_abandonment_rate", "average_speed_of_answer"),
        *("average_handle_time", "call_service_level", "call_transfer_rate"),
        *("conversion_rate", "cart_abandonment_rate", "foot_traffic", "store_conversion_rate"),
        *("inventory_turnover", "gig_completion_rate", "defect_rate", "defect_ppm"),
        *("cac", "cac_payback_months", "ltv_cac_ratio", "customer_retention_cost"),
    }
)

# what tells of everybody there ever was, also when nobody is there any more
OF_ALL_TIMES = frozenset(
    {
        *("cohort_retention", "cohort_revenue_retention"),
        *("survival_probability", "lifetime_months_km"),
    }
)


@each
def test_it_explains_itself_in_one_sentence(kpi):
    assert kpi.definition.endswith(".")
    assert kpi.definition.count(". ") == 0
    assert kpi.action.endswith(".")


@each
def test_it_says_what_bad_looks_like(kpi):
    assert kpi.bad.endswith(".")
    assert kpi.bad != kpi.definition


@each
def test_it_has_a_worked_example(kpi):
    assert f'"{kpi.key}"' in EXAMPLES


@each
def test_it_reads_tables_that_exist(kpi):
    for value in (kpi.example, *kpi.variants.values()):
        assert tables_of(value) <= set(FACTS)


@each
def test_its_columns_exist(kpi):
    for name in kpi.needs:
        table, _, column = name.partition(".")
        assert column in FACTS[table].c


@each
def test_it_is_of_a_known_kind(kpi):
    assert kpi.section in SECTIONS
    assert {kpi.unit, *kpi.units.values()} <= UNITS


@each
def test_a_proportion_has_words_for_both_its_numbers(kpi):
    if kpi.family is Family.BINOMIAL:
        assert kpi.counted
        assert kpi.of


@each
def test_it_can_be_cut_by_segment(kpi):
    if kpi.key not in NO_CUSTOMERS:
        assert all(knows(measure.panel, ("segment",)) for measure in kpi.example.measures)


# one row long before the period, so that the facts reach it; nothing inside it
LONG_AGO = World(
    {
        "subscription_versions": """
            customer_id | valid_from | valid_to   | change_kind | cancel_requested_at
            gone        | 2020-01-01 | 2020-02-01 | new         | 2020-01-20
        """,
        "customers": """
            customer_id | acquired_via | referrer_id
            gone        | referral     | elsewhere
        """,
        "revenue_lines": """
            customer_id | recognized_on | amount | currency | kind
            gone        | 2020-01-01    | 10     | USD      | subscription
        """,
        "costs": """
            period  | kind            | amount
            2020-01 | sales_marketing | 10
        """,
        "contracts": """
            customer_id | due_at     | decided_at
            gone        | 2020-02-01 | 2020-02-01
        """,
        "tickets": """
            created_at | first_agent_reply_at | first_solved_at | last_solved_at
            2020-01-01 | 2020-01-02           | 2020-01-02      | 2020-01-02
        """,
        "survey_responses": """
            survey     | responded_at | score
            nps        | 2020-01-01   | 9
            csat       | 2020-01-01   | 4
            ces_ease17 | 2020-01-01   | 4
        """,
        "survey_sends": """
            survey | period  | sent
            nps    | 2020-01 | 1
        """,
        "csi_responses": """
            responded_at | q_overall | q_expectation | q_ideal
            2020-01-01   | 9         | 8             | 7
        """,
        "reviews": """
            rated_at   | rating
            2020-01-01 | 5
        """,
        "feedback": """
            received_at | themes  | sentiment
            2020-01-01  | support | negative
        """,
        "employee_survey": """
            employee_id | responded_at | engagement_mean | enps
            E1          | 2020-01-01   | 4               | 9
        """,
        "advocacy_events": """
            customer_id | happened_at | kind   | sentiment
            gone        | 2020-01-01  | review | positive
        """,
        "usage_events": """
            customer_id | user_id | event_at   | feature | duration_s
            gone        | u1      | 2020-01-01 | reports | 60
        """,
        "licenses": """
            customer_id | valid_from | seats
            gone        | 2020-01-01 | 5
        """,
        "value_events": """
            customer_id | first_value_at
            gone        | 2020-01-02
        """,
        "objectives": """
            customer_id | due_on     | achieved_on
            gone        | 2020-01-20 | 2020-01-20
        """,
        "touches": """
            customer_id | at
            gone        | 2020-01-01
        """,
        "kb_sessions": """
            user_id | started_at
            u1      | 2020-01-01
        """,
        "calls": """
            direction | offered_at | outcome  | transferred
            inbound   | 2020-01-01 | answered | false
        """,
        "orders": """
            customer_id | ordered_at | amount | status
            gone        | 2020-01-01 | 10     | completed
        """,
        "carts": """
            created_at | items | converted_at
            2020-01-01 | 1     | 2020-01-01
        """,
        "site_traffic": """
            period  | visitors | sessions
            2020-01 | 1        | 1
        """,
        "footfall": """
            date       | visitors
            2020-01-01 | 1
        """,
        "inventory": """
            period  | cogs | opening_inventory | closing_inventory
            2020-01 | 1    | 1                 | 1
        """,
        "jobs": """
            accepted_at | outcome   | had_issue
            2020-01-01  | completed | false
        """,
        "projects": """
            customer_id | due_on     | closed_on  | outcome   | in_scope
            gone        | 2020-01-01 | 2020-01-01 | delivered | true
        """,
        "deliveries": """
            customer_id | original_promise_on | delivered_at | qty_ordered | qty_delivered
            gone        | 2020-01-01          | 2020-01-01   | 1           | 1
        """,
        "production": """
            produced_on | units_produced | units_defective
            2020-01-01  | 1              | 0
        """,
    },
    segments=("segment",),
)


@cache
def nothing_in_february(_engine):
    """Return the observation of every KPI in a month in which nothing happened."""
    found = LONG_AGO.measured("2026-02", all_variants=False).observations
    return {one.kpi: one for one in found}


@each
def test_with_nothing_in_the_period_it_is_zero_things_or_no_value_but_never_a_rate(
    kpi, on_each_engine
):
    one = nothing_in_february(on_each_engine)[kpi.key]
    if kpi.key in OF_ALL_TIMES:
        assert one.value is not None
    elif one.null_reason is None:
        assert (one.numerator, one.denominator) == (0, None)
    else:
        assert one.value is None
