"""What does a record not say itself? What its properties were, and which records it is tied to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tasks.connectors.hubspot.records import PRIMARY
from tasks.errors import SourceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.connectors.http import Session
    from tasks.connectors.hubspot.places import Places

WITH_HISTORY = 50  # records that can be read at once with the history of their properties
INPUTS = 1000  # records whose ties can be read at once
MOST_ROUNDS = 1000  # a record tied to more than that many pages of others is an endless answer
ROWS: Mapping[str, type] = {"results": list}


def with_history(
    kind: str,
    properties: Sequence[str],
    histories: Sequence[str],
    places: Places,
    session: Session,
    rows: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], ...]:
    """Return ``rows`` read again with the history of ``histories``, which a search has not.

    A row that has been deleted in between is not there any more.
    """
    if not histories:
        return tuple(rows)
    found: list[Mapping[str, Any]] = []
    for some in _parts(rows, WITH_HISTORY):
        body = {
            "inputs": [{"id": row["id"]} for row in some],
            "properties": list(properties),
            "propertiesWithHistory": list(histories),
        }
        found += session.post(places.batch(kind), body, expects=ROWS).data["results"]
    return tuple(found)


def with_ties(
    kind: str,
    to_kinds: Sequence[str],
    places: Places,
    session: Session,
    rows: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], ...]:
    """Return ``rows`` with ``tied``: by kind the ids of others, and whether one is the primary."""
    if not to_kinds or not rows:
        return tuple(rows)
    ids = [str(row["id"]) for row in rows]
    ties = {to: _ties(places.associations(kind, to), session, ids) for to in to_kinds}
    return tuple(
        {**row, "tied": {to: ties[to].get(str(row["id"]), []) for to in to_kinds}} for row in rows
    )


def _parts(rows: Sequence[Mapping[str, Any]], size: int) -> Iterator[Sequence[Mapping[str, Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _ties(path: str, session: Session, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    inputs: list[dict[str, str]] = [{"id": key} for key in ids]
    for _ in range(MOST_ROUNDS):
        inputs = [
            more for some in _parts(inputs, INPUTS) for more in _read(path, session, some, found)
        ]
        if not inputs:
            return found
    raise SourceUnavailable(
        "HubSpot's list of associations would never end.", where=path, todo="Try again later."
    )


def _read(
    path: str,
    session: Session,
    inputs: Sequence[Mapping[str, str]],
    found: dict[str, list[dict[str, Any]]],
) -> list[dict[str, str]]:
    """Add what these records are tied to; return where to ask for the rest of it."""
    more = []
    for result in session.post(path, {"inputs": list(inputs)}, expects=ROWS).data["results"]:
        key = str(result["from"]["id"])
        found[key] += [_tie(to) for to in result["to"]]
        after = ((result.get("paging") or {}).get("next") or {}).get("after")
        if after is not None:
            more.append({"id": key, "after": str(after)})
    return more


def _tie(to: Mapping[str, Any]) -> dict[str, Any]:
    labels = [str(each.get("label") or "").lower() for each in to.get("associationTypes") or ()]
    return {
        "id": str(to["toObjectId"]),
        "primary": any(label.startswith(PRIMARY) for label in labels),
    }
