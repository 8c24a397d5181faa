"""Which customer is meant, and what is it called anywhere? Read from every file of the lake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.config.privacy import PERSONAL
from tasks.connectors.cleaning import learned
from tasks.errors import UnknownName, WrongUse
from tasks.facts.private import ID, NAME, PERSON
from tasks.facts.rewriting import parts_of

TEXTS = "text"
QUOTABLE = {
    "tickets": ("subject", "body"),
    "survey_responses": ("comment",),
    "feedback": ("text",),
}
SHORTEST_TEXT = 12  # a shorter one, found in a message, could be anybody's
MOST_NAMED = 20
ADDRESSES = ("contacts", "tickets", "survey_responses", "usage_events", "kb_sessions")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer as the lake has it; ``ids`` are its own first, then those merged into it."""

    id: str
    name: str = ""
    external_ids: tuple[str, ...] = ()
    ids: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """Return ``Acme (c-042)``."""
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


def customer_meant(lake: Path, text: str) -> Customer:
    """Return the customer with this id, external id or name.

    Raises ``UnknownName``, or ``WrongUse`` with the choice where several could be meant.
    """
    everybody = _customers(lake)
    wanted = text.strip()
    exact = [one for one in everybody if wanted in {one.id, *_external(one)}]
    named = [one for one in everybody if one.name.casefold() == wanted.casefold()]
    parts = [one for one in everybody if wanted.casefold() in one.name.casefold()]
    found = exact or named or (parts if len(wanted) > 1 else [])
    if not found:
        raise UnknownName("customer", wanted, _shown(everybody))
    if len(found) > 1:
        choice = ", ".join(map(str, found[:MOST_NAMED]))
        raise WrongUse(
            f"'{wanted}' may be several customers:", where=f"{choice}.", todo="Give an id."
        )
    return found[0]


def called(lake: Path, customer: Customer) -> Mapping[str, Sequence[str]]:
    """Return everything the customer is called, by kind, and the texts its people wrote."""
    ids = set(customer.ids or (customer.id,))
    known: dict[str, set[str]] = {ID: {*ids, *_external(customer)}, NAME: set(), PERSON: set()}
    known[TEXTS] = set()
    for table, rows in _rows_of(lake, ids):
        for row in rows:
            _learn(known, table, row)
    own, addresses = learned(lake / "raw", ids | known[ID])
    known[ID] |= own
    known[PERSON] |= addresses
    return {kind: sorted(filter(None, some)) for kind, some in known.items()}


def _learn(known: Mapping[str, set[str]], table: str, row: Mapping[str, Any]) -> None:
    if table == "customers":
        known[NAME].add(row.get("name") or "")
        known[ID].update(_ids_in(row.get("external_ids") or ""))
    if table in ADDRESSES:
        said = (str(value) for value in row.values() if isinstance(value, str))
        known[PERSON].update(one for one in said if "@" in one and " " not in one)
    for column in QUOTABLE.get(table, ()):
        text = (row.get(column) or "").strip()
        if len(text) >= SHORTEST_TEXT:
            known[TEXTS].add(text)


def _customers(lake: Path) -> list[Customer]:
    rows: dict[str, dict[str, Any]] = {}
    for table, path in parts_of(lake):
        if table == "customers":
            for row in _read(path):
                rows.setdefault(row["customer_id"], row)
    merged: dict[str, list[str]] = {}
    for row in rows.values():
        if row.get("merged_into"):
            merged.setdefault(row["merged_into"], []).append(row["customer_id"])
    return [
        Customer(
            number,
            row.get("name") or "",
            tuple((row.get("external_ids") or "").split("|")) if row.get("external_ids") else (),
            (number, *merged.get(number, ())),
        )
        for number, row in rows.items()
        if not row.get("merged_into")
    ]


def _rows_of(lake: Path, ids: set[str]) -> Iterator[tuple[str, Iterable[Mapping[str, Any]]]]:
    wanted = {"customers", *PERSONAL, *ADDRESSES}
    for table, path in parts_of(lake):
        if table in wanted:
            yield table, [row for row in _read(path) if row.get("customer_id") in ids]


def _read(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def _external(customer: Customer) -> set[str]:
    return {one for given in customer.external_ids for one in _ids_in(given)}


def _ids_in(external_ids: str) -> set[str]:
    """Return ``zendesk:12`` and ``12`` for ``zendesk:12|stripe:cus_1``, and so on."""
    given = [one.strip() for one in external_ids.split("|") if one.strip()]
    return {*given, *(one.rpartition(":")[2] for one in given)}


def _shown(everybody: Sequence[Customer]) -> list[str]:
    return [name for one in everybody for name in (one.id, one.name) if name]
