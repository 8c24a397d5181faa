"""A store on a full disk: nothing is sent that is not written down; with room again, all of it once."""

from __future__ import annotations

import pytest

from tests.faults.conftest import begun
from tests.faults.fulldisk import full, growing_no_more


def full_if_allowed(channel: str):
    try:
        return full(channel)
    except PermissionError:
        return None


@begun(growing_no_more, ("slack", 4), ("webhook", 4), ("email", 4))
def test_an_outbox_that_cannot_be_written_sends_nothing(went):
    assert (went.arrived, went.wrongs) == (0, [])
    assert went.error.startswith("The store cannot be used: ")


@begun(growing_no_more, ("slack", 80))
def test_a_disk_that_fills_up_in_the_middle_loses_and_doubles_nothing(went):
    assert went.arrived > 0
    assert went.wrongs == []


@begun(full_if_allowed, ("email",))
def test_a_full_disk_is_called_a_full_disk(went):
    if went is None:
        pytest.skip("nothing may be mounted here")
    assert (went.arrived, went.wrongs) == (0, [])
    assert went.error.endswith("The disk is full: make room.")
