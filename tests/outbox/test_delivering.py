"""A run over the outbox: each entry once, failures last, one bad recipient never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest

from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryRejected,
    DestinationUnavailable,
    StoreUnavailable,
    Undelivered,
)
from tasks.outbox import sending
from tasks.outbox.delivering import complete, deliver
from tasks.outbox.sending import try_once
from tasks.store import State, cancel, content, entries, requeue
from tasks.store.leases import Settlement, claim, settle
from tests.outbox.drill import LOST_WITHOUT_A_WORD, TAKEN_WITHOUT_A_WORD
from tests.store.letters import posted, states

THREE = ("drill:ana", "drill:bo", "drill:cy")
LATER = DestinationUnavailable("mailbox is busy.")
NEVER = DeliveryRejected("no such mailbox.", where="bo", todo="Correct the address.")


class Clock:
    """Pauses that are counted, and last only as long as the store's clock needs them to."""

    def __init__(self):
        self.pauses = []

    def __call__(self, seconds):
        self.pauses.append(seconds)
        sleep(min(seconds, 11))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run(store, settings, clock):
    def run(ids=None, **more):
        chosen = [one.id for one in entries(store)] if ids is None else ids
        return deliver(store, settings, chosen, pause=clock, **{"patience_s": 5, **more})

    return run


def test_everybody_gets_it_once(store, run, destination, clock):
    posted(store, to=THREE)
    assert run().exit_code == 0
    assert destination.counts == {"ana message": 1, "bo message": 1, "cy message": 1}
    assert clock.pauses == []


def test_run_again_nothing_is_sent_again(store, run, destination):
    posted(store, to=THREE)
    run()
    again = run()
    assert [one.to for one in again.sent] == list(THREE)
    assert destination.tried == ["ana", "bo", "cy"]


def test_the_receipt_is_what_the_destination_said(store, run):
    posted(store, to=THREE[:1])
    (entry,) = run().sent
    assert (entry.receipt_id, entry.attempts) == ("ana message", 1)
    assert entry.settled_at is not None


def test_one_bad_recipient_of_three_costs_the_others_nothing(store, run, destination):
    posted(store, to=THREE)
    destination.orders["bo"] = [NEVER]
    delivered = run()
    assert states(store) == {"drill:ana": "sent", "drill:bo": "refused", "drill:cy": "sent"}
    assert delivered.exit_code == 3
    assert run().exit_code == 3
    assert destination.tried == ["ana", "bo", "cy"]


def test_who_is_busy_is_tried_again_after_everybody_else(store, run, destination, clock):
    posted(store, to=THREE)
    destination.orders["ana"] = [LATER]
    assert run().exit_code == 0
    assert destination.tried == ["ana", "bo", "cy", "ana"]
    assert len(clock.pauses) == 1


def test_pauses_grow_and_together_stay_within_the_patience(store, run, destination, clock):
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [LATER] * 9
    delivered = run(is_urgent=True, patience_s=3.5)
    assert [round(pause) for pause in clock.pauses] == [1, 2]
    assert destination.tried == ["ana"] * 3
    assert states(store) == {"drill:ana": "waiting"}
    assert delivered.exit_code == 3


def test_a_wait_the_destination_asks_for_is_kept_to(store, run, destination, clock):
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [DestinationUnavailable("busy.", after_s=60)]
    run()
    assert clock.pauses == []  # longer than anybody's patience
    assert destination.tried == ["ana"]
    assert run().exit_code == 3
    assert destination.tried == ["ana"]


def test_somebody_at_the_keyboard_does_not_wait_for_its_time(store, run, destination):
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [DestinationUnavailable("busy.", after_s=60)]
    run()
    assert run(is_urgent=True).exit_code == 0


def test_a_channel_that_is_down_is_not_asked_for_each_recipient(store, run, destination):
    posted(store, to=THREE)
    destination.orders["ana"] = [ChannelUnavailable("nobody answers.", after_s=600)]
    run(is_urgent=True)
    assert destination.tried == ["ana"]
    assert set(states(store).values()) == {"waiting"}


def test_another_channel_goes_on_while_one_is_down(store, run, destination, tmp_path):
    posted(store, to=[*THREE, "file:board"])
    destination.orders["ana"] = [ChannelUnavailable("nobody answers.", after_s=600)]
    run()
    assert states(store)["file:board"] == "sent"
    assert (tmp_path / "out" / "board" / "week-2026-W47.html").exists()


def test_a_channel_that_refuses_us_waits_for_a_person(store, run, destination, clock):
    posted(store, to=THREE)
    destination.orders["ana"] = [ChannelRejected("the token was revoked.", todo="Make a new one.")]
    assert run(is_urgent=True).exit_code == 3
    assert (destination.tried, clock.pauses) == (["ana"], [])
    assert {(one.state, one.problem.what, one.attempts) for one in entries(store)} == {
        (State.WAITING, "the token was revoked.", 1)
    }
    assert run(is_urgent=True).exit_code == 0  # it was mended


def test_a_channel_that_left_the_configuration_is_said(store, run, settings):
    posted(store, to=["slack:#weekly"])
    run()
    (entry,) = entries(store)
    assert str(entry.problem).startswith("there is no 'slack' under channels any more;")
    assert entry.state is State.WAITING


@pytest.mark.parametrize(
    ("order", "arrived"), [(TAKEN_WITHOUT_A_WORD, 1), (LOST_WITHOUT_A_WORD, 1)]
)
def test_silence_ends_in_one_message_where_the_destination_can_be_asked(
    store, run, destination, order, arrived
):
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [order]
    assert run(patience_s=11).exit_code == 0
    assert destination.counts == {"ana message": arrived}


def test_silence_ends_in_two_at_most_where_it_cannot(store, run, destination):
    destination.can_be_asked = False
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [TAKEN_WITHOUT_A_WORD] * 3
    for _ in range(3):
        run(is_urgent=True, patience_s=5)
    assert destination.counts == {"ana message": 2}
    (entry,) = entries(store)
    assert (entry.state, entry.problem.kind) == (State.FAILED, "DeliveryAbandoned")


def test_a_long_message_goes_on_where_it_stopped(store, run, destination):
    destination.parts = ("message", "reply-1", "reply-2")
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [None, TAKEN_WITHOUT_A_WORD, LOST_WITHOUT_A_WORD]
    runs = [run(is_urgent=True, patience_s=5).exit_code for _ in range(3)]
    assert runs[-1] == 0
    assert destination.counts == {"ana message": 1, "ana reply-1": 1, "ana reply-2": 1}


def test_what_breaks_inside_us_stops_nobody_else(store, run, destination):
    posted(store, to=THREE)
    destination.orders["ana"] = [ZeroDivisionError("division by zero")]
    run(patience_s=0)
    assert states(store) == {"drill:ana": "waiting", "drill:bo": "sent", "drill:cy": "sent"}
    assert "ZeroDivisionError" in str(entries(store)[0].problem)


def test_trouble_with_the_store_is_raised_and_nothing_was_sent(store, settings, destination):
    (only,) = posted(store, to=THREE[:1])
    held = claim(store, [only])
    message = content(store, held.entry.message_id)
    destination.orders["ana"] = [StoreUnavailable("The store did not answer.")]
    with pytest.raises(StoreUnavailable):
        try_once(held, message, settings, tries=0, now=held.entry.since)


def test_after_days_of_trying_a_person_decides(store, settings, destination):
    (only,) = posted(store, to=THREE[:1])
    held = claim(store, [only])
    destination.orders["ana"] = [LATER]
    late = held.entry.since + sending.GIVES_UP_AFTER * 1.01
    tried = try_once(held, content(store, held.entry.message_id), settings, tries=9, now=late)
    assert tried.settlement.state is State.FAILED
    assert states(store) == {"drill:ana": "failed"}


def test_who_lost_the_lease_writes_nothing(store, settings, destination):
    (only,) = posted(store, to=THREE[:1])
    asleep = claim(store, [only], lease_s=0)
    claim(store, [only])
    message = content(store, asleep.entry.message_id)
    assert try_once(asleep, message, settings, tries=0, now=asleep.entry.since) is None
    assert destination.taken == []
    assert states(store) == {"drill:ana": "sending"}


def test_what_another_is_sending_is_waited_for(store, run, destination):
    (only,) = posted(store, to=THREE[:1])
    held = claim(store, [only])
    finishing = Thread(target=lambda: (sleep(0.7), settle(held, Settlement(State.SENT, "1"))))
    finishing.start()
    delivered = run()
    finishing.join()
    assert (delivered.exit_code, destination.tried) == (0, [])


def test_two_runs_at_once_send_each_message_once(store, settings, destination):
    ids = posted(store, to=[f"drill:{number}" for number in range(20)])
    runs = [Thread(target=deliver, args=(store, settings, ids)) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert destination.counts == {f"{number} message": 1 for number in range(20)}
    assert set(states(store).values()) == {"sent"}


def test_a_slow_destination_does_not_lose_its_lease(store, run, destination):
    posted(store, to=THREE[:1])
    slow = destination.channel().send

    def after_a_while(*given, **more):
        sleep(0.9)
        return slow(*given, **more)

    from tasks.catalog import CHANNELS

    CHANNELS._entries["drill"] = replace(CHANNELS.get("drill"), send=after_a_while)
    delivered = run(lease_s=0.3)
    assert [one.state for one in delivered.entries] == [State.SENT]


def test_what_was_cancelled_is_neither_sent_nor_missed(store, run, destination):
    ids = posted(store, to=THREE)
    cancel(store, ids[:1])
    assert run().exit_code == 0
    assert destination.tried == ["bo", "cy"]


def test_what_is_tried_again_by_hand_asks_first(store, run, destination):
    destination.parts = ("message", "reply-1")
    (only,) = posted(store, to=THREE[:1])
    destination.orders["ana"] = [TAKEN_WITHOUT_A_WORD]
    run(patience_s=0)
    requeue(store, [only])
    assert run(patience_s=5).exit_code == 0
    assert destination.counts == {"ana message": 1, "ana reply-1": 1}


def test_a_run_that_is_complete_is_returned_and_another_says_what_is_missing(
    store, run, destination
):
    posted(store, to=THREE)
    destination.orders["bo"] = [NEVER]
    destination.orders["cy"] = [LATER] * 9
    with pytest.raises(Undelivered) as caught:
        complete(run(patience_s=0))
    assert str(caught.value) == (
        "2 of 3 messages did not go out. "
        "drill:bo: no such mailbox. bo Correct the address. See: keepwell outbox list."
    )
    assert caught.value.waiting == 1
    cancel(store, [one.id for one in entries(store) if one.state is not State.SENT])
    assert len(complete(run()).sent) == 1


@pytest.mark.parametrize("asked", [1e15, 1e300, 1e9])
def test_a_wait_nobody_can_mean_is_an_hour_at_most(store, run, destination, asked):
    posted(store, to=THREE[:1])
    destination.orders["ana"] = [DestinationUnavailable("busy.", after_s=asked)]
    run()
    (entry,) = entries(store)
    assert entry.state is State.WAITING
    assert (entry.not_before - entry.since).total_seconds() < 3610


def test_a_thousand_crashes_do_not_break_the_next_pause(store, settings, destination):
    (only,) = posted(store, to=THREE[:1])
    held = claim(store, [only])
    destination.orders["ana"] = [LATER]
    message = content(store, held.entry.message_id)
    tried = try_once(held, message, settings, tries=5000, now=held.entry.since)
    assert tried.settlement.wait_s == 3600


def test_a_channel_that_refuses_us_is_waited_for_over_a_long_weekend(store, settings, destination):
    (only,) = posted(store, to=THREE[:1])
    held = claim(store, [only])
    destination.orders["ana"] = [ChannelRejected("the token was revoked.")]
    late = held.entry.since + timedelta(days=4)
    message = content(store, held.entry.message_id)
    tried = try_once(held, message, settings, tries=0, now=late)
    assert tried.settlement.state is State.WAITING
