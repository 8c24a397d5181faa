"""What of an account has been landed? Its records as they are now, and what explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tasks.connectors.hubspot.account import Account, account
from tasks.connectors.hubspot.records import Record, record
from tasks.connectors.hubspot.standing import Standing, standing
from tasks.connectors.hubspot.streams import (
    ACCOUNT,
    LABELLED,
    PIPED,
    archived_name,
    pipelines_name,
    properties_name,
)
from tasks.connectors.streams import GONE

Row = Mapping[str, Any]
Rows = Callable[[str], Iterable[Row]]  # the newest row of every key of a stream, by its name


@dataclass(frozen=True, slots=True)
class Landed:
    """What was landed from an account; ``rows`` reads a stream by its name.

    ``unlisted`` are the ids of a kind that HubSpot listed no more when it was asked for all of
    them; ``lost`` gets those for which there is no other reason.
    """

    rows: Rows
    unlisted: Callable[[str], frozenset[str]] = lambda _kind: frozenset()
    lost: dict[str, frozenset[str]] = field(default_factory=dict)

    def records(self, kind: str) -> Iterator[Record]:
        """Yield the records of a kind, deleted and merged ones too."""
        return (record(row) for row in self.rows(kind))

    def standing(self, kind: str) -> Standing:
        """Return which records of a kind still stand."""
        found = standing(self.records(kind), self.rows(archived_name(kind)))
        if unlisted := self.unlisted(kind):
            archived = {str(row["id"]) for row in self.rows(archived_name(kind))}
            lost = frozenset(key for key in unlisted - archived if found.has(key))
            self.lost[kind] = lost
            return replace(found, deleted=found.deleted | lost)
        return found

    def account(self, otherwise: str) -> Account:
        """Return what explains the records; ``otherwise`` is the zone if it does not say one."""
        pipelines = [row for kind in PIPED for row in self._there(pipelines_name(kind))]
        definitions = {kind: list(self._there(properties_name(kind))) for kind in LABELLED}
        return account(list(self._there(ACCOUNT)), pipelines, definitions, otherwise)

    def owners(self) -> Iterator[tuple[Row, bool]]:
        """Yield the owners, and whether each is active."""
        active = {str(row["id"]): row for row in self._there("owners")}
        yield from ((row, True) for row in active.values())
        for row in self.rows(archived_name("owners")):
            if str(row["id"]) not in active:
                yield row, False

    def _there(self, stream: str) -> Iterator[Row]:
        return (row for row in self.rows(stream) if row.get(GONE) is None)
