"""Whose is a row? Duplicates count as their survivor, and survivors as the parent who pays."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tasks.engine.opinion.tables import Tables


def payers(tables: Tables) -> pd.DataFrame:
    """Return, by customer_id, ``payer`` and ``is_test`` of every customer record.

    A record is a test when it, its survivor or its payer is marked as one.
    """
    records = tables.read("customers", "customer_id", "merged_into", "parent_id", "is_test")
    records = records.set_index("customer_id")
    merges = pointers(records["merged_into"])
    survivor = {one: end(one, merges) for one in records.index}
    parents = {
        child: survivor[parent]
        for child, parent in pointers(records["parent_id"]).items()
        if survivor[child] == child and survivor[parent] != child
    }
    payer = {one: end(survivor[one], parents) for one in records.index}
    tests = set(records.index[records["is_test"].eq(True)])  # noqa: FBT003 - a flag may be missing
    found = pd.DataFrame({"payer": payer}, index=records.index, dtype=object)
    found["is_test"] = [
        bool(tests & {one, survivor[one], payer[one]}) if tests else False for one in records.index
    ]
    return found


def pointers(column: pd.Series[str]) -> dict[str, str]:
    """Return whom each record points at, where that is somebody else who is there."""
    there = set(column.index)
    return {one: to for one, to in column.items() if to in there and one != to}  # type: ignore[misc]


def end(start: str, following: Mapping[str, str]) -> str:
    """Return where a chain of pointers ends; those in a circle all stand for its first name."""
    path = [start]
    while (beyond := following.get(path[-1])) is not None:
        if beyond in path:
            return min(path[path.index(beyond) :])
        path.append(beyond)
    return path[-1]
