"""Who is who: duplicates lead to their survivor, survivors to the parent who pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """What a customer record says about who it really is."""

    customer_id: str
    merged_into: str | None = None
    parent_id: str | None = None
    is_test: bool | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who pays for a customer record, and whether it is a test."""

    customer_id: str
    billing_id: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class Identities:
    """Everybody, and the ``cycles``: chains of pointers that go in circles.

    The members of a circle all stand for the alphabetically first of them.
    """

    people: tuple[Person, ...]
    cycles: tuple[tuple[str, ...], ...] = ()


def identities(records: Iterable[Record]) -> Identities:
    """Return for every customer record the customer who pays for it, and whether it is a test.

    Merges are followed to the survivor, then parents to the topmost, through merges of the
    parents themselves. A record is a test when it, its survivor or its payer is marked as one. A
    pointer at nobody is ignored.
    """
    known = {record.customer_id: record for record in records}
    survivors, merge_cycles = _ends(_pointers(known, lambda record: record.merged_into))
    parents = {
        survivors[child]: survivors[parent]
        for child, parent in _pointers(known, lambda record: record.parent_id).items()
        if survivors[child] == child and parent is not None and survivors[parent] != child
    }
    payers, parent_cycles = _ends(
        {survivor: parents.get(survivor) for survivor in survivors.values()}
    )
    people = tuple(_person(one, known, survivors[one], payers[survivors[one]]) for one in known)
    return Identities(people, (*merge_cycles, *parent_cycles))


def _person(one: str, known: Mapping[str, Record], survivor: str, payer: str) -> Person:
    return Person(one, payer, any(known[who].is_test for who in (one, survivor, payer)))


def _pointers(
    known: Mapping[str, Record], target_of: Callable[[Record], str | None]
) -> dict[str, str | None]:
    """Return whom each customer points at; nobody, where that one is not there or itself."""
    targets = {one: target_of(record) for one, record in known.items()}
    return {
        one: target if target in known and target != one else None
        for one, target in targets.items()
    }


def _ends(pointers: Mapping[str, str | None]) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Return where each chain of pointers ends, and the circles met on the way."""
    ends: dict[str, str] = {}
    cycles: list[tuple[str, ...]] = []
    for start in sorted(pointers):
        path: list[str] = []
        at: str = start
        while at not in ends and at not in path:
            path.append(at)
            at = pointers.get(at) or at
        if at in ends:
            end = ends[at]
        elif len(circle := path[path.index(at) :]) > 1:
            end = min(circle)
            cycles.append(tuple(sorted(circle)))
        else:
            end = at
        ends.update(dict.fromkeys(path, end))
    return ends, cycles
