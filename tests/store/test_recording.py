"""What happens when a KPI is measured again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import StatementError

from tasks.model import Status
from tasks.store import read, record
from tests.store.drawn import NOW, drawn, lines, redrawn


def recorded(store, text, *, at=NOW):
    return record(store, drawn(text), recorded_at=at)


def holds(store, text):
    return redrawn(read(store, all_revisions=True), text) == lines(text)


def test_a_first_value_is_new(store):
    result = recorded(
        store,
        """
        period  | as_of      | value
        2026-02 | 2026-03-01 | 2/61
        """,
    )
    assert (result.new, result.unchanged, result.restated) == (1, 0, ())
    (stored,) = read(store)
    (measured,) = drawn("period | as_of | value\n2026-02 | 2026-03-01 | 2/61")
    assert stored == replace(measured, recorded_at=NOW)


def test_the_same_value_again_leaves_no_trace(store):
    table = """
        period  | as_of      | value
        2026-02 | 2026-03-01 | 2/61
        2026-02 | 2026-03-01 | 2.0/61.00
        """
    assert recorded(store, table).unchanged == 1
    again = recorded(store, table, at=NOW + timedelta(days=1))
    assert (again.new, again.unchanged, again.restated) == (0, 2, ())
    (stored,) = read(store, all_revisions=True)
    assert stored.recorded_at == NOW


def test_another_value_restates_and_keeps_the_old_one(store):
    recorded(store, "period | as_of | value\n2026-02 | 2026-03-01 | 2/61")
    later = NOW + timedelta(days=1)
    result = recorded(store, "period | as_of | value\n2026-02 | 2026-03-01 | 3/61", at=later)

    assert (result.new, result.unchanged) == (0, 0)
    ((old, new),) = result.restated
    assert f"{old.numerator} customers lost, now {new.numerator}" == "2 customers lost, now 3"
    assert (old.revision, old.recorded_at) == (1, NOW)
    assert (new.revision, new.status, new.recorded_at) == (2, Status.RESTATED, later)
    assert read(store) == (new,)
    assert holds(
        store,
        """
        period  | as_of      | revision | value | status
        2026-02 | 2026-03-01 | 1        | 2/61  | final
        2026-02 | 2026-03-01 | 2        | 3/61  | restated
        """,
    )


def test_a_value_that_comes_back_is_a_third_revision(store):
    for value in ("2/61", "3/61", "2/61", "2/61"):
        recorded(store, f"as_of | value\n2026-03-01 | {value}")
    assert holds(
        store,
        """
        as_of      | revision | value | status
        2026-03-01 | 1        | 2/61  | final
        2026-03-01 | 2        | 3/61  | restated
        2026-03-01 | 3        | 2/61  | restated
        """,
    )


def test_later_knowledge_that_differs_is_no_restatement(store):
    recorded(store, "as_of | value\n2026-03-01 | 2/61")
    result = recorded(store, "as_of | value\n2026-03-08 | 3/61")
    assert (result.new, result.restated) == (1, ())
    assert holds(
        store,
        """
        as_of      | revision | value | status
        2026-03-01 | 1        | 2/61  | final
        2026-03-08 | 1        | 3/61  | final
        """,
    )


def test_later_knowledge_that_says_the_same_is_no_row(store):
    recorded(store, "as_of | value\n2026-03-01 | 2/61")
    assert recorded(store, "as_of | value\n2026-03-08 | 2/61").unchanged == 1
    assert holds(store, "as_of | revision | value\n2026-03-01 | 1 | 2/61")


def test_knowledge_is_compared_with_what_was_known_then_and_not_with_what_came_later(store):
    recorded(store, "as_of | value\n2026-03-08 | 3/61")
    assert recorded(store, "as_of | value\n2026-03-01 | 3/61").new == 1
    assert recorded(store, "as_of | value\n2026-03-05 | 3/61").unchanged == 1
    assert holds(
        store,
        """
        as_of      | revision | value
        2026-03-01 | 1        | 3/61
        2026-03-08 | 1        | 3/61
        """,
    )


def test_an_open_month_has_a_row_for_every_day_on_which_it_changed(store):
    recorded(
        store,
        """
        as_of      | value | status
        2026-02-10 | 0/61  | provisional
        2026-02-11 | 0/61  | provisional
        2026-02-12 | 1/61  | provisional
        2026-03-01 | 1/61  | final
        """,
    )
    assert holds(
        store,
        """
        as_of      | revision | value | status
        2026-02-10 | 1        | 0/61  | provisional
        2026-02-12 | 1        | 1/61  | provisional
        2026-03-01 | 1        | 1/61  | final
        """,
    )


def test_a_provisional_value_can_be_confirmed_for_the_same_moment(store):
    result = recorded(
        store,
        """
        as_of      | value | status
        2026-03-01 | 1/61  | provisional
        2026-03-01 | 1/61  | final
        2026-03-01 | 1/61  | provisional
        """,
    )
    assert (result.new, result.unchanged, result.restated) == (2, 1, ())
    assert holds(
        store,
        """
        as_of      | revision | value | status
        2026-03-01 | 1        | 1/61  | provisional
        2026-03-01 | 2        | 1/61  | final
        """,
    )


@pytest.mark.parametrize(
    "change",
    [
        "value | unit\n2/62 | ratio",
        "value | unit\n2/61 | EUR",
        "value | n\n2/61 | 61",
        "value | null_reason\n2/61 | withheld",
        "value | null_reason\n- | no_responses",
    ],
)
def test_every_component_counts(store, change):
    recorded(store, "value | unit\n2/61 | ratio")
    assert len(recorded(store, change).restated) == 1


def test_a_new_definition_has_its_own_history(store):
    recorded(store, "version | value\n1 | 2/61")
    result = recorded(store, "version | value\n2 | 4/61")
    assert (result.new, result.restated) == (1, ())
    assert recorded(store, "version | value\n1 | 2/61").unchanged == 1


def test_each_segment_is_compared_with_itself(store):
    before = """
        dimension | segment | as_of      | value
        ALL       | ALL     | 2026-03-01 | 3/61
        plan      | Pro     | 2026-03-01 | 1/20
        plan      | Starter | 2026-03-04 | 2/41
        """
    after = before.replace("2/41", "3/41")
    recorded(store, before)
    result = recorded(store, after)
    assert result.unchanged == 2
    assert [new.segment for _, new in result.restated] == ["Starter"]


def test_a_batch_without_anything_is_fine(store):
    result = record(store, (), recorded_at=NOW)
    assert (result.new, result.unchanged, result.restated) == (0, 0, ())


def test_a_moment_without_a_time_zone_is_refused(store):
    (one,) = drawn("value\n1")
    with pytest.raises(StatementError, match="has no time zone"):
        record(store, [replace(one, as_of=one.as_of.replace(tzinfo=None))], recorded_at=NOW)
    assert read(store) == ()


def test_a_large_batch_takes_few_statements(store):
    (one,) = drawn("value\n1")
    many = [
        replace(one, kpi=f"kpi_{kpi}", segment_dimension="plan", segment=f"Plan {plan}")
        for kpi in range(40)
        for plan in range(25)
    ]
    statements = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert record(store, many, recorded_at=NOW).new == 1000
    assert record(store, many, recorded_at=NOW).unchanged == 1000
    assert len(statements) < 20
