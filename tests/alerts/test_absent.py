"""An alert nobody says anything about any more is told so, and ends with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tasks.alerts.absent import UNSAID, absent_signs
from tasks.alerts.lifecycle import advance
from tasks.episode import Ending, Key, Phase, Verdict
from tests.alerts.lives import CALENDAR, KPI, lived, signs

GOLD = Key("spike", KPI, "default", "plan", "Gold")
PRO, ALL = (KPI, "default", "plan", "Pro"), (KPI, "default", "ALL", "ALL")


def opened(key=GOLD, drawn="!"):
    """Return an alert that opened in week 40."""
    return replace(lived(signs(drawn))[-1].episode, key=key)


def heard(episode, week, there, said=()):
    """Return what is said of an alert on the Monday after a week."""
    monday = CALENDAR.following(CALENDAR.period(f"2026-W{week}")).start_at
    found = absent_signs([episode], said, calendar=CALENDAR, now=monday, there=there)
    return [sign for _, sign in found]


def test_a_segment_that_is_gone_ends_its_alert_with_the_reason():
    episode, phases = opened(), []
    for week in (41, 42):
        (sign,) = heard(episode, week, {PRO, ALL})
        step = advance(episode, sign)
        episode = step.episode
        phases.append(episode.phase)
    assert phases == [Phase.NO_DATA, Phase.CLOSED]
    assert episode.ending is Ending.GONE
    assert step.reason == "Nothing more can be said. There is no plan 'Gold' any more."


@pytest.mark.parametrize(
    ("key", "there"),
    [
        (GOLD, set()),  # a source that does not answer
        (GOLD, {ALL}),  # the dimension is not measured
        (GOLD, {(*PRO[:3], "Gold")}),  # the rule is switched off
        (Key("spike", KPI), {PRO}),
    ],
)
def test_what_may_come_back_is_waited_for(key, there):
    (sign,) = heard(opened(key), 41, there)
    assert (sign.verdict, sign.reason) == (Verdict.NO_DATA, UNSAID)


def test_who_was_heard_of_is_not_absent():
    assert heard(opened(), 41, {PRO}, said={GOLD}) == []


def test_nothing_is_missing_before_the_next_period_is_over():
    assert heard(opened(), 40, {PRO}) == []
    assert heard(opened(drawn="!.."), 45, {PRO}) == []


def test_now_may_be_any_moment():
    now = datetime.fromisoformat("2026-10-14T12:00:00+00:00")
    found = absent_signs([opened()], (), calendar=CALENDAR, now=now, there={PRO})
    assert [sign.period.key for _, sign in found] == ["2026-W41"]
