"""How much of what was made was defective?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World
from tests.facts.drawn import one, refused

LOTS = """
    produced_on | units_produced | units_defective
    2026-02-01  | 1000           | 12
    2026-02-28  | 500            | 3
    2026-02-20  | 0              | 0
    2026-03-01  | 2000           | 30
    2026-04-01  | 0              | 0
"""
PLANT = World({"production": LOTS}, zone="America/New_York")


def test_defective_units_over_units_made():
    assert PLANT.value("defect_rate") == Fraction(15, 1500)
    assert PLANT.value("defect_ppm") == 10_000
    assert PLANT.observe("defect_rate").n == 1500


def test_a_lot_of_nothing_has_no_share():
    assert PLANT.value("defect_rate", "2026-04") == "zero_denominator"
    assert PLANT.value("defect_ppm", "2026-04") == "zero_denominator"


def test_more_defects_than_units_are_refused_before_anything_is_counted():
    lots = one(
        "production",
        """
        lot_id | units_produced | units_defective
        LOT1   | 10             | 10
        LOT2   | 10             | 11
        """,
        produced_on="2026-02-10",
    )
    assert refused(lots) == [("LOT2", "units_defective", "11", "more than units_produced")]
