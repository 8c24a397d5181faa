"""What of an account has been landed? Its records as they are now, and what explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    """What was landed from an account; ``rows`` reads a stream by its name."""

    rows: Rows

    def records(self, kind: str) -> Iterator[Record]:
        """Yield the records of a kind, deleted and merged ones too."""
        return (record(row) for row in self.rows(kind))

    def standing(self, kind: str) -> Standing:
        """Return which records of a kind still stand."""
        return standing(self.records(kind), self.rows(archived_name(kind)))

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
