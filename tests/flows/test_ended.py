"""How a run ends: under Prefect's own names, in one sentence, with a word to filter by."""

from __future__ import annotations

import logging
import sys

import pytest
from prefect.exceptions import FailedRun
from prefect.states import Completed, Crashed, Failed

from flows.ended import InOneLine, refused, tag_of, told, word_of
from tasks.errors import SourceRejected


def test_a_name_of_ours_begins_the_message_and_prefects_is_kept() -> None:
    state = told(Completed(name="Held", message="desk is 14 h old."))
    assert (state.name, state.message) == ("Completed", "Held: desk is 14 h old.")


def test_what_is_partly_sent_is_failed_where_filters_and_automations_find_it() -> None:
    state = told(Failed(name="PartlySent", message="2 messages went out."))
    assert (state.name, state.message) == ("Failed", "PartlySent: 2 messages went out.")


def test_an_end_without_a_name_of_ours_stays_as_it_is() -> None:
    state = told(Completed(message="3 sources had news."))
    assert (state.name, state.message) == ("Completed", "3 sources had news.")
    assert told(Crashed(message="killed")).name == "Crashed"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (Completed(name="SkippedLate", message="too late"), "SkippedLate"),
        (Completed(message="SkippedLate: too late"), "SkippedLate"),
        (Failed(message="Slack refuses us: the token was revoked"), ""),
        (Completed(message="AlertsFound: New: 5 of 61 left"), "AlertsFound"),
        (Completed(), ""),
    ],
)
def test_the_word_is_found_in_the_name_or_before_the_message(state: object, word: str) -> None:
    assert word_of(state) == word


def test_a_word_is_a_tag_in_small_letters() -> None:
    assert tag_of("PartlySent") == "partly-sent"
    assert tag_of("Held") == "held"


def test_a_problem_is_one_line() -> None:
    problem = SourceRejected("the token\nwas refused.", where="HubSpot.", todo="Put a new one in.")
    state = refused(problem)
    assert (state.name, state.message) == (
        "Failed",
        "the token was refused. HubSpot. Put a new one in.",
    )


def test_a_secret_is_struck_out_of_what_a_run_says() -> None:
    state = told(Failed(message="Slack: token xoxb-1234567890-abcdefghij was refused"))
    assert "xoxb-1234567890-abcdefghij" not in str(state.message)


def test_what_is_told_already_has_no_traceback_and_a_mistake_of_ours_keeps_it() -> None:
    assert record_of(FailedRun("the token was refused")).exc_info is None
    assert record_of(FailedRun("refused")).getMessage() == "The run has failed: refused"
    assert record_of(ZeroDivisionError()).exc_info is not None


def record_of(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except (FailedRun, ZeroDivisionError):
        found = sys.exc_info()
    record = logging.LogRecord("prefect.engine", 40, "", 1, "exited", (), found)
    assert InOneLine().filter(record)
    return record
