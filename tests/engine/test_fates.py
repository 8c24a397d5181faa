"""What became of customers: gone, still here, touched since, under whatever account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tasks.engine.fates import fates
from tests.engine.worlds import NOW, World

TABLES = {
    "customers": """
        customer_id | name       | merged_into | parent_id
        norden      | Norden AS  | -           | -
        fjord       | Fjord BV   | -           | -
        quill       | Quill Labs | -           | -
        old_fjord   | Fjord old  | fjord       | -
        harbor_oslo | Harbor Oslo| -           | harbor
        harbor      | Harbor     | -           | -
    """,
    "subscription_versions": """
        customer_id | valid_from | valid_to
        norden      | 2025-06-01 | 2026-03-10
        fjord       | 2025-06-01 | -
        quill       | 2025-06-01 | 2026-01-15
        harbor      | 2025-06-01 | -
    """,
    "touches": """
        customer_id | kind | at
        old_fjord   | call | 2026-03-05
        fjord       | call | 2026-02-01
        norden      | mail | 2026-04-05
        harbor      | call | 2026-03-08
    """,
}
WORLD = World(TABLES)
SINCE = datetime(2026, 3, 2, 13, tzinfo=UTC)


def told(*ids, world=WORLD, has_touches=True):
    calendar = world.basis.calendar
    between = (calendar.period("2026-02"), calendar.period("2026-03"))
    with world.session() as session:
        return fates(
            session, world.basis, ids, between, since=SINCE, now=NOW, has_touches=has_touches
        )


def test_who_left_in_between_was_there_and_is_not():
    (norden,) = told("norden")
    assert (norden.name, norden.was_there, norden.is_there) == ("Norden AS", True, False)
    assert norden.touched_at is None  # only after the second period had closed


def test_a_contact_with_any_account_of_the_payer_counts_after_the_advice():
    fjord, old, oslo = told("fjord", "old_fjord", "harbor_oslo")
    assert fjord.touched_at == old.touched_at == datetime(2026, 3, 5)  # noqa: DTZ001 - UTC in facts
    assert [one.is_there for one in (fjord, old, oslo)] == [True, True, True]
    assert oslo.touched_at == datetime(2026, 3, 8)  # noqa: DTZ001 - UTC in facts


def test_who_had_left_before_was_not_there():
    (quill,) = told("quill")
    assert (quill.was_there, quill.is_there) == (False, False)


def test_nobody_knows_of_somebody_who_is_not_in_the_facts():
    assert [one.customer_id for one in told("fjord", "nobody", "norden")] == ["fjord", "norden"]
    assert told() == ()


def test_without_contacts_written_down_nobody_was_touched():
    untouched = replace(WORLD, tables={k: v for k, v in TABLES.items() if k != "touches"})
    assert [one.touched_at for one in told("fjord", world=untouched, has_touches=False)] == [None]
