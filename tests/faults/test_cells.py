"""Whatever is wrong with a destination, and wherever its sender is killed: once, or told."""

from __future__ import annotations

from tests.faults.cells import KILLS, cell
from tests.faults.going import went, wrongs
from tests.faults.troubles import TROUBLES

# Some of the hundreds that `make test-faults` goes through.
ARRIVES = (
    ("slack", "nothing wrong", "intention noted"),
    ("slack", "nothing wrong", "taken, not answered"),
    ("slack", "nothing wrong", "noted, next part"),
    ("slack", "500, taken", "before the outbox is written"),
    ("slack", "hostile names", "received, taken later"),
    ("webhook", "nothing wrong", "taken, not answered"),
    ("email", "451 at the dot", "before the claim"),
    ("email", "nothing wrong", "answered, not noted"),
)
REFUSED = (
    ("slack", "channel deleted", "after the claim"),
    ("webhook", "webhook removed", "after the receipt"),
    ("email", "550 for one of three", "answered, not noted"),
)
WAITS = (("slack", "token revoked", "-"), ("email", "STARTTLS refused", "-"))


def named(channel, trouble, kill):
    known = {one.name: one for one in TROUBLES[channel]}
    return cell(channel, known[trouble], next(one for one in KILLS if one.name == kill))


def states(outcomes):
    return {one.state for one in outcomes.values()}


def test_every_message_arrives_as_often_as_promised():
    found = went(named, ARRIVES)
    assert wrongs(found) == {}
    assert all(one.has_hit for one in found.values())
    assert all(states(one.under) == {"sent"} for one in found.values())


def test_what_is_refused_holds_nobody_up_and_goes_out_when_a_person_has_mended_it():
    found = went(named, REFUSED)
    assert wrongs(found) == {}
    for one in found.values():
        first, *others = one.under.values()
        assert (first.state, {other.state for other in others}) == ("refused", {"sent"})
        assert states(one.after) == {"sent"}


def test_where_we_are_refused_everything_waits_and_goes_out_afterwards():
    found = went(named, WAITS)
    assert wrongs(found) == {}
    assert all(states(one.under) == {"waiting"} for one in found.values())
    assert all(states(one.after) == {"sent"} for one in found.values())
