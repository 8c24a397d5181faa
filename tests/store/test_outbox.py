"""The outbox: written once with everybody in it, and never rendered again."""

from __future__ import annotations

import pytest

from tasks.model import Image
from tasks.store import (
    Outgoing,
    State,
    address,
    cancel,
    content,
    entries,
    put,
    requeue,
    written,
)
from tasks.store.leases import Settlement, claim, settle
from tests.store.letters import DIGEST, TO, posted, states


def settled(store, number, state, **more):
    held = claim(store, [number], ahead_of_time=True)
    settle(held, Settlement(state, **more))


def test_everybody_who_gets_a_message_has_an_entry_that_waits(store):
    ids = posted(store)
    assert [(one.id, one.to, one.state) for one in entries(store)] == [
        (number, to, State.WAITING) for number, to in zip(ids, TO, strict=True)
    ]


def test_a_message_comes_back_as_it_was_rendered(store):
    chart = Image("chart-1", bytes(range(256)), "MRR rises")
    thread = (({"type": "divider"},), ({"type": "context", "elements": []},))
    posted(store, images=(chart,), slack_thread=thread, text="Söhne \u202e 🧑\u200d🚒\n")
    (first, *_) = entries(store)
    kept = content(store, first.message_id)
    assert kept.images == (chart,)
    assert kept.slack_thread == thread
    assert kept.text == "Söhne \u202e 🧑\u200d🚒\n"


def test_what_is_rendered_again_changes_nothing(store):
    ids = posted(store)
    assert posted(store, text="other numbers\n") == ids
    (message,) = {one.message_id for one in entries(store)}
    assert content(store, message).text == DIGEST.text


def test_a_recipient_named_twice_gets_one_message(store):
    posted(store, to=[TO[0], TO[0]])
    assert len(entries(store)) == 1


def test_who_comes_later_gets_what_the_others_got(store):
    posted(store, to=TO[:1])
    known = written(store, "digest", "company", "2026-W47")
    address(store, known.id, TO[1:2], company="Acme", keep=TO)
    assert {one.message_id for one in entries(store)} == {known.id}
    assert states(store) == {TO[0]: "waiting", TO[1]: "waiting"}


def test_whom_no_audience_names_any_more_is_cancelled_unless_it_was_sent(store):
    first, second, third = posted(store)
    settled(store, first, State.SENT, receipt_id="1")
    settled(store, second, State.REFUSED)
    address(store, written(store, "digest", "company", "2026-W47").id, ["file:x"], company="Acme")
    assert states(store) == {
        TO[0]: "sent",
        TO[1]: "cancelled",
        TO[2]: "cancelled",
        "file:x": "waiting",
    }
    assert (
        entries(store, ids=[third])[0].problem.what == "No audience names this recipient any more."
    )


def test_nothing_was_written_before_the_first_time(store):
    assert written(store, "digest", "company", "2026-W47") is None


@pytest.mark.parametrize(
    "other", [{"period": "2026-W48"}, {"subject_key": "owner/ana"}, {"kind": "alert"}]
)
def test_another_message_is_another_entry_with_a_key_of_its_own(store, other):
    posted(store, to=TO[:1])
    posted(store, to=TO[:1], **other)
    keys = {one.key for one in entries(store)}
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


def test_two_companies_that_write_to_the_same_person_do_not_share_a_key(store):
    posted(store, to=TO[:1], company="Acme")
    posted(store, to=TO[:1], company="Bolt", period="2026-W48")
    posted(store, to=TO[:1], company="Acme", period="2026-W48")
    assert len({one.key for one in entries(store)}) == 2  # the third was there already


def test_many_messages_are_written_together_or_not_at_all(store):
    broken = Outgoing(DIGEST, (None,))
    with pytest.raises(AttributeError):
        put(store, [Outgoing(DIGEST, TO), broken], company="Acme")
    assert entries(store) == ()


def test_the_operators_are_told_in_the_same_transaction(store):
    (first, *_) = posted(store)
    put(store, [Outgoing(DIGEST, ("file:ops",))], company="Acme", told=[first])
    told = {one.id: one.told_at for one in entries(store)}
    assert told.pop(first) is not None
    assert set(told.values()) == {None}


def test_what_was_refused_can_be_tried_again(store):
    (first, *_) = posted(store)
    settled(store, first, State.REFUSED)
    assert [one.id for one in requeue(store, [first])] == [first]
    (again,) = entries(store, ids=[first])
    assert (again.state, again.attempts, again.problem, again.told_at) == (
        State.WAITING,
        0,
        None,
        None,
    )


def test_what_was_sent_is_neither_tried_again_nor_cancelled(store):
    (first, *_) = posted(store)
    settled(store, first, State.SENT, receipt_id="<1@example.com>")
    assert requeue(store, [first]) == ()
    assert cancel(store, [first]) == ()
    assert entries(store, ids=[first])[0].receipt_id == "<1@example.com>"


def test_what_is_being_sent_cannot_be_cancelled(store):
    (first, *_) = posted(store)
    claim(store, [first])
    assert cancel(store, [first]) == ()


def test_what_waits_can_be_cancelled_and_is_never_claimed(store):
    ids = posted(store)
    assert [one.id for one in cancel(store, ids[:1])] == [ids[0]]
    assert claim(store, ids[:1], ahead_of_time=True) is None


def test_entries_are_found_by_what_they_are_about(store):
    posted(store)
    posted(store, kind="alert", subject_key="nrr", to=["file:a"])
    posted(store, period="2026-W48", to=["file:b"])
    assert [one.to for one in entries(store, kind="alert")] == ["file:a"]
    assert [one.to for one in entries(store, period="2026-W48")] == ["file:b"]
    assert entries(store, states=[State.SENT]) == ()
    assert entries(store, ids=[]) == ()


def test_who_was_left_out_and_is_wanted_again_waits_again(store):
    (first, *_) = posted(store)
    message = written(store, "digest", "company", "2026-W47").id
    settled(store, first, State.REFUSED)
    address(store, message, TO[1:], company="Acme")
    assert states(store)[TO[0]] == "cancelled"
    address(store, message, TO, company="Acme")
    assert states(store)[TO[0]] == "waiting"


def test_who_was_cancelled_by_hand_stays_cancelled(store):
    (first, *_) = posted(store)
    cancel(store, [first])
    address(store, written(store, "digest", "company", "2026-W47").id, TO, company="Acme")
    assert states(store)[TO[0]] == "cancelled"


def test_what_was_told_while_it_waited_is_told_again_when_it_is_refused(store):
    (first, *_) = posted(store)
    put(store, [], company="Acme", told=[first])
    settled(store, first, State.WAITING)
    assert entries(store, ids=[first])[0].told_at is not None
    settled(store, first, State.REFUSED)
    assert entries(store, ids=[first])[0].told_at is None


def test_where_nobody_can_tell_whom_to_keep_nobody_is_cancelled(store):
    posted(store)
    message = written(store, "digest", "company", "2026-W47").id
    address(store, message, (), company="Acme", keep=None)
    assert set(states(store).values()) == {"waiting"}
