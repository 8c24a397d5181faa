"""A company whose Salesforce is our double, what was read of it, and time nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.calendar import Calendar
from tasks.connectors.base import Surroundings
from tasks.connectors.salesforce import SalesforceSettings
from tasks.connectors.salesforce.extraction import extracted
from tasks.facts.folding import Folded, fold
from tasks.facts.raw import Extracted
from tasks.store import Store
from tests.connectors.conformance.company import store_in
from tests.connectors.waiting import Slept
from tests.doubles.salesforce import Salesforce

CALENDAR = Calendar("America/New_York")


@dataclass(slots=True)
class Company:
    """The org, and what we have read of it."""

    salesforce: Salesforce
    store: Store
    root: Path
    said: dict[str, Any]
    slept: Slept = field(default_factory=Slept)

    @property
    def org(self) -> Any:
        return self.salesforce.org

    @property
    def settings(self) -> SalesforceSettings:
        return SalesforceSettings.model_validate(self.said)

    def read(self, **said: Any) -> Extracted:
        """Read the org on; what is said stays said."""
        self.said |= said
        around = Surroundings(
            self.root,
            CALENDAR.timezone,
            store=self.store,
            raw=self.root / "raw",
            now=self.org.now,
            world=self.slept.world(),
            currency="USD",
        )
        return extracted(self.settings, around)

    def folded(self, **said: Any) -> Folded:
        return fold(self.read(**said), calendar=CALENDAR, now=self.org.now)

    def rows(self, table: str, *names: str, **said: Any) -> list[tuple[Any, ...]]:
        """The rows of a table after reading on."""
        folded = self.folded(**said)
        assert folded.problems == ()
        rows = folded.tables[table].rows.to_pylist() if table in folded.tables else []
        return sorted(tuple(row[name] for name in names) for row in rows)

    def account(self, name: str = "Acme", **more: Any) -> str:
        return str(self.org.add("Account", Name=name, **more))

    def sold(self, account: str, **more: Any) -> str:
        """An opportunity that was won on the first of January."""
        won = {"IsClosed": True, "IsWon": True, "CloseDate": "2026-01-01", "Type": "New Business"}
        return str(self.org.add("Opportunity", AccountId=account, **(won | more)))

    def line(self, deal: str, price: float, **more: Any) -> str:
        said = {"Quantity": 1.0, "UnitPrice": price} | more
        return str(self.org.add("OpportunityLineItem", OpportunityId=deal, **said))

    def later(self, **much: float) -> None:
        self.org.pass_time(**(much or {"minutes": 30}))


@contextmanager
def reading(folder: Path, page: int = 2_000, **said: Any) -> Iterator[Company]:
    """A company that reads an empty org."""
    with (
        Salesforce(page=page) as salesforce,
        store_in(folder) as store,
    ):
        client, secret = salesforce.client
        about = {"name": "crm", "kind": "salesforce", "base_url": salesforce.base_url}
        asks = {"client_id": client, "client_secret": secret, "calls_per_s": 100_000}
        yield Company(salesforce, store, folder, about | asks | said)


def notes(extracted: Any) -> list[str]:
    return [note.text for note in extracted.notes]
