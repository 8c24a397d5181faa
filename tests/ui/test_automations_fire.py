"""What Prefect does by itself, made to happen on a real server; operators hear of each thing once.

The tests stand in the order in which a bad day goes: each makes one thing happen.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from prefect.client.schemas.objects import FlowRun

from flows.automations import DEAD, NAMES, upsert
from flows.workspace import settings_at
from tests.ui.stage import EARLIER, SECRETS, Stage, until

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("ui")]


def test_each_automation_is_there_once_however_often_it_is_made(stage: Stage) -> None:
    settings = settings_at(stage.company.configuration, SECRETS)
    assert upsert(stage.client, settings) == NAMES
    found = Counter(one.name for one in stage.client.read_automations())
    assert found == dict.fromkeys(NAMES, 1)


def test_a_source_without_news_is_told(stage: Stage) -> None:
    run = stage.ended(stage.start("sync"))
    assert run.state is not None
    assert "desk is 25 h old" in str(run.state.message)
    until(lambda: stage.is_told("Nothing new from desk") or None, "the stale source is told")


def test_a_critical_alert_is_told(stage: Stage) -> None:
    assert "alerts-found" in stage.ended(stage.start("watch")).tags
    until(lambda: stage.is_told("# ⚠ Critical: ") or None, "critical is told")


def test_a_failed_run_is_one_sentence_and_told_once(stage: Stage) -> None:
    folder = stage.company.folder / "exports" / "crm"
    folder.rename(folder.with_name("gone"))
    try:
        first, second = (stage.ended(stage.start("sync")) for _ in range(2))
    finally:
        folder.with_name("gone").rename(folder)
    for run in (first, second):
        assert run.state is not None
        assert run.state_name == "Failed"
        assert "\n" not in str(run.state.message)
    until(lambda: stage.is_told("sync is failing") or None, "the failure is told")
    until(lambda: len(_over(stage)) == len(stage.runs("notice")) or None, "notices have run")
    assert sum("sync is failing" in one for one in stage.told()) == 1
    assert stage.ended(stage.start("sync")).state_name == "Completed"


def test_an_edit_that_breaks_the_configuration_is_told_to_the_operators_it_still_names(
    stage: Stage,
) -> None:
    page = stage.company.configuration
    sound = page.read_text(encoding="utf-8")
    page.write_text(f"{sound}surprise: true\n", encoding="utf-8")
    try:
        run = stage.ended(stage.start("outbox"))
        assert run.state_name == "Failed"
        until(lambda: stage.is_told("surprise") or None, "the mistake is told")
    finally:
        page.write_text(sound, encoding="utf-8")


def _over(stage: Stage) -> list[FlowRun]:
    return [one for one in stage.runs("notice") if one.state and one.state.is_final()]


def test_a_run_whose_process_is_gone_is_ended_and_told(stage: Stage) -> None:
    stage.ended(stage.start("sync"))  # so that there is something to measure for a while
    run = stage.start("measure")
    until(lambda: _is_running(stage, run.id), "it runs")
    time.sleep(3)  # until its first heartbeat is with the server
    stage.kill()
    ended = stage.ended(run)
    assert ended.state is not None
    assert (ended.state_name, ended.state.message) == ("Crashed", DEAD)
    stage.serve()
    until(lambda: stage.is_told("measure is failing") or None, "the killed run is told")


def _is_running(stage: Stage, run: object) -> bool | None:
    state = stage.client.read_flow_run(run).state
    return True if state and state.is_running() else None


def test_runs_that_nobody_takes_are_told_as_soon_as_anybody_can(stage: Stage) -> None:
    stage.kill()
    waiting = stage.start("outbox", datetime.now(UTC) - EARLIER)
    until(lambda: stage.client.read_flow_run(waiting.id).state_name == "Late" or None, "late")
    until(lambda: _waiting_notices(stage) or None, "a notice waits for a worker, too")
    stage.serve()
    until(lambda: stage.is_told("No worker was there") or None, "the outage is told")


def _waiting_notices(stage: Stage) -> list[FlowRun]:
    return [one for one in stage.runs("notice") if one.state and one.state.is_scheduled()]


def test_nothing_was_told_twice(stage: Stage) -> None:
    headlines = Counter(one.partition("\n")[0] for one in stage.told())
    assert set(headlines.values()) == {1}
