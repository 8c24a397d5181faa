"""Who did what is written once, in the order in which it happened, and stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tasks.errors import UnknownName
from tasks.store import audit
from tasks.store.audit import deeds, newest_deed, note_deed, note_on

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_deed_is_told_as_it_was_noted(store):
    note_deed(store, "ana", audit.MUTED, "nrr", NOON, "until 2026-12-01")
    (deed,) = deeds(store)
    assert (deed.who, deed.what, deed.about) == ("ana", "muted", "nrr")
    assert (deed.at, deed.detail) == (NOON, "until 2026-12-01")


def test_deeds_come_in_their_order_and_the_newest_ones_alone_where_asked(store):
    for number in range(5):
        note_deed(store, "ana", audit.SENT, f"digest {number}", NOON + timedelta(hours=number))
    assert [deed.about for deed in deeds(store, last=2)] == ["digest 3", "digest 4"]
    since = deeds(store, since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=3))
    assert [deed.about for deed in since] == ["digest 1", "digest 2"]
    newest = newest_deed(store, audit.SENT)
    assert newest is not None
    assert newest.about == "digest 4"


def test_only_one_kind_of_deed_can_be_asked_for(store):
    note_deed(store, "ana", audit.SENT, "digest")
    note_deed(store, "bo", audit.FORGOT, "forgotten-1")
    assert [deed.who for deed in deeds(store, what=audit.FORGOT)] == ["bo"]
    assert newest_deed(store, audit.RESTORED) is None


def test_a_deed_that_fails_leaves_no_line(store):
    with pytest.raises(ZeroDivisionError):
        note_and_fail(store)
    assert deeds(store) == ()


def note_and_fail(store):
    with store.writing("anything") as connection:
        note_on(connection, "ana", audit.MUTED, "nrr", NOON)
        raise ZeroDivisionError


def test_a_deed_that_nobody_knows_is_refused(store):
    with pytest.raises(UnknownName, match="did you mean 'muted'"):
        note_deed(store, "ana", "mutd", "nrr")
