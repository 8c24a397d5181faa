"""Who reads a part: its owner, or the first active manager above; and why somebody cannot."""

from __future__ import annotations

import pytest

from flows.catalogue import filled
from flows.parts import Part
from flows.readers import Owner, named, readers_of

filled()
MAIL, SLACK = "email:owner", "slack:@owner"


def owner(key: str, manager: str = "", *, is_active: bool = True, **more: str) -> Owner:
    known = {"name": key.capitalize(), "email": f"{key}@acme.example", "slack_id": "", **more}
    return Owner(id=key, manager_id=manager, is_active=is_active, **known)


def left(key: str, manager: str = "") -> Owner:
    return owner(key, manager, is_active=False)


def read_by(*owners: Owner, to: tuple[str, ...] = (MAIL,), who: str = "ana") -> tuple[str, ...]:
    return readers_of(Part("owner", who), to, {one.id: one for one in owners}).to


def trouble(*owners: Owner, to: tuple[str, ...] = (MAIL,), who: str = "ana") -> list[str]:
    known = {one.id: one for one in owners}
    part = named(Part("owner", who), known)
    return [str(problem) for problem in readers_of(part, to, known).problems]


@pytest.mark.parametrize(
    ("owners", "reader"),
    [
        ([owner("ana", "bo"), owner("bo")], "ana"),
        ([left("ana", "bo"), owner("bo")], "bo"),
        ([left("ana", "bo"), left("bo", "cy"), owner("cy")], "cy"),
    ],
)
def test_the_first_who_is_still_there_reads_it(owners: list[Owner], reader: str) -> None:
    assert read_by(*owners) == (f"email:{reader}@acme.example",)


@pytest.mark.parametrize(
    "owners",
    [
        [left("ana")],
        [left("ana", "ana")],
        [left("ana", "bo"), left("bo", "ana")],
        [left("ana", "nobody")],
    ],
)
def test_circles_and_dead_ends_are_told(owners: list[Owner]) -> None:
    assert read_by(*owners) == ()
    (said,) = trouble(*owners)
    why = "Ana's customers: Ana is not active, nor is any manager above, so no owner got the digest"
    assert said.startswith(why)
    assert "Name an active manager_id in owners" in said


@pytest.mark.parametrize(
    ("slack_id", "email", "place"),
    [
        ("U0123456", "ana@acme.example", "slack:U0123456"),
        ("", "ana@acme.example", "slack:ana@acme.example"),
        ("C0123456", "ana@acme.example", "slack:ana@acme.example"),  # a channel is nobody
        ("general", "ana@acme.example", "slack:ana@acme.example"),
        ("W0123456", "", "slack:W0123456"),
    ],
)
def test_in_slack_it_is_a_person_by_id_or_by_address(slack_id: str, email: str, place: str) -> None:
    assert read_by(owner("ana", slack_id=slack_id, email=email), to=(SLACK,)) == (place,)


@pytest.mark.parametrize(
    "email", ["owner", "@owner", "ana at acme", "ana@acme.example, x@y.example"]
)
def test_what_is_no_address_is_not_written_to(email: str) -> None:
    assert read_by(owner("ana", email=email)) == ()
    assert (
        f"no email for Ana that can be written to, only '{email}'"
        in trouble(owner("ana", email=email))[0]
    )


def test_one_way_that_is_missing_does_not_close_the_other() -> None:
    half = owner("ana", email="", slack_id="U0123456")
    assert read_by(half, to=(MAIL, SLACK, "file:boss")) == ("file:boss", "slack:U0123456")
    (said,) = trouble(half, to=(MAIL, SLACK))
    assert said.startswith("Ana's customers: the table owners has no email for Ana, so no owner")


def test_who_is_named_gets_every_part_whoever_owns_it() -> None:
    assert read_by(to=(MAIL, "file:boss"), who="zed") == ("file:boss",)
    assert read_by(to=(MAIL, "file:boss"), who="(none)") == ("file:boss",)
    assert trouble(who="(none)") == []


@pytest.mark.parametrize(
    ("dimension", "segment", "whose"),
    [
        ("owner", "ana", "Ana's customers"),
        ("owner", "zed", "zed's customers"),
        ("owner", "(none)", "Customers without an owner"),
        ("tenure_band", "90d", "Tenure band 90d"),
        ("region", "(none)", "Customers without a region"),
    ],
)
def test_a_part_says_whose_it_is(dimension: str, segment: str, whose: str) -> None:
    assert named(Part(dimension, segment), {"ana": owner("ana")}).whose == whose
