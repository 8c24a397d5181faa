"""Few pushes, and only those that cannot be luck."""

from __future__ import annotations

import pytest

from tasks.alerts.budget import is_about_data, may_interrupt, within, without_doubtful
from tasks.model import Finding, Severity
from tests.alerts.company import cell

CRITICAL, WARNING, INFO, GOOD = Severity


def found(
    severity: Severity = CRITICAL,
    chance: float | None = 1e-6,
    *,
    rule: str = "spike",
    segment: str = "Starter",
    direction: str = "down",
) -> Finding:
    where = cell("csat", "plan", segment)
    return Finding(rule, where, "2026-W47", severity, direction, "", chance=chance)


def test_the_most_urgent_five_are_told_and_the_rest_are_counted() -> None:
    assert within("abcdefg", 5) == (tuple("abcde"), 2)
    assert within("ab") == (("a", "b"), 0)


@pytest.mark.parametrize(
    ("finding", "may"),
    [
        (found(CRITICAL), True),
        (found(WARNING), False),
        (found(WARNING, rule="change"), True),
        (found(WARNING, None, rule="goal_miss"), True),
        (found(INFO, None, rule="goal_miss"), False),
        (found(GOOD), False),
    ],
)
def test_a_warning_may_be_luck_unless_it_cannot_be(finding: Finding, *, may: bool) -> None:
    assert may_interrupt(finding, own_rules=["change"]) is may


def test_numbers_in_doubt_surprise_nobody() -> None:
    late = found(WARNING, None, rule="data_quality", direction="data")
    elsewhere = found(segment="Growth")
    assert without_doubtful([found(), late, elsewhere]) == (late, elsewhere)
    assert is_about_data(late)
    assert not is_about_data(elsewhere)
