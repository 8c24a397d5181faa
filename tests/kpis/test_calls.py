"""How many people ring us, and do they get through?"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.engine.worlds import World

CALLS = """
    direction | offered_at       | wait_s | outcome   | talk_s | hold_s | wrap_s | transferred
    inbound   | 2026-02-03 15:00 | 10     | answered  | 200    | 20     | 30     | false
    inbound   | 2026-02-04 15:00 | 21     | answered  | 100    | -      | 20     | true
    inbound   | 2026-02-05 15:00 | 45     | abandoned | 0      | 0      | 0      | false
    inbound   | 2026-02-06 15:00 | 4.9    | abandoned | 0      | 0      | 0      | false
    inbound   | 2026-02-07 15:00 | 60     | voicemail | 0      | 0      | 0      | false
    outbound  | 2026-02-08 15:00 | 0      | answered  | 500    | 0      | 30     | false
    inbound   | 2026-03-01 00:00 | 10     | answered  | 100    | 0      | 0      | false
"""
LINE = World({"calls": CALLS})


def test_who_hangs_up_at_once_never_waited():
    assert LINE.value("call_volume") == 4
    assert LINE.value("call_abandonment_rate") == Fraction(1, 4)


def test_how_short_is_at_once_can_be_set():
    patient = World({"calls": CALLS}, settings={"call_abandonment_rate": {"short_seconds": 4}})
    assert patient.value("call_abandonment_rate") == Fraction(2, 5)


def test_a_caller_who_gave_up_after_nobody_knows_how_long_is_counted():
    unknown = World({"calls": CALLS.replace("4.9", "-  ")})
    assert unknown.value("call_abandonment_rate") == Fraction(2, 5)


def test_waiting_and_handling_are_those_of_answered_calls():
    assert LINE.value("average_speed_of_answer") == Fraction(31, 2)
    assert LINE.value("average_handle_time") == Fraction(250 + 120, 2)


def test_exactly_twenty_seconds_is_in_time():
    exactly = World({"calls": CALLS.replace("| 21 ", "| 20 ")})
    assert LINE.value("call_service_level") == Fraction(1, 4)
    assert exactly.value("call_service_level", variant="20s") == Fraction(2, 4)


def test_the_setting_names_the_service_level():
    world = World({"calls": CALLS}, settings={"call_service_level": {"within_seconds": 30}})
    assert world.value("call_service_level", variant="30s") == Fraction(2, 4)


def test_transfers_are_a_share_of_answered_calls():
    assert LINE.value("call_transfer_rate") == Fraction(1, 2)


@pytest.mark.parametrize(
    "kpi", ["call_abandonment_rate", "call_service_level", "call_transfer_rate"]
)
def test_without_a_call_there_is_no_share(kpi):
    assert LINE.value(kpi, "2026-04") == "zero_denominator"


def test_without_an_answer_nobody_waited_for_one():
    assert LINE.value("average_speed_of_answer", "2026-04") == "zero_denominator"
    assert LINE.value("average_handle_time", "2026-04") == "zero_denominator"
    assert LINE.value("call_volume", "2026-04") == 0


def test_calls_are_not_cut_by_customers():
    measured = World({"calls": CALLS}, segments=("segment",)).measured(
        "2026-02", kpis=("call_volume",)
    )
    assert [one.segment for one in measured.observations] == ["ALL"]


def test_without_outcomes_nobody_knows_who_gave_up_or_was_answered():
    world = World({"calls": "direction | offered_at | wait_s\ninbound | 2026-02-03 | 10"})
    assert world.value("call_abandonment_rate") == "source_unavailable"
    assert world.value("call_service_level") == "source_unavailable"
    assert world.value("call_volume") == 1
