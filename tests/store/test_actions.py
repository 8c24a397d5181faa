"""Actions, advice and listeners are kept: once each, with who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.errors import WrongUse
from tasks.store import (
    Action,
    Advice,
    action_history,
    actions,
    add_action,
    advice_given,
    end_action,
    is_listened,
    moment_of,
    remember_advice,
)
from tasks.store.listening import SILENCE, beat, claim_click, fall_silent, release_click

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ONBOARDING = Action(
    "Onboarding programme", "logo_churn_rate", date(2026, 10, 1), "segment", "SMB", owner="Ana"
)
CALLS = Advice(
    "digest", "company", "2026-W47", "logo_churn_rate", "Call them.", (("c1", "Norden AS"),)
)


def added(store, action=ONBOARDING, who="ana"):
    return add_action(store, action, who=who, now=NOW)


def test_an_action_is_stored_with_who_added_it_and_when(store):
    stored, is_new = added(store)
    assert is_new
    assert stored == replace(ONBOARDING, id=stored.id)
    assert actions(store) == (stored,)
    event = action_history(store)[0]
    assert (event.action_id, event.what, event.who, event.at) == (stored.id, "added", "ana", NOW)


def test_the_same_action_again_changes_nothing(store):
    added(store)
    assert added(store, who="ben")[1] is False
    assert len(actions(store)) == len(action_history(store)) == 1


def test_what_is_left_out_the_second_time_stays(store):
    added(store)
    again, is_changed = added(store, replace(ONBOARDING, owner="", note="with videos"), "ben")
    assert is_changed
    assert (again.owner, again.note) == ("Ana", "with videos")
    assert [(one.what, one.who) for one in action_history(store)] == [
        ("added", "ana"),
        ("changed", "ben"),
    ]


def test_an_action_is_ended_once(store):
    stored, _ = added(store)
    on = date(2026, 11, 20)
    assert end_action(store, stored.id, on=on, who="ana", now=NOW)[1] is True
    assert end_action(store, stored.id, on=on, who="ana", now=NOW)[1] is False
    assert actions(store)[0].ends == on
    assert [(one.what, one.day) for one in action_history(store)] == [
        ("added", None),
        ("ended", on),
    ]


def test_an_action_cannot_end_before_it_begins_nor_one_that_is_not_there(store):
    stored, _ = added(store)
    with pytest.raises(WrongUse, match="cannot end on 2026-09-30"):
        end_action(store, stored.id, on=date(2026, 9, 30), who="ana", now=NOW)
    with pytest.raises(WrongUse, match="There is no action 99"):
        end_action(store, 99, on=date(2026, 11, 30), who="ana", now=NOW)
    assert actions(store)[0].ends is None


def test_the_same_name_in_another_segment_is_another_action(store):
    added(store)
    added(store, replace(ONBOARDING, segment="MID"))
    assert [one.segment for one in actions(store)] == ["SMB", "MID"]


def test_advice_is_kept_as_it_was_given_first(store):
    assert remember_advice(store, [CALLS], now=NOW) == (CALLS,)
    other = replace(CALLS, said="Write to them.", customers=())
    assert remember_advice(store, [other], now=NOW) == ()
    assert advice_given(store, ("digest",), ("2026-W47",)) == (replace(CALLS, given_at=NOW),)
    assert advice_given(store, ("alert",), ("2026-W47",)) == ()
    assert advice_given(store, ("digest",), ("2026-W48",)) == ()


def test_a_listener_lives_while_it_says_so(store):
    assert not is_listened(store)
    beat(store)
    now = moment_of(store)
    assert is_listened(store)
    assert is_listened(store, now)
    assert not is_listened(store, now + SILENCE + timedelta(seconds=1))
    fall_silent(store)
    assert not is_listened(store)


def test_a_listener_whose_process_died_here_is_not_believed(store):
    from tasks.store.owners import this_process

    host = this_process().partition("|")[0]
    beat(store, f"{host}|999999|1")
    assert not is_listened(store)
    beat(store, "elsewhere|12|1")
    assert is_listened(store)


def test_a_click_counts_once_unless_it_was_given_back(store):
    click = {"who": "Ana", "what": "ack", "subject": "e1"}
    assert claim_click(store, "k1", **click)
    assert not claim_click(store, "k1", **click)
    release_click(store, "k1")
    assert claim_click(store, "k1", **click)
