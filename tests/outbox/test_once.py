"""What happens to a part of a message, try after try, whatever the destination does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryAbandoned,
    DeliveryRejected,
    DeliveryUncertain,
    DestinationUnavailable,
    LeaseLost,
)
from tasks.outbox.attempt import Recorded
from tasks.store import entries
from tasks.store.leases import claim
from tests.store.letters import posted

UNANSWERED = DeliveryUncertain("no answer came.")
CLEAR_NOS = [
    DestinationUnavailable("try later"),
    ChannelUnavailable("down"),
    DeliveryRejected("no such mailbox"),
    ChannelRejected("wrong password"),
]


@pytest.fixture
def attempt(store):
    posted(store, to=["drill:ana"])
    (only,) = entries(store)
    return Recorded(claim(store, [only.id]))


def raising(error):
    def post():
        raise error

    return post


def tried(attempt, error, find=None):
    with pytest.raises(type(error)):
        attempt.once("mail", raising(error), find)


def part(attempt):
    return entries(attempt.claim.store)[0].parts.get("mail")


def test_a_part_is_handed_over_and_its_id_is_kept(attempt):
    assert attempt.once("mail", lambda: "id-1") == "id-1"
    assert attempt.taken("mail") == "id-1"
    assert part(attempt).id == "id-1"


def test_a_part_that_is_there_is_not_handed_over_again(attempt):
    attempt.once("mail", lambda: "id-1")
    assert attempt.once("mail", raising(AssertionError("again"))) == "id-1"


def test_the_intention_is_on_disk_when_the_part_is_handed_over(attempt):
    seen = []
    attempt.once("mail", lambda: seen.append(part(attempt)) or "id-1")
    assert (seen[0].id, seen[0].tries) == (None, 1)
    assert abs(seen[0].since - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("error", CLEAR_NOS, ids=lambda error: type(error).__name__)
def test_after_a_clear_no_it_is_as_if_nothing_had_happened(attempt, error):
    tried(attempt, error)
    assert (part(attempt).tries, part(attempt).since) == (0, None)
    assert attempt.once("mail", lambda: "id-1") == "id-1"


def test_after_silence_the_destination_is_asked_and_nothing_sent_that_is_there(attempt):
    asked = []
    tried(attempt, UNANSWERED, find=lambda _since: None)
    began = part(attempt).since
    found = attempt.once(
        "mail", raising(AssertionError("again")), lambda since: asked.append(since) or "id-7"
    )
    assert (found, asked) == ("id-7", [began])
    assert attempt.taken("mail") == "id-7"


def test_after_silence_what_is_not_there_is_sent_as_often_as_it_takes(attempt):
    for _ in range(5):
        tried(attempt, UNANSWERED, find=lambda _since: None)
    assert attempt.once("mail", lambda: "id-1", lambda _since: None) == "id-1"


def test_who_cannot_be_asked_gets_it_twice_at_most(attempt):
    tried(attempt, UNANSWERED)
    tried(attempt, UNANSWERED)
    with pytest.raises(DeliveryAbandoned, match="handed over 2 times without an answer") as caught:
        attempt.once("mail", raising(AssertionError("a third time")))
    assert caught.value.todo.startswith("Ask them; if it is not there: keepwell outbox retry ")


def test_a_clear_no_after_silence_does_not_make_the_silence_forgotten(attempt):
    tried(attempt, UNANSWERED)
    tried(attempt, DestinationUnavailable("try later"))
    assert part(attempt).tries == 1
    tried(attempt, UNANSWERED)
    tried(attempt, DeliveryAbandoned("twice"))


def test_an_error_nobody_thought_of_counts_as_silence(attempt):
    tried(attempt, ZeroDivisionError())
    assert part(attempt).tries == 1


def test_nothing_is_handed_over_under_a_lease_that_was_lost(attempt, store):
    (only,) = entries(store)
    asleep = Recorded(claim(store, [only.id]) or attempt.claim)
    asleep.claim.fence -= 1
    handed_over = []
    with pytest.raises(LeaseLost):
        asleep.once("mail", lambda: handed_over.append(1) or "id-1")
    assert handed_over == []


def test_parts_are_remembered_each_by_itself(attempt):
    attempt.once("message", lambda: "1")
    with pytest.raises(DeliveryUncertain):
        attempt.once("reply-1", raising(UNANSWERED))
    kept = entries(attempt.claim.store)[0].parts
    assert {name: one.id for name, one in kept.items()} == {"message": "1", "reply-1": None}


class Asleep:
    """A clock that jumps once, as it does for a process that was frozen after its intention."""

    def __init__(self, wake):
        self.readings, self.wake = 0, wake

    def __call__(self):
        self.readings += 1
        if self.readings == 2:
            self.wake()
        return 0.0 if self.readings == 1 else 60.0


def test_who_slept_after_the_intention_looks_again_before_it_sends(attempt):
    handed_over = []

    def taken_over_meanwhile():
        attempt.claim.fence -= 1

    sleepy = replace(attempt, clock=Asleep(taken_over_meanwhile))
    with pytest.raises(LeaseLost):
        sleepy.once("mail", lambda: handed_over.append(1) or "id-1")
    assert handed_over == []


def test_who_slept_and_was_not_replaced_goes_on(attempt):
    assert replace(attempt, clock=Asleep(lambda: None)).once("mail", lambda: "id-1") == "id-1"


def test_a_slow_destination_is_given_time_before_it_is_asked_or_sent_to_again(attempt):
    handed_over = []

    def slow():
        handed_over.append(part(attempt).at)
        sleep(0.05)
        raise DeliveryUncertain("no answer came.")

    with pytest.raises(DeliveryUncertain) as caught:
        attempt.once("mail", slow)
    assert caught.value.after_s == 10
    assert part(attempt).at > handed_over[0]  # it rests from the end of the wait
    assert part(attempt).since == handed_over[0]
