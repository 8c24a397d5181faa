"""What has been landed of an account, less what Zendesk lists no more? Which streams broke off?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.base import Surroundings
from tasks.connectors.latest import latest
from tasks.connectors.reconciling import NEVER, Compared, compared, drift, listed_name
from tasks.connectors.streams import Row, StreamReport
from tasks.connectors.tables import Rows
from tasks.connectors.zendesk import streams as of
from tasks.connectors.zendesk.notes import Seen
from tasks.connectors.zendesk.people import Person
from tasks.connectors.zendesk.settings import ZendeskSettings
from tasks.model import DataNote


@dataclass(slots=True)
class Account:
    """What has been landed of one account, and what its streams came to in this run."""

    settings: ZendeskSettings
    surroundings: Surroundings
    reports: tuple[StreamReport, ...]
    seen: Seen
    customers: dict[str, str] = field(default_factory=dict)  # by organization
    strangers: dict[str, str] = field(default_factory=dict)  # names of those that are none
    people: dict[str, Person] = field(default_factory=dict)  # by user
    of_ticket: dict[str, str | None] = field(default_factory=dict)
    listings: dict[str, Compared] = field(default_factory=dict)

    lost: dict[str, set[str]] = field(default_factory=dict)  # what the vendor lists no more

    def rows(self, stream: str) -> Iterator[Row]:
        """Yield the newest state of every row of a stream, but for what was lost."""
        report, unlisted = self._report(stream), self.compared(stream).unlisted
        for row in latest(self.settings.name, report.stream, self.surroundings):
            if of.row_id(row) in unlisted and not is_away(stream, row):
                self.lost.setdefault(stream, set()).add(of.row_id(row))
            else:
                yield row

    def compared(self, stream: str) -> Compared:
        """Return what the last listing of its ids says of a stream; nothing where there is none."""
        if stream not in of.RECONCILED or not self.settings.reconcile_days:
            return NEVER
        if stream not in self.listings:
            listing = self._report(listed_name(stream)).stream
            main = self._report(stream).stream
            found = compared(self.settings.name, main, listing, self.surroundings)
            self.listings[stream] = found
        return self.listings[stream]

    def _report(self, stream: str) -> StreamReport:
        return next(one for one in self.reports if one.stream.name == stream)

    def is_there(self, *streams: str) -> bool:
        """Return whether any of these could be read, now or before the plan lost them."""
        return any(not self._report(stream).skipped or self._has_any(stream) for stream in streams)

    def _has_any(self, stream: str) -> bool:
        return sum(1 for _ in self.rows(stream)) > 0

    def failed(self) -> frozenset[str]:
        """Return the tables that a stream which broke off keeps as they are."""
        broken = (one.stream.tables for one in self.reports if one.failed)
        return frozenset(table for tables in broken for table in tables)

    def table(self, name: str, *streams: str) -> Rows:
        """Return an empty table that says which streams its rows are from."""
        return Rows(name, f"{self.settings.name}: {', '.join(streams)}")


def drifts(account: Account) -> Iterator[DataNote]:
    """Yield a note for each stream that differs too much from what Zendesk lists."""
    for stream in of.RECONCILED:
        gone = len(account.lost.get(stream, ()))
        yield from drift(account.settings.name, stream, account.compared(stream), gone)


def is_away(stream: str, row: Row) -> bool:
    """Return whether a list need not have a row: tickets are archived after a while, or deleted."""
    return stream == of.TICKETS and row.get("status") in {"closed", "deleted"}
