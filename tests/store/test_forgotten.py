"""Whom we were asked to forget is known by hashes alone, and leaves every text of the store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tasks.store import Action, Advice, actions, add_action, advice_given, content, entries
from tasks.store.advice import remember_advice
from tasks.store.forgotten import (
    Tombstones,
    begin_forgetting,
    finish_on,
    forgettings,
    forgotten,
    tombstones,
    unfinished,
)
from tasks.store.scrubbing import scrub, settle_down
from tests.store.letters import posted

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KNOWN = {"id": ["c-42"], "name": ["Zyxel"], "text": ["It broke twice"]}


def test_nobody_is_forgotten_to_begin_with(store):
    assert not tombstones(store)
    assert Tombstones().by_digest == {}


def test_a_forgotten_customer_is_known_again_and_by_nothing_in_plain(store):
    begun = begin_forgetting(store, KNOWN, {"id": ["c-42"], "name": ["Zyxel"]})
    stones = tombstones(store)
    assert stones.stands_for("id", "c-42") == begun.pseudonym
    assert stones.stands_for("name", " zyxel ") == begun.pseudonym
    assert stones.stands_for("id", "c-43") is None
    assert stones.stands_for("name", "c-42") is None
    with store.writing("forgetting") as connection:
        finish_on(connection, begun, NOW)
    with store.reading() as connection:
        kept = f"{connection.execute(select(forgettings)).all()}"
        kept += f"{connection.execute(select(forgotten)).all()}"
    assert "Zyxel" not in kept
    assert "c-42" not in kept


def test_what_was_begun_and_not_ended_is_found(store):
    begun = begin_forgetting(store, KNOWN, {"id": ["c-42"]})
    (found,) = unfinished(store)
    assert (found.pseudonym, found.known) == (begun.pseudonym, KNOWN)
    again = begin_forgetting(store, KNOWN, {"id": ["c-42", "c-7"]})
    assert again.pseudonym == begun.pseudonym, "one id they share makes it the same customer"
    assert tombstones(store).stands_for("id", "c-7") == begun.pseudonym
    with store.writing("forgetting") as connection:
        finish_on(connection, again, NOW)
    assert unfinished(store) == ()


def test_two_customers_have_two_names_and_one_salt(store):
    one = begin_forgetting(store, KNOWN, {"id": ["c-42"]})
    other = begin_forgetting(store, {}, {"id": ["c-7"]})
    assert one.pseudonym != other.pseudonym
    assert one.salt == other.salt


def without(value):
    if isinstance(value, str):
        return value.replace("Zyxel", "forgotten-1")
    if isinstance(value, dict):
        return {without(key): without(inner) for key, inner in value.items()}
    return [without(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def wordy(store):
    add_action(store, Action("call Zyxel", "nrr", NOW.date(), note="Zyxel"), who="ana", now=NOW)
    given = Advice("digest", "company", "2026-W46", "nrr", "Call them.", (("1", "Zyxel"),))
    remember_advice(store, [given], now=NOW)
    posted(store, to=("file:board",), text="Zyxel left")
    return store


def test_it_leaves_every_text_and_every_message_and_nothing_else(wordy):
    def of_message(message):
        return type(message)(
            **{name: without(getattr(message, name)) for name in message.__dataclass_fields__}
        )

    changed = scrub(wordy, without, of_message)
    assert changed == {"actions": 1, "advice": 1, "outbox_messages": 1}
    assert scrub(wordy, without, of_message) == {}
    settle_down(wordy)
    (action,) = actions(wordy)
    assert (action.name, action.note, action.begins) == (
        "call forgotten-1",
        "forgotten-1",
        NOW.date(),
    )
    (advice,) = advice_given(wordy, ["digest"], ["2026-W46"])
    assert advice.customers == (("1", "forgotten-1"),)
    (entry,) = entries(wordy)
    assert content(wordy, entry.message_id).text == "forgotten-1 left"
