"""How many customers speak well of us where others hear it."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

SPOKEN = World(
    {
        "subscription_versions": """
            customer_id | valid_from | valid_to
            acorn       | 2025-06-01 | -
            birch       | 2025-06-01 | 2026-02-10
            cedar       | 2026-02-05 | -
            dahlia      | 2025-06-01 | -
            lapsed      | 2025-06-01 | 2025-12-01
            qa          | 2025-06-01 | -
        """,
        "customers": """
            customer_id | is_test | merged_into | segment
            acorn       | false   | -           | SMB
            acorn2      | false   | acorn       | SMB
            birch       | false   | -           | ENT
            cedar       | false   | -           | ENT
            dahlia      | false   | -           | ENT
            lapsed      | false   | -           | SMB
            qa          | true    | -           | SMB
        """,
        "advocacy_events": """
            customer_id | happened_at | kind           | sentiment
            acorn       | 2026-02-12  | review         | positive
            acorn2      | 2026-02-13  | social         | positive
            birch       | 2026-02-14  | reference_call | positive
            cedar       | 2026-02-14  | social         | negative
            cedar       | 2026-02-14  | forum          | mixed
            dahlia      | 2026-02-14  | poll           | -
            lapsed      | 2026-02-14  | review         | positive
            qa          | 2026-02-14  | review         | positive
            dahlia      | 2026-03-01  | case_study     | positive
        """,
    },
    segments=("segment",),
)


def test_a_customer_who_spoke_well_is_one_advocate_however_often():
    assert SPOKEN.value("advocacy_rate") == Fraction(2, 4)


def test_those_who_are_no_customers_in_the_period_are_in_neither_number():
    assert SPOKEN.value("advocacy_rate", "2026-03") == Fraction(1, 3)


def test_segments_add_up():
    assert SPOKEN.value("advocacy_rate", segment="SMB") == Fraction(1, 1)
    assert SPOKEN.value("advocacy_rate", segment="ENT") == Fraction(1, 3)


def test_without_sentiment_nobody_knows_who_spoke_well():
    blind = World(
        {
            **SPOKEN.tables,
            "advocacy_events": "customer_id | happened_at | kind\nacorn | 2026-02-12 | social",
        }
    )
    measured = blind.measured("2026-02", kpis=("advocacy_rate",))
    assert {one.null_reason for one in measured.observations} == {"source_unavailable"}
