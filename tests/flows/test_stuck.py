"""Which runs only seem to be running, and who may say so."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import StateType

from flows.stuck import (
    BEGINS_WITHIN,
    SILENT,
    STARTS_WITHIN,
    UNHEARD,
    Here,
    Seen,
    is_gone,
    running_here,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ONE = UUID(int=1)
ALONE, AMONG_OTHERS = Here((), is_alone=True), Here((), is_alone=False)
A_MOMENT = timedelta(seconds=1)


def seen(type_: StateType, since: timedelta, heard: timedelta | None = None) -> Seen:
    return Seen(ONE, type_, NOW - since, None if heard is None else NOW - heard)


def test_a_process_on_this_machine_is_alive_whatever_the_server_hears_of_it() -> None:
    here = Here({ONE}, is_alone=True)
    assert not is_gone(seen(StateType.RUNNING, timedelta(days=1)), here, NOW)


def test_where_the_only_worker_is_what_is_no_process_is_dead_at_once() -> None:
    assert is_gone(seen(StateType.RUNNING, A_MOMENT), ALONE, NOW)
    assert is_gone(seen(StateType.PENDING, A_MOMENT), ALONE, NOW)


def test_beside_a_worker_a_run_that_was_just_taken_has_a_minute_to_become_a_process() -> None:
    here = Here((), is_alone=True, grace=STARTS_WITHIN)
    assert not is_gone(seen(StateType.PENDING, A_MOMENT), here, NOW)
    assert is_gone(seen(StateType.PENDING, STARTS_WITHIN), here, NOW)


@pytest.mark.parametrize(
    ("run", "gone"),
    [
        (seen(StateType.RUNNING, timedelta(hours=2), heard=timedelta(seconds=40)), False),
        (seen(StateType.RUNNING, timedelta(hours=2), heard=SILENT + A_MOMENT), True),
        (seen(StateType.RUNNING, timedelta(hours=2)), False),  # its worker sends no heartbeats
        (seen(StateType.RUNNING, UNHEARD + A_MOMENT), True),
        (seen(StateType.PENDING, timedelta(minutes=5)), False),
        (seen(StateType.PENDING, BEGINS_WITHIN + A_MOMENT), True),
    ],
)
def test_another_machines_run_is_dead_when_it_has_been_silent_for_long(
    run: Seen, gone: bool
) -> None:
    assert is_gone(run, AMONG_OTHERS, NOW) is gone


def test_a_run_is_known_by_its_environment() -> None:
    number = uuid4()
    waiting = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]
    process = subprocess.Popen(
        waiting,
        env={**os.environ, "PREFECT__FLOW_RUN_ID": str(number)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.readline()
    assert number in running_here()
    process.communicate()
    assert number not in running_here()
