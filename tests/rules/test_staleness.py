"""A KPI that used to come and does not is told, a quarter of a period after it should have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tasks.model import NullReason
from tasks.rules.circumstances import Supply
from tasks.rules.history import History
from tasks.rules.staleness import StalenessSettings, judge
from tests.rules.drawing import CSAT, WEEK_47, case, weeks

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # the company's clock is UTC here
WEDNESDAY = MONDAY + timedelta(days=2)
GONE = weeks([212] * 10, of=233, subject=CSAT, last="2026-W46")


def found(history, now=WEDNESDAY, settings=None, **more):
    asked = replace(case(CSAT, history), now=now, **more)
    return judge(asked, settings or StalenessSettings())


def test_a_week_that_did_not_come():
    (one,) = found(GONE)
    assert (one.rule, one.period, one.direction) == ("staleness", WEEK_47.key, "data")
    assert one.sentence == (
        "CSAT has no value for week 47, a week that ended 2 days ago; the last is that of week 46."
    )


def test_the_source_that_is_silent_is_named():
    desk = Supply("desk", "survey_responses", silent_since=date(2026, 11, 13))
    (one,) = found(GONE, supplies=(desk, Supply("crm", "customers")))
    assert one.sentence.endswith("Desk (survey_responses) has been silent since 13 November.")


def test_it_is_waited_for_a_quarter_of_a_week():
    assert found(GONE, MONDAY + timedelta(hours=41)) == ()
    assert len(found(GONE, MONDAY + timedelta(hours=42))) == 1
    assert len(found(GONE, MONDAY, StalenessSettings(grace=0))) == 1
    assert "less than a day ago" in found(GONE, MONDAY, StalenessSettings(grace=0))[0].sentence


def test_without_a_clock_nothing_is_late():
    assert found(GONE, None) == ()


def test_a_value_that_came_is_there():
    assert found(weeks([212] * 10, of=233, subject=CSAT)) == ()


def with_reason(reason):
    history = weeks([*[212] * 10, None], of=233, subject=CSAT)
    newest = replace(history.observations[-1], null_reason=reason)
    return History(history.cell, history.periods, (*history.observations[:-1], newest))


def test_nobody_answered_is_an_answer_and_a_silent_source_is_none():
    assert found(with_reason(NullReason.NO_RESPONSES)) == ()
    assert len(found(with_reason(NullReason.SOURCE_STALE))) == 1


def test_what_comes_now_and_then_can_not_be_late():
    assert found(weeks("212 - - 212 - 212 -", of=233, subject=CSAT, last="2026-W46")) == ()
    assert found(weeks("212 212", of=233, subject=CSAT, last="2026-W46")) == ()
    assert found(weeks([212] * 10, of=233, subject=CSAT, last="2026-W40")) == ()
