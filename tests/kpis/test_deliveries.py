"""Did what was promised arrive by its day, and all of it?"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World

DELIVERIES = """
    customer_id | original_promise_on | latest_promise_on | delivered_at     | qty_ordered | qty_delivered
    elm         | 2026-02-05          | 2026-02-05        | 2026-02-04 15:00 | 10          | 10
    elm         | 2026-02-12          | 2026-02-15        | 2026-02-14 15:00 | 10          | 10
    fir         | 2026-02-20          | 2026-02-20        | 2026-02-20 15:00 | 10          | 8
    fir         | 2026-02-28          | 2026-02-28        | 2026-03-01 03:00 | 10          | 12
    fir         | 2026-02-27          | 2026-03-05        | 2026-03-04 15:00 | 10          | -
    fir         | 2026-02-26          | 2026-02-26        | -                | 10          | 0
"""
GOODS = World({"deliveries": DELIVERIES}, zone="America/New_York")


def test_on_time_is_by_the_day_first_promised_in_the_company_s_own_zone():
    assert GOODS.value("on_time_delivery_rate") == Fraction(3, 6)


def test_a_promise_moved_to_march_is_due_in_march():
    assert GOODS.value("on_time_delivery_rate", variant="latest_promise") == Fraction(4, 5)
    assert GOODS.value("on_time_delivery_rate", "2026-03", variant="latest_promise") == 1
    assert GOODS.value("on_time_delivery_rate", "2026-03") == "zero_denominator"


def test_in_full_as_well():
    assert GOODS.value("otif_rate") == Fraction(2, 6)
    assert GOODS.value("otif_rate", "2026-03") == "zero_denominator"


def test_what_is_promised_for_a_day_to_come_is_not_due():
    noon = datetime(2026, 2, 21, 17, tzinfo=UTC)
    assert GOODS.value("on_time_delivery_rate", now=noon) == Fraction(2, 3)
