"""A message tells the segments behind a change, or the one that went its own way."""

from __future__ import annotations

from decimal import Decimal

from flows.reasons import split_of
from tests.alerts.company import cell, seen

STEADY = [100] * 8


def past(whole, **segments):
    found = [(cell("mrr"), whole)]
    found += [(cell("mrr", "plan", name), numbers) for name, numbers in segments.items()]
    return {where: seen(where, numbers) for where, numbers in found}


def test_the_whole_company_is_taken_apart():
    known = past([*(2 * each for each in STEADY), 150], Starter=[*STEADY, 40], Scale=[*STEADY, 110])
    split = split_of(known, cell("mrr"), "2026-W47")
    assert (split.dimension, split.unit) == ("plan", "money")
    assert [(one.segment, one.contribution) for one in split.drivers] == [
        ("Starter", Decimal("-60.00")),
        ("Scale", Decimal("10.00")),
    ]


def test_a_segment_is_shown_beside_the_others():
    known = past([*(2 * each for each in STEADY), 150], Starter=[*STEADY, 40], Scale=[*STEADY, 110])
    split = split_of(known, cell("mrr", "plan", "Starter"), "2026-W47")
    assert [one.segment for one in split.drivers] == ["Starter", "Scale"]
    assert split.stands_out


def test_a_segment_that_went_its_own_way_is_shown_alone():
    known = past([*(2 * each for each in STEADY), 250], Starter=[*STEADY, 90], Scale=[*STEADY, 160])
    split = split_of(known, cell("mrr", "plan", "Starter"), "2026-W47")
    assert [(one.segment, one.contribution) for one in split.drivers] == [
        ("Starter", Decimal("-10.00"))
    ]


def test_without_values_there_is_nothing_to_tell():
    assert split_of({}, cell("mrr"), "2026-W47").drivers == ()
    assert split_of({}, cell("mrr", "plan", "Starter"), "2026-W47").drivers == ()
    old = past([*STEADY, 1])
    assert split_of(old, cell("mrr"), "2027-W01").drivers == ()
