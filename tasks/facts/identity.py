"""Who is who: duplicates lead to their survivor, survivors to the parent who pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """``people`` has customer_id, billing_id, is_test; ``cycles`` are chains that go in circles.

    The members of a circle each stand for themselves, or for the first of them.
    """

    people: pa.Table
    cycles: tuple[tuple[str, ...], ...] = ()


def identities(customers: pa.Table) -> Identities:
    """Return for every customer record the customer who pays for it, and whether it is a test.

    ``customers`` has customer_id, merged_into, parent_id, is_test. Merges are followed to the
    survivor, then parents to the topmost, through merges of the parents themselves. A record is
    a test when it, its survivor or its payer is marked as one. A pointer at nobody is ignored;
    those who point at each other in a circle all stand for the alphabetically first of them.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy

    ids = customers["customer_id"].to_pylist()
    marked = dict(zip(ids, customers["is_test"].to_pylist(), strict=True))
    merges = _pointers(customers, "merged_into")
    survivors, merge_cycles = _ends(merges)
    parents = {
        survivors[child]: survivors[parent]
        for child, parent in _pointers(customers, "parent_id").items()
        if survivors[child] == child and parent is not None and survivors[parent] != child
    }
    payers, parent_cycles = _ends(
        {survivor: parents.get(survivor) for survivor in survivors.values()}
    )
    billing = [payers[survivors[customer]] for customer in ids]
    tests = [
        any(marked[one] for one in (customer, survivors[customer], payer))
        for customer, payer in zip(ids, billing, strict=True)
    ]
    people = pa.table(
        {
            "customer_id": pa.array(ids, pa.string()),
            "billing_id": pa.array(billing, pa.string()),
            "is_test": pa.array(tests, pa.bool_()),
        }
    )
    return Identities(people, (*merge_cycles, *parent_cycles))


def _pointers(customers: pa.Table, column: str) -> dict[str, str | None]:
    """Return whom each customer points at; nobody, where that one is not there or itself."""
    ids = customers["customer_id"].to_pylist()
    there = set(ids)
    targets = customers[column].to_pylist()
    return {
        one: target if target in there and target != one else None
        for one, target in zip(ids, targets, strict=True)
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
