"""Late data: exactly the periods they touch are measured again, and old and new are shown."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.measure import catch_up
from flows.plan import Scope, periods_due
from flows.steps import by_hand
from flows.sync import bring_in, bring_in_news
from flows.workspace import Workspace, opened
from tasks.model import Observation
from tasks.store import read
from tests.flows.small import Keepwell

TICKETS_HEAD = (
    "ticket_id,customer_id,requester_id,created_at,created_by,channel,first_agent_reply_at,"
    "first_solved_at,reopened_at,last_solved_at,replies_before_first_solve,merged_into,is_spam\n"
)
SUMMER = datetime(2026, 7, 6, 13, tzinfo=UTC)
LATER = datetime(2026, 7, 6, 17, tzinfo=UTC)


def ticket(name: str, day: str) -> str:
    at = [f"{day}T{hour}:00:00Z" for hour in (15, 16, 17)]
    return f"{name},c1,,{at[0]},customer,web,{at[1]},{at[2]},,{at[2]},1,,false\n"


TICKETS = TICKETS_HEAD + "".join(
    ticket(f"t{month}-{day}", f"2026-{month:02d}-{day:02d}")
    for month in range(1, 7)
    for day in (5, 15, 25)
)
LATE = ticket("late", "2026-03-10")


def write(company: Path, tickets: str) -> None:
    (company / "exports" / "tickets.csv").write_text(tickets, encoding="utf-8")


@pytest.fixture
def workspace(company: Path):
    write(company, TICKETS)
    with opened(company / "keepwell.yaml", os.environ) as found:
        bring_in(by_hand(), found, now=SUMMER)
        catch_up(by_hand(), found, now=SUMMER)
        yield found


def due(workspace: Workspace) -> set[str]:
    return {period.key for period in periods_due(workspace, LATER, Scope())}


def sync(workspace: Workspace) -> None:
    bring_in_news(by_hand(), workspace, now=LATER)


def test_a_late_ticket_of_march_has_march_and_its_weeks_measured_again(
    workspace: Workspace, company: Path
) -> None:
    before = due(workspace)
    write(company, TICKETS + LATE)
    sync(workspace)
    # week 11 and the three after it: the health of a customer looks back on 28 days
    touched = {"2026-03", "2026-W11", "2026-W12", "2026-W13", "2026-W14"}
    assert due(workspace) == before | touched
    assert not before & touched
    result = catch_up(by_hand(), workspace, now=LATER)
    measured = {one.period for one in result.observations}
    assert measured - before == touched  # a period that has not begun is due and has no values
    assert due(workspace) == before
    restated = {(one.new.period, one.old.value, one.new.value) for one in volumes(result.restated)}
    assert restated == {("2026-03", 3, 4), ("2026-W11", 1, 2)}


def volumes(restated):
    return [one for one in restated if one.new.kpi == "ticket_volume" and one.new.segment == "ALL"]


def stored(workspace: Workspace) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {place(one): (one.value, one.n, one.null_reason) for one in read(workspace.store)}


def place(one: Observation) -> tuple[object, ...]:
    return one.cell, one.period


def test_it_comes_to_the_same_as_measuring_everything(workspace: Workspace, company: Path) -> None:
    write(company, TICKETS.replace("2026-05-15", "2026-04-16") + LATE)
    sync(workspace)
    result = catch_up(by_hand(), workspace, now=LATER)
    in_part = stored(workspace)
    forget(company)
    whole = catch_up(by_hand(), workspace, now=LATER)
    assert stored(workspace) == in_part
    assert len(result.observations) < len(whole.observations)
    assert (whole.new, whole.restated) == (0, ())


def forget(company: Path) -> None:
    """Forget which steps led from one state of the facts to the next."""
    with sqlite3.connect(company / "keepwell.db") as connection:
        connection.execute("DELETE FROM changes")
        connection.execute("DELETE FROM runs WHERE kind = 'measure'")


def test_two_syncs_before_a_measure_touch_what_both_touched(
    workspace: Workspace, company: Path
) -> None:
    before = due(workspace)
    write(company, TICKETS + LATE)
    sync(workspace)
    write(company, TICKETS + LATE + ticket("later", "2026-05-27"))
    sync(workspace)
    weeks = {f"2026-W{week}" for week in (11, 12, 13, 14, 22, 23, 24, 25)}
    assert due(workspace) == before | {"2026-03", "2026-05"} | weeks


def test_where_a_step_is_missing_everything_is_measured(
    workspace: Workspace, company: Path
) -> None:
    write(company, TICKETS + LATE)
    sync(workspace)
    with sqlite3.connect(company / "keepwell.db") as connection:
        connection.execute("DELETE FROM changes")
    assert {"2026-01", "2026-06", "2026-W20"} <= due(workspace)


def test_a_load_that_brings_the_same_touches_nothing(workspace: Workspace) -> None:
    before = due(workspace)
    bring_in(by_hand(), workspace, now=LATER)
    assert due(workspace) == before


def test_a_table_that_is_there_for_the_first_time_touches_everything(
    workspace: Workspace, company: Path
) -> None:
    calls = "call_id,direction,offered_at,wait_s,outcome,talk_s,hold_s,wrap_s,transferred\n"
    row = "k1,inbound,2026-06-02T15:00:00Z,5,answered,60,0,0,false\n"
    (company / "exports" / "calls.csv").write_text(calls + row, encoding="utf-8")
    sync(workspace)
    assert {"2026-01", "2026-06", "2026-W20"} <= due(workspace)


def test_a_look_at_what_would_be_leaves_the_steps_as_they_are(
    workspace: Workspace, company: Path, keepwell: Keepwell
) -> None:
    before = due(workspace)
    write(company, TICKETS + LATE)
    assert keepwell("digest", now=LATER.isoformat())[0] == 0
    assert due(workspace) == before
    sync(workspace)
    assert "2026-03" in due(workspace)
