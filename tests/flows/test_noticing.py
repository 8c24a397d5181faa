"""What operators are told of runs and sources: each matter once, by its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.freshness import Stale
from flows.noticing import Notice, Trouble, of_critical, of_late, of_stale, of_troubles
from tasks.episode import Episode, Key, Mark, Phase, Verdict
from tasks.model import Grain, Period, Severity

SATURDAY = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)
ZONE = "Europe/Berlin"
EXPIRED = Trouble(
    "sync", "sync, 3 sources", "/runs/flow-run/1", "crm: the token expired.", SATURDAY
)


def told(*troubles: Trouble) -> list[Notice]:
    return list(of_troubles(troubles, ZONE))


def test_a_token_that_expires_on_a_weekend_is_one_message() -> None:
    (first,) = told(EXPIRED)
    (on_monday,) = told(replace(EXPIRED, times=55, address="/runs/flow-run/55"))
    assert (first.key, first.period) == (on_monday.key, on_monday.period)
    assert first.headline == "sync is failing"
    assert on_monday.headline == "sync is failing since Sat 21 Nov 04:10"


def test_one_reason_of_many_flows_is_one_message() -> None:
    broken = "keepwell.yaml: line 12, goals: unknown KPI"
    kinds = ("sync", "watch", "digest")
    (notice,) = told(*(replace(EXPIRED, kind=one, reason=broken) for one in kinds))
    assert notice.headline == "3 kinds of runs are failing"
    assert [one.title for one in notice.items] == ["digest, sync, watch failed"]
    assert notice.items[0].what == broken


def test_another_reason_is_another_message_and_another_number_in_it_is_not() -> None:
    other = replace(EXPIRED, reason="desk: the token expired.")
    assert len(told(EXPIRED, other)) == 2
    (one,), (two,) = (told(replace(EXPIRED, reason=f"crm: {n} s over.")) for n in (5, 71))
    assert one.key == two.key


def test_what_comes_back_on_another_day_is_told_again() -> None:
    (one,), (two,) = told(EXPIRED), told(replace(EXPIRED, since=SATURDAY + timedelta(days=3)))
    assert one.key == two.key
    assert one.period != two.period


def test_what_may_pass_by_itself_is_told_when_it_has_not() -> None:
    busy = replace(EXPIRED, reason="crm does not answer.", may_recover=True)
    assert told(busy) == []
    assert len(told(replace(busy, times=2))) == 1


def test_a_source_that_stays_where_it_is_is_told_once() -> None:
    day_old = Stale("desk", SATURDAY, timedelta(hours=25))
    older = Stale("desk", SATURDAY, timedelta(hours=49))
    (one,), (two,) = (list(of_stale([each], ZONE)) for each in (day_old, older))
    assert (one.key, one.period) == (two.key, two.period) == ("stale-desk", "2026-11-21")
    assert one.items[0].title == "desk is 25 h old"


def test_critical_alerts_of_one_moment_are_one_message_also_when_one_has_ended() -> None:
    week = Period(Grain.WEEK, SATURDAY.date(), SATURDAY.date(), "2026-W47", SATURDAY, SATURDAY)
    mark = Mark(Grain.WEEK, SATURDAY.date(), SATURDAY.date(), Verdict.LOUD, Severity.CRITICAL)
    alerts = [
        Episode(
            Key("spike", "logo_churn_rate", segment_dimension="plan", segment=plan),
            *(1, Phase.OPEN, week, week, week, Severity.CRITICAL, 0.001, mark, (mark,)),
            sentence="5 of 61 customers left.",
            opened_at=SATURDAY,
        )
        for plan in ("Pro", "Starter")
    ]
    soon = SATURDAY + timedelta(hours=1)
    (notice,) = of_critical(alerts, soon, ZONE)
    assert notice.headline == "Critical: Customer churn rate in Pro and 1 more"
    (again,) = of_critical([replace(alerts[0], phase=Phase.CLOSED), alerts[1]], soon, ZONE)
    assert (again.key, again.period) == (notice.key, notice.period)
    quiet = replace(mark, severity=Severity.WARNING)
    assert list(of_critical([replace(alerts[0], first=quiet)], soon, ZONE)) == []


def test_runs_that_waited_are_one_message() -> None:
    waited = [SATURDAY + timedelta(hours=hour) for hour in (2, 0, 1)]
    (notice,) = of_late(waited, ZONE)
    assert notice.headline == "No worker was there from Sat 21 Nov 04:10 on"
    assert notice.items[0].title == "3 runs waited for a worker, since Sat 21 Nov 04:10"
    assert list(of_late([], ZONE)) == []
