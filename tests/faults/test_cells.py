"""Whatever is wrong with a destination, and wherever its sender is killed: once, or told."""

from __future__ import annotations

from tests.faults.cells import KILLS, cell
from tests.faults.conftest import begun
from tests.faults.troubles import TROUBLES


def cell_named(channel: str, trouble: str, kill: str):
    known = {one.name: one for one in TROUBLES[channel]}
    return cell(channel, known[trouble], next(one for one in KILLS if one.name == kill))


# A dozen of the hundreds that `make test-faults` goes through.
@begun(
    cell_named,
    ("slack", "nothing wrong", "intention noted"),
    ("slack", "nothing wrong", "taken, not answered"),
    ("slack", "nothing wrong", "noted, next part"),
    ("slack", "500, taken", "before the outbox is written"),
    ("slack", "hostile names", "received, taken later"),
    ("webhook", "nothing wrong", "taken, not answered"),
    ("email", "451 at the dot", "before the claim"),
    ("email", "nothing wrong", "answered, not noted"),
)
def test_every_message_arrives_as_often_as_promised(went):
    assert went.wrongs == []
    assert went.has_hit
    assert {one.state for one in went.under.values()} == {"sent"}


@begun(
    cell_named,
    ("slack", "channel deleted", "after the claim"),
    ("webhook", "webhook removed", "after the receipt"),
    ("email", "550 for one of three", "answered, not noted"),
)
def test_what_is_refused_holds_nobody_up_and_goes_out_when_a_person_has_mended_it(went):
    assert went.wrongs == []
    refused, *others = went.under.values()
    assert (refused.state, {one.state for one in others}) == ("refused", {"sent"})
    assert {one.state for one in went.after.values()} == {"sent"}


@begun(cell_named, ("slack", "token revoked", "-"), ("email", "STARTTLS refused", "-"))
def test_where_we_are_refused_everything_waits_and_goes_out_afterwards(went):
    assert went.wrongs == []
    assert {one.state for one in went.under.values()} == {"waiting"}
    assert {one.state for one in went.after.values()} == {"sent"}
