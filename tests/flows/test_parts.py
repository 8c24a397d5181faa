"""A part holds one segment's figures as if they were the whole, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from flows.briefing import Circumstances
from flows.parts import BOOKS, TWICE, Part, cut, own_circumstances
from flows.secondly import SECOND
from tasks.calendar import Calendar
from tasks.messages.inputs import Restated
from tasks.model import ALL, Cell, DataNote, Grain, NullReason, Observation
from tests.flows.small import VERSIONS_HEAD, Keepwell
from tests.flows.split import BOSS, configure, write

ANA, MALLORY = Part("owner", "ana", "Ana's customers"), Part("owner", "mallory")
WEEK = Calendar("UTC").period("2026-W09")
THEN = datetime(2026, 3, 2, tzinfo=UTC)


def seen(value: int | None, dimension: str = "owner", segment: str = "ana") -> Observation:
    """MRR in week 9; without a value it is withheld."""
    return Observation(
        kpi="mrr",
        variant="default",
        grain=Grain.WEEK,
        period=WEEK.key,
        unit="USD",
        as_of=THEN,
        segment_dimension=dimension,
        segment=segment,
        numerator=None if value is None else Decimal(value),
        null_reason=NullReason.WITHHELD if value is None else None,
    )


def test_a_part_has_its_own_values_and_no_crosses() -> None:
    others = [seen(2, segment="mallory"), seen(3, "plan", "Pro"), seen(4, "owner/plan", "ana/Pro")]
    past = {one.cell: (one,) for one in [seen(1), *others]}
    assert cut(past, "owner")["ana"] == {
        Cell("mrr", "default", Grain.WEEK): (seen(1, ALL, ALL),),
    }


def test_what_was_restated_of_others_is_not_told() -> None:
    both = [Restated(seen(1, segment=who), seen(2, segment=who)) for who in ("ana", "mallory")]
    known = own_circumstances(Circumstances(tuple(both), (), ()), ANA, {}, WEEK)
    assert known.restated == (Restated(seen(1, ALL, ALL), seen(2, ALL, ALL)),)


NOTES = (
    DataNote("withheld", "books", "Revenue withheld: in mallory something is off (M-118)."),
    DataNote("quarantine", "desk", "desk: 1 row in quarantine (such as line 2, 'mallory')."),
    DataNote("identity", "crm", "mallory-1, mallory-2 are merged in a circle."),
    DataNote("totals", ALL, "3 rows read."),
)


def told(past: dict[Cell, tuple[Observation, ...]]) -> list[str]:
    known = own_circumstances(Circumstances((), NOTES, ()), ANA, past, WEEK)
    return [note.text for note in known.notes]


def test_notes_that_quote_somebodys_rows_are_only_counted() -> None:
    quoted = "2 more notes quote single rows, which may be anybody's: keepwell check."
    assert told({}) == ["3 rows read.", quoted]


def test_what_is_withheld_is_said_without_names() -> None:
    assert told({seen(None).cell: (seen(None),)})[0] == BOOKS


def test_what_is_withheld_is_said_with_its_own_reason() -> None:
    dispute = DataNote("withheld", SECOND, "mrr withheld: in mallory 7 is not 1.")
    known = Circumstances((), (dispute,), ())
    own = own_circumstances(known, ANA, {seen(None).cell: (seen(None),)}, WEEK)
    assert [note.text for note in own.notes] == [TWICE]


@pytest.mark.parametrize(
    ("dimension", "segment", "key"),
    [
        ("owner", "ana", "owner/ana"),
        ("plan/region", "Pro/EMEA", "plan/region/Pro/EMEA"),
        ("owner", "ana@acme.example", "owner/ana@acme.example"),
    ],
)
def test_a_part_has_a_key_that_people_can_read(dimension: str, segment: str, key: str) -> None:
    assert Part(dimension, segment).key == key


def test_no_two_parts_share_a_key_whatever_their_names() -> None:
    names = [
        "ana",
        "ana ",
        "a\u200bna",
        "a" * 500,
        "a" * 501,
        "ana/b",
        "",
        "(no name)",
        "e\u0301",
        "é",
    ]
    parts = [Part("owner", name) for name in names]
    parts += [Part("plan", "region/Pro/EMEA"), Part("plan/region", "Pro/EMEA")]
    assert all(one.key != other.key for one, other in combinations(parts, 2))
    assert all(len(one.key) <= 80 for one in parts)


HOSTILE = (
    "owner_id,name,email\nana,Ana,ana@acme.example\nmallory,Mallory <!channel>,m@acme.example\n"
)
SUBSCRIBED = "{id},s{id},{id},core,active,2025-11-03T05:00:00Z,{until},100,1,USD,month,1,0,,\n"


def customers() -> Iterator[str]:
    yield "customer_id,name,segment,industry,country,acquired_via,referrer_id,is_test,merged_into,plan,owner_id\n"
    for number in range(40):
        yield f"a{number},Aster {number},SMB,retail,US,ads,,false,,Pro,ana\n"
        yield f"m{number},Mallory {number},SMB,retail,US,ads,,false,,Mallory,mallory\n"
    yield "x/y,Slash,SMB,retail,US,ads,,false,,Pro,o/brien\n"


def subscriptions() -> Iterator[str]:
    """Six of the customers of each leave in week 9."""
    yield VERSIONS_HEAD
    for who in "am":
        for number in range(40):
            until = "2026-02-25T17:00:00Z" if number < 6 else ""
            yield SUBSCRIBED.format(id=f"{who}{number}", until=until)
    yield SUBSCRIBED.format(id="x/y", until="")


@pytest.fixture
def hostile(company: Path) -> Path:
    """A company in which everything of somebody else's bears her name."""
    write(company, "customers.csv", "".join(customers()) + "mallory,,,,,,,perhaps,,,\n")
    write(company, "subscription_versions.csv", "".join(subscriptions()))
    write(company, "owners.csv", HOSTILE)
    configure(company, BOSS, segments="[plan, owner, owner/plan]")
    return company


def test_nothing_of_anybody_elses_customers_is_in_a_part(keepwell: Keepwell, hostile: Path) -> None:
    keepwell("digest", "--send")
    folder = hostile / "out" / "boss"
    own = {path.name: path.read_bytes() for path in folder.glob("week-2026-W09-owner-ana-*")}
    text = next(content.decode() for name, content in own.items() if name.endswith(".txt"))
    assert "6 of 40 customers left this week" in text
    assert "Aster 0 $100" in text
    assert len(own) > 5
    assert [name for name, content in own.items() if b"mallory" in content.lower()] == []
    assert not any("80" in line for line in text.splitlines() if "left" in line)
