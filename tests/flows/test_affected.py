"""An alert about several periods together is about the customers of all of them, each once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from flows.affected import _once, pooled
from flows.briefing import drivers_of
from tasks.calendar import Calendar
from tasks.messages.inputs import Split
from tasks.model import Alert, Finding, Member, Severity
from tests.alerts.company import cell, seen

CALENDAR = Calendar()


def test_the_periods_told_together_end_with_the_last() -> None:
    last = CALENDAR.period("2026-W47")
    assert [one.key for one in pooled(CALENDAR, last, 3)] == ["2026-W45", "2026-W46", "2026-W47"]
    assert pooled(CALENDAR, last, 1) == (last,)


def test_everybody_is_named_once_the_largest_first() -> None:
    before = (Member("a", "Acme", Decimal(100), "USD"), Member("b", "Bolt", Decimal(70), "USD"))
    now = (Member("b", "Bolt", Decimal(200), "USD"), Member("c", "Cove", Decimal(10), "USD"))
    assert [(one.name, one.amount) for one in _once([before, now])] == [
        ("Bolt", 200),
        ("Acme", 100),
        ("Cove", 10),
    ]


def test_rows_of_several_periods_add_up() -> None:
    week = (Member("a", "Acme", Decimal(3)),)
    assert _once([week, week])[0].amount == 6
    assert _once([week]) is week


def test_what_several_periods_say_together_is_not_split_by_one_of_them() -> None:
    whole, part = cell("mrr"), cell("mrr", "plan", "Starter")
    past = {whole: seen(whole, [100] * 8 + [50]), part: seen(part, [50] * 8 + [5])}
    lead = Finding("spike", whole, "2026-W47", Severity.WARNING, "down", "")
    alert = Alert("mrr", "2026-W47", Severity.WARNING, lead)
    assert drivers_of(past, alert).drivers
    assert drivers_of(past, replace(alert, lead=replace(lead, window=2))) == Split()
