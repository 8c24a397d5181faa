"""What Prefect is told of alerts, digests and sources, and what it does then: without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prefect.server.events.schemas.automations import AutomationCore as OnServer

from flows.announcing import of_alert, of_digest, of_held, of_stale
from flows.automations import END_ZOMBIES, NAMES, SILENT_S, automations
from flows.notice import KIND, KINDS
from tasks.episode import Episode, Event, Key, Mark, Phase, Sign, Step, Verdict
from tasks.model import Grain, Message, Period, Severity

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = Period(Grain.WEEK, date(2026, 11, 16), date(2026, 11, 23), "2026-W47", NOON, NOON)
MARK = Mark(Grain.WEEK, WEEK.first_day, WEEK.end_day, Verdict.LOUD, Severity.CRITICAL)
ALERT = Episode(
    Key("spike", "logo_churn_rate", segment_dimension="plan", segment="Starter"),
    *(3, Phase.OPEN, WEEK, WEEK, WEEK, Severity.CRITICAL, 0.001, MARK, (MARK,)),
    sentence="5 of 61 customers left.",
    id=9,
)
STEP = Step(None, ALERT, Sign(Grain.WEEK, WEEK), Event.OPENED)
NOTICE = UUID(int=7)


def test_an_alert_that_opens_bears_what_one_filters_by() -> None:
    told = of_alert(STEP)
    assert told is not None
    assert told.name == "keepwell.alert.opened"
    assert told.id == "keepwell.alert.logo_churn_rate/plan=Starter/spike-up#3"
    assert told.labels["keepwell.severity"] == "critical"
    assert told.labels["keepwell.kpi"] == "logo_churn_rate"
    assert told.related == (
        ("keepwell.kpi.logo_churn_rate", "kpi"),
        ("keepwell.segment.plan.Starter", "segment"),
    )
    assert told.facts["what"] == "5 of 61 customers left."


def test_however_an_alert_ends_it_is_closed() -> None:
    ends = (Event.CLOSED, Event.NEW_NORMAL, Event.CORRECTED)
    told = [of_alert(replace(STEP, event=event)) for event in ends]
    assert {one.name for one in told if one} == {"keepwell.alert.closed"}
    worse = of_alert(replace(STEP, event=Event.ESCALATED))
    assert worse is not None
    assert worse.name == "keepwell.alert.escalated"
    assert of_alert(replace(STEP, event=None)) is None


def test_a_digest_is_sent_or_held_and_a_source_is_stale() -> None:
    message = Message("digest", "company", "2026-W47", "Week 47", "p", "t", "h", "m", ())
    sent, held = of_digest(message, WEEK, 3, 1), of_held(WEEK, "held: desk is 14 h old")
    assert (sent.name, held.name) == ("keepwell.digest.sent", "keepwell.digest.held")
    assert sent.id == held.id == "keepwell.digest.2026-W47"
    assert sent.facts == {"subject": "Week 47", "sent": "3", "undelivered": "1"}
    assert of_stale("desk", "desk is 14 h old").id == "keepwell.source.desk"


def test_a_server_takes_every_automation() -> None:
    made = automations(NOTICE)
    assert tuple(one.name for one in made) == NAMES
    for one in made:
        OnServer.model_validate(one.model_dump(mode="json"))


def test_a_notice_starts_no_notice() -> None:
    assert KIND not in KINDS
    for one in automations(NOTICE)[:2]:
        kinds = one.trigger.match_related[1]  # type: ignore[union-attr]
        assert f"prefect.tag.{KIND}" not in str(kinds)
        assert "prefect.tag.sync" in str(kinds)


def test_where_nobody_is_named_nobody_is_told_and_dead_runs_are_ended_all_the_same() -> None:
    resting = automations(NOTICE, is_told=False)
    assert [one.name for one in resting if one.enabled] == [END_ZOMBIES]


def test_a_run_is_dead_after_three_heartbeats() -> None:
    ending = automations(NOTICE)[-1]
    assert ending.trigger.within == timedelta(seconds=SILENT_S)  # type: ignore[union-attr]
    expected = ending.trigger.expect  # type: ignore[union-attr]
    assert {"prefect.flow-run.heartbeat", "prefect.flow-run.Completed"} <= expected
