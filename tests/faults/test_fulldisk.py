"""A store on a full disk: nothing is sent that is not written down; with room again, all of it once."""

from __future__ import annotations

import pytest

from tests.faults.fulldisk import full, growing_no_more
from tests.faults.going import went, wrongs


def test_an_outbox_that_cannot_be_written_sends_nothing():
    found = went(growing_no_more, [("slack", 4), ("webhook", 4), ("email", 4)])
    assert wrongs(found) == {}
    for one in found.values():
        assert one.arrived == 0
        assert one.error.startswith("The store cannot be used: ")


def test_a_disk_that_fills_up_in_the_middle_loses_and_doubles_nothing():
    one = growing_no_more("slack", 80)
    assert one.arrived > 0
    assert one.wrongs == []


def test_a_full_disk_is_called_a_full_disk():
    try:
        one = full("email")
    except PermissionError as error:
        pytest.skip(str(error))  # only root may mount a small disk; the other tests here need none
    assert (one.arrived, one.wrongs) == (0, [])
    assert one.error.endswith("The disk is full: make room.")
