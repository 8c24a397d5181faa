"""One sender at a time: leases that end, and a fence for whoever slept through the end."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from time import sleep

import pytest

from tasks.errors import LeaseLost
from tasks.store import Problem, State, entries
from tasks.store.clock import store_time
from tasks.store.entries import Part
from tasks.store.leases import SETTLES_S, Settlement, begin_part, claim, end_part, renew, settle
from tasks.store.owners import is_dead, this_process
from tasks.store.tables import outbox
from tests.store.letters import posted
from tests.store.processes import ROOT

BRIEF = 0.3  # seconds a lease lasts here


def claimed_by_a_process_that_died(store_url):
    command = [sys.executable, "-m", "tests.store.another_process", "claim", store_url]
    subprocess.run(command, cwd=ROOT, check=True)


def test_an_entry_has_one_sender(store):
    ids = posted(store)
    held = [claim(store, ids) for _ in range(4)]
    assert [one and one.entry.id for one in held] == [*ids, None]


def test_the_lease_of_a_process_that_died_here_is_taken_over_at_once(store, store_url):
    (only,) = posted(store, to=["file:a"])
    claimed_by_a_process_that_died(store_url)
    assert entries(store)[0].state is State.SENDING
    taken = claim(store, [only])
    assert (taken.entry.id, taken.fence) == (only, 2)


def test_the_lease_of_a_living_process_is_waited_for(store):
    (only,) = posted(store, to=["file:a"])
    claim(store, [only], lease_s=BRIEF)
    assert claim(store, [only], ahead_of_time=True) is None
    sleep(BRIEF + 0.1)
    assert claim(store, [only]).fence == 2


def test_a_renewed_lease_lasts_from_its_renewal(store):
    (only,) = posted(store, to=["file:a"])
    held = claim(store, [only], lease_s=BRIEF)
    sleep(BRIEF * 0.7)
    renew(held)
    sleep(BRIEF * 0.7)
    assert claim(store, [only]) is None


@pytest.mark.parametrize(
    "late",
    [
        renew,
        lambda held: begin_part(held, "mail"),
        lambda held: end_part(held, "mail", Part("1")),
        lambda held: settle(held, Settlement(State.SENT, receipt_id="1")),
    ],
    ids=["renew", "begin", "end", "settle"],
)
def test_who_slept_through_the_end_of_a_lease_can_do_nothing(store, late):
    (only,) = posted(store, to=["file:a"])
    asleep = claim(store, [only], lease_s=0)
    claim(store, [only])
    with pytest.raises(LeaseLost, match=r"file:a is being sent by another process now\."):
        late(asleep)
    assert entries(store)[0].state is State.SENDING
    assert entries(store)[0].parts == {}


def test_who_was_cancelled_meanwhile_can_do_nothing_either(store):
    from tasks.store import cancel

    (only,) = posted(store, to=["file:a"])
    asleep = claim(store, [only], lease_s=0)
    assert [one.id for one in cancel(store, [only])] == [only]
    with pytest.raises(LeaseLost):
        begin_part(asleep, "mail")


def test_what_waits_for_its_time_is_claimed_ahead_of_it_only_when_asked(store):
    (only,) = posted(store, to=["file:a"])
    settle(claim(store, [only]), Settlement(State.WAITING, wait_s=60))
    assert claim(store, [only]) is None
    assert claim(store, [only], ahead_of_time=True).entry.attempts == 2


def test_a_part_without_an_answer_rests_before_it_is_touched_again(store):
    (only,) = posted(store, to=["file:a"])
    held = claim(store, [only], lease_s=0)
    begin_part(held, "message")
    renew(replace_lease(held, 0))
    assert claim(store, [only], ahead_of_time=True) is None
    sleep(SETTLES_S + 0.1)
    again = claim(store, [only])
    part = again.parts["message"]
    assert (part.id, part.tries) == (None, 1)
    assert part.since == part.at


def test_a_part_handed_over_twice_remembers_when_it_was_first(store):
    (only,) = posted(store, to=["file:a"])
    held = claim(store, [only])
    begin_part(held, "message")
    first = held.parts["message"]
    begin_part(held, "message")
    assert held.parts["message"].since == first.since
    assert held.parts["message"].tries == 2
    assert held.parts["message"].at >= first.at


def test_what_was_refused_says_why(store):
    (only,) = posted(store, to=["file:a"])
    why = Problem("DeliveryRejected", "no such mailbox.", "ana@example.com", "Correct it.")
    settle(claim(store, [only]), Settlement(State.REFUSED, problem=why))
    (entry,) = entries(store)
    assert (entry.state, entry.problem, entry.lease_owner) == (State.REFUSED, why, None)
    assert entry.settled_at is not None


def test_the_clock_of_a_store_moves_inside_a_transaction(store):
    with store.writing("outbox") as connection:
        first = store_time(connection)
        sleep(0.01)
        assert store_time(connection) > first


def replace_lease(held, seconds):
    return replace(held, lease_s=seconds)


def test_this_process_is_alive_and_its_name_with_another_start_is_not():
    assert not is_dead(this_process())
    host, pid, _ = this_process().split("|")
    assert is_dead(f"{host}|{pid}|1")


def test_nothing_is_certain_about_another_host():
    assert not is_dead("elsewhere/pid:[1]|1|1")


def test_a_process_that_is_gone_is_dead_even_before_anybody_has_asked_for_its_end():
    gone = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.DEVNULL)
    started = this_process().replace(f"|{os.getpid()}|", f"|{gone.pid}|").rpartition("|")[0]
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)  # a zombie: nobody has asked
    assert is_dead(f"{started}|1")
    gone.wait()


def put_ahead(store, number, **moments):
    """Write an entry as it would be had the clock been ahead and been put right since."""
    with store.writing("outbox") as connection:
        connection.execute(outbox.update().where(outbox.c.id == number).values(**moments))


def test_a_clock_that_was_an_hour_ahead_holds_nothing_up(store):
    (only,) = posted(store, to=["file:a"])
    held = claim(store, [only])
    begin_part(held, "message")
    settle(held, Settlement(State.WAITING))
    ahead = {"id": None, "tries": 1, "since": "2199-01-01T00:00:00+00:00"}
    parts = {"message": {**ahead, "at": "2199-01-01T00:00:00+00:00"}}
    put_ahead(store, only, parts=parts, not_before=datetime(2199, 1, 1, tzinfo=UTC))
    assert claim(store, [only]).entry.id == only


def test_patience_begins_with_the_first_try_not_with_the_writing(store):
    (only,) = posted(store, to=["file:a"])
    put_ahead(store, only, since=datetime(2020, 1, 1, tzinfo=UTC))
    first = claim(store, [only])
    assert first.entry.since.year > 2020
    settle(first, Settlement(State.WAITING))
    assert claim(store, [only], ahead_of_time=True).entry.since == first.entry.since
