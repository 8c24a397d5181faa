"""What is dropped and for how long the rest is kept: checked, with defaults, every mistake told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import String

from tasks.config.privacy import AGING, PERSONAL
from tasks.facts import FACTS, about
from tests.config.small import LEAST, mistakes_in, with_least


def days(**kept: int) -> dict[str, timedelta]:
    return {name: timedelta(days=number) for name, number in kept.items()}


def test_nothing_is_dropped_and_little_is_kept_for_ever_where_nothing_is_said():
    privacy = with_least("").privacy
    assert privacy.drop == {}
    assert privacy.keep == days(raw=35, quarantine=90, messages=400, replaced=7)


def test_what_is_said_counts_beside_the_defaults():
    privacy = with_least(
        "privacy: {drop: {contacts: [email]}, keep: {messages: 30d, tickets.body: 30}}\n"
    ).privacy
    assert privacy.drop == {"contacts": ("email",)}
    assert privacy.keep["messages"] == timedelta(days=30)
    assert privacy.keep["quarantine"] == timedelta(days=90)
    assert privacy.aging("tickets") == {"body": timedelta(days=30)}
    assert privacy.aging("feedback") == {}


def test_every_mistake_is_told_with_its_line():
    text = """privacy:
  drop:
    contacts: [email, phone]
    contract: [email]
  keep:
    tickets.bodi: 30d
    raw: 0
    messages: soon
"""
    assert mistakes_in(LEAST + text) == [
        "line 6, privacy.drop.contacts[1]: 'phone' of contacts can't be dropped; email, role can.",
        (
            "line 7, privacy.drop.contract: nothing personal is known of a table 'contract'; "
            "did you mean 'contacts'?"
        ),
        (
            "line 9, privacy.keep.tickets.bodi: nothing called 'tickets.bodi' is kept for a while; "
            "did you mean 'tickets.body'?"
        ),
        "line 10, privacy.keep.raw: '0' is not a number of days from 1. Write 90d.",
        "line 11, privacy.keep.messages: 'soon' is not a number of days from 1. Write 90d.",
    ]


def test_only_words_that_no_row_is_told_apart_by_can_be_dropped():
    for table, columns in PERSONAL.items():
        fact = FACTS[table]
        for column in columns:
            assert isinstance(fact.columns[column].type, String)
            assert fact.columns[column].nullable
            assert column not in about(fact).key


def test_only_words_with_a_time_can_age():
    for name in AGING:
        table, _, column = name.partition(".")
        assert column in PERSONAL[table]
        assert about(FACTS[table]).time is not None
