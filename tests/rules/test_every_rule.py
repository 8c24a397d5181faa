"""What holds for every rule, those still to be written included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tasks.rules  # noqa: F401 - importing it fills the catalogue
from tasks.catalog import RULES
from tasks.model import Severity
from tasks.rules.base import RuleSettings
from tasks.rules.history import History
from tests.rules.drawing import (
    ALL_SUBJECTS,
    CALENDAR,
    CHURN,
    MRR,
    TICKETS,
    case,
    weeks,
    with_goal,
)

EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=RULES.keys())
EVERY_SUBJECT = pytest.mark.parametrize("subject", ALL_SUBJECTS, ids=lambda subject: subject.key)


def asked(rule, subject, history):
    if rule.needs_goal:
        return with_goal(subject, history, "2026-W47", at_most="0")
    return case(subject, history)


def test_the_rules_of_this_version():
    assert set(RULES.keys()) == {"goal_miss", "goal_pacing", "change", "spike"}


@EVERY_RULE
def test_a_rule_says_in_a_sentence_what_it_finds(rule):
    assert rule.description.startswith("Finds ")
    assert rule.description.endswith(".")


@EVERY_RULE
def test_the_settings_of_a_rule_have_defaults(rule):
    settings = rule.settings()
    assert isinstance(settings, RuleSettings)
    assert settings.enabled


@EVERY_RULE
@EVERY_SUBJECT
def test_a_rule_is_silent_on_no_data(rule, subject):
    empty = History(weeks("1", subject=subject).cell, (), ())
    assert rule.judge(asked(rule, subject, empty), rule.settings()) == ()
    missing = weeks("- - - -", subject=subject)
    assert rule.judge(asked(rule, subject, missing), rule.settings()) == ()


@EVERY_RULE
@EVERY_SUBJECT
def test_a_rule_without_a_goal_is_silent_on_one_period_of_history(rule, subject):
    history = weeks("40", of=61, subject=subject)
    assert rule.judge(case(subject, history), rule.settings()) == ()


@EVERY_RULE
@EVERY_SUBJECT
def test_a_rule_is_silent_where_nothing_ever_changes(rule, subject):
    history = weeks([40] * 60, of=61, subject=subject, squares=[61 * 40] * 60)
    assert rule.judge(case(subject, history), rule.settings()) == ()


@EVERY_RULE
@pytest.mark.parametrize("subject", [CHURN, TICKETS, MRR], ids=lambda subject: subject.key)
@given(seen=st.lists(st.one_of(st.none(), st.integers(0, 61)), min_size=1, max_size=60))
def test_a_finding_is_complete_and_always_the_same(rule, subject, seen):
    below = 61 if subject is CHURN else None
    findings = [
        rule.judge(asked(rule, subject, weeks(seen, of=below, subject=subject)), rule.settings())
        for _ in range(2)
    ]
    assert findings[0] == findings[1]
    for finding in findings[0]:
        assert finding.rule == rule.key
        assert finding.period == CALENDAR.period("2026-W47").key
        assert finding.sentence.endswith(".")
        assert any(letter.isdigit() for letter in finding.sentence)
        assert finding.direction in {"up", "down", "data"}
        assert finding.severity in Severity
        assert finding.chance is None or 0 <= finding.chance <= 1


@EVERY_RULE
@given(seen=st.lists(st.integers(0, 61), min_size=2, max_size=60))
def test_a_rule_can_be_asked_at_every_grain(rule, seen):
    for last in ("2026-11-21", "2026-11", "2026-Q4", "2026"):
        history = weeks(seen[:20], of=61, last=last)
        for finding in rule.judge(case(CHURN, history, last), rule.settings()):
            assert finding.period == last
