"""What holds for every rule, those still to be written included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tasks.rules  # noqa: F401 - importing it fills the catalogue
from tasks.catalog import RULES
from tasks.model import Direction, Severity
from tasks.rules.base import About, SimpleSettings
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

LOUD = {Severity.CRITICAL, Severity.WARNING}
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # of the Friday after week 47
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=RULES.keys())
EVERY_SUBJECT = pytest.mark.parametrize("subject", ALL_SUBJECTS, ids=lambda subject: subject.key)


def asked(rule, subject, history):
    if rule.needs_goal:
        return with_goal(subject, history, "2026-W47", at_most="0")
    return case(subject, history)


def test_the_rules_of_this_version():
    on = {rule.key for rule in RULES if rule.is_on}
    assert {*on, "trend"} == {
        "spike", "trend", "goal_miss", "goal_pacing", "event", "staleness", "data_quality",
    }  # fmt: skip
    assert "change" in set(RULES.keys()) - on


@EVERY_RULE
def test_a_rule_says_in_a_sentence_what_it_finds(rule):
    assert rule.description.startswith("Finds ")
    assert rule.description.endswith(".")


@EVERY_RULE
def test_the_settings_of_a_rule_have_defaults(rule):
    settings = rule.settings()
    assert isinstance(settings, SimpleSettings)
    assert settings.enabled
    assert settings.opens_after == 1


@EVERY_RULE
def test_every_setting_has_a_plain_name_and_says_what_it_does(rule):
    for name, field in rule.settings.model_fields.items():
        assert field.description, name
        assert len(field.description.split()) >= 4, name
        assert (field.alias or name).replace("_", "").islower(), name


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


def bad_inputs(subject):
    """Return histories that show nothing, by what is wrong with them."""
    flat = weeks([40] * 60, of=61, subject=subject, squares=[61 * 40] * 60)
    return {
        "one point": weeks("40", of=61, subject=subject),
        "two points": weeks("40 41", of=61, subject=subject),
        "gaps": weeks("40 - - 40 - - - 40", of=61, subject=subject),
        "nothing but gaps before": weeks("- - - - - - - - - - - - - - 40", of=61, subject=subject),
        "a missing newest value": weeks([*[40] * 30, None], of=61, subject=subject),
        "zero n": weeks([*[40] * 30, 0], of=[*[61] * 30, 0], subject=subject),
        "all of them zero": weeks([0] * 40, of=0, subject=subject),
        "always the same": flat,
        "a long gap": History(flat.cell, (*flat.periods[:9], flat.periods[-1]),
                              (*flat.observations[:9], flat.observations[-1])),
    }  # fmt: skip


@EVERY_RULE
@EVERY_SUBJECT
def test_bad_input_alarms_nobody(rule, subject):
    if rule.about is About.GOAL:
        return  # one value is enough to miss a goal
    for what, history in bad_inputs(subject).items():
        asked_of = replace(case(subject, history), siblings=(history,), now=NOON)
        found = rule.judge(asked_of, rule.settings())
        loud = [one for one in found if one.severity in LOUD]
        if not (rule.key == "staleness" and what == "a missing newest value"):
            assert not loud, what


@EVERY_RULE
@EVERY_SUBJECT
def test_a_goal_is_never_missed_by_what_is_not_there(rule, subject):
    for what in ("a missing newest value", "zero n", "all of them zero"):
        history = bad_inputs(subject)[what]
        goal = {"at_least": "0"} if subject.good is Direction.DOWN else {"at_most": "9000000"}
        asked_of = with_goal(subject, history, "2026-W47", **goal)
        assert rule.about is not About.GOAL or rule.judge(asked_of, rule.settings()) == (), what


@EVERY_RULE
def test_a_new_definition_is_no_surprise_but_a_reason_not_to_judge(rule):
    calm = weeks([*[20, 22, 19, 21] * 10, 60], of=600)
    new = replace(calm.observations[-1], definition_version=2)
    history = History(calm.cell, calm.periods, (*calm.observations[:-1], new))
    found = rule.judge(case(CHURN, history), rule.settings())
    assert rule.key != "data_quality" or [one.direction for one in found] == ["data"]


@EVERY_RULE
def test_a_segment_that_appears_is_no_alarm(rule):
    new = weeks("9", of=30, segment=("plan", "Free"))
    old = weeks([2, 1, 3, 2] * 10, of=300, segment=("plan", "Pro"))
    asked_of = replace(case(CHURN, new), siblings=(new, old), now=NOON)
    assert rule.judge(asked_of, rule.settings()) == ()


@EVERY_RULE
@given(seen=st.lists(st.integers(0, 61), min_size=2, max_size=60))
def test_a_rule_can_be_asked_at_every_grain(rule, seen):
    for last in ("2026-11-21", "2026-11", "2026-Q4", "2026"):
        history = weeks(seen[:20], of=61, last=last)
        for finding in rule.judge(case(CHURN, history, last), rule.settings()):
            assert finding.period == last
