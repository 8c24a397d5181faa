"""How many carts were filled and left behind?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tests.engine.worlds import World

CARTS = """
    created_at       | items | converted_at
    2026-02-05 10:00 | 2     | 2026-02-05 10:10
    2026-02-06 10:00 | 1     | 2026-02-07 10:00
    2026-02-07 10:00 | 1     | 2026-02-08 10:01
    2026-02-28 23:30 | 1     | 2026-03-03 15:00
    2026-02-15 10:00 | 4     | -
    2026-02-16 10:00 | 0     | -
    2026-03-01 00:00 | 1     | -
"""
SHOP = World({"carts": CARTS})
KPI = "cart_abandonment_rate"


def test_a_cart_is_left_behind_after_a_day_or_after_a_week():
    assert SHOP.value(KPI) == SHOP.value(KPI, variant="window_24h") == Fraction(3, 5)
    assert SHOP.value(KPI, variant="window_7d") == Fraction(1, 5)


def test_windows_can_be_set():
    world = World({"carts": CARTS}, settings={KPI: {"window_hours": (48, 36, 336)}})
    observations = world.measured("2026-02", kpis=(KPI,)).observations
    variants = {one.variant: one.value for one in observations}
    assert variants == {
        "window_24h": Decimal("0.6"),
        "window_2d": Decimal("0.4"),
        "window_36h": Decimal("0.4"),
        "window_14d": Decimal("0.2"),
    }


def test_each_window_is_final_when_it_has_passed():
    seen = {
        (one.variant, one.status, one.value)
        for one in SHOP.measured(
            "2026-02", kpis=(KPI,), now=datetime(2026, 3, 2, 5, tzinfo=UTC)
        ).observations
    }
    assert seen == {
        ("window_24h", "final", Decimal("0.6")),
        ("window_7d", "provisional", Decimal("0.4")),
    }


def test_without_a_filled_cart_there_is_no_rate():
    assert SHOP.value(KPI, "2026-04") == "zero_denominator"


def test_without_conversions_at_all_nothing_is_known():
    world = World({"carts": "created_at | items\n2026-02-05 | 1"})
    assert world.value(KPI) == "source_unavailable"
