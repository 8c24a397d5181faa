"""Who is behind a number."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.members import Question, first_counted, members
from tasks.engine.opinion.figures import Sum
from tasks.engine.opinion.registry import ByPandas
from tests.engine.worlds import NOW, World

LEAVING = World(
    {
        "customers": """
            customer_id | name       | plan    | region
            quill       | Quill Labs | Starter | EMEA
            norden      | Norden AS  | Starter | EMEA
            fjord       | Fjord BV   | Growth  | EMEA
            stays       | Stays Ltd  | Starter | EMEA
        """,
        "subscription_versions": """
            customer_id | unit_amount | valid_from | valid_to   | cancel_reason
            quill       | 640         | 2025-06-01 | 2026-02-10 | price
            norden      | 410         | 2025-06-01 | 2026-02-11 | -
            fjord       | 390         | 2025-06-01 | 2026-02-12 | price
            stays       | 100         | 2025-06-01 | -          | -
        """,
        "tickets": """
            ticket_id | customer_id | created_at
            T1        | stays       | 2026-02-03
            T2        | stays       | 2026-02-04
            T3        | quill       | 2026-02-04
        """,
    },
    segments=("plan/region",),
)


def behind(kpi, dimension="ALL", segment="ALL"):
    question = Question(kpi, LEAVING.basis.calendar.period("2026-02"), dimension, segment)
    with LEAVING.session() as session:
        (found,) = members(session, LEAVING.basis, (question,), now=NOW)
    return [(one.name, one.amount, one.note) for one in found]


def test_those_who_left_are_named_largest_first_with_their_reason():
    assert behind("logo_churn_rate") == [
        ("Quill Labs", Decimal(640), "price"),
        ("Norden AS", Decimal(410), None),
        ("Fjord BV", Decimal(390), "price"),
    ]


def test_a_segment_names_only_its_own():
    assert [name for name, *_ in behind("churned_customers", "plan/region", "Starter/EMEA")] == [
        "Quill Labs",
        "Norden AS",
    ]


def test_tickets_name_who_opened_most():
    assert behind("ticket_volume") == [
        ("Stays Ltd", Decimal(2), None),
        ("Quill Labs", Decimal(1), None),
    ]


def test_what_has_no_exchange_rate_is_unknown_and_not_nothing():
    text = LEAVING.tables["subscription_versions"].replace("unit_amount", "unit_amount | currency")
    text = (
        text.replace("640 ", "640 | EUR ")
        .replace("410 ", "410 | USD ")
        .replace("390 ", "390 | USD ")
        .replace("100 ", "100 | USD ")
    )
    world = World({**LEAVING.tables, "subscription_versions": text})
    question = Question("logo_churn_rate", world.basis.calendar.period("2026-02"))
    with world.session() as session:
        (found,) = members(session, world.basis, (question,), now=NOW)
    assert [(one.name, one.amount) for one in found] == [
        ("Norden AS", Decimal(410)),
        ("Fjord BV", Decimal(390)),
        ("Quill Labs", None),
    ]


def test_five_years_can_be_asked_about_at_once():
    years = [LEAVING.basis.calendar.period(str(year)) for year in range(2022, 2027)]
    questions = [Question("churned_customers", year) for year in years]
    with LEAVING.session() as session:
        found = members(session, LEAVING.basis, questions, now=NOW)
    assert [len(customers) for customers in found] == [0, 0, 0, 0, 3]
    month = Question("churned_customers", LEAVING.basis.calendar.period("2026-02"))
    with LEAVING.session() as session:
        found = members(session, LEAVING.basis, [*questions, month], now=NOW)
    assert [len(customers) for customers in found] == [0, 0, 0, 0, 3, 3]


def test_nobody_is_behind_a_kpi_of_pandas_alone():
    assert first_counted(ByPandas(lambda _company: Sum(pd.DataFrame()))) is None
