"""A changed definition is another number: nothing compares what it says with what the old one did."""

from __future__ import annotations

from tasks.model import Grain
from tasks.store import history, record
from tests.store.drawn import NOW, drawn

MEASURED = """
period  | version | value
2026-09 | 1       | 7
2026-10 | 1       | 8
2026-10 | 2       | 5
2026-11 | 2       | 6
"""


def test_a_history_is_of_one_definition(store):
    drawn_rows = drawn(MEASURED)
    record(store, drawn_rows, recorded_at=NOW)
    grain = drawn_rows[0].grain
    periods = [one.period for one in drawn_rows]
    (found,) = history(store, grain=Grain(grain), periods=periods).values()
    assert [(one.period, one.definition_version) for one in found] == [
        ("2026-10", 2),
        ("2026-11", 2),
    ]
