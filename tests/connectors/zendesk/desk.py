"""A desk that is read: a Zendesk of our own, a store and a lake, and time that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tasks.calendar import Calendar
from tasks.connectors.base import Surroundings
from tasks.connectors.zendesk import ZendeskSettings
from tasks.connectors.zendesk.extraction import extracted
from tasks.facts.folding import Folded, fold
from tasks.facts.raw import Extracted
from tasks.store import Store, open_store
from tests.connectors.waiting import Slept
from tests.doubles.zendesk import EMAIL, Zendesk

FAST = {"exports_per_minute": 600_000, "requests_per_minute": 6_000_000}
CALENDAR = Calendar("America/New_York")


@dataclass(slots=True)
class Desk:
    """The account, and what we have read of it."""

    zendesk: Zendesk
    store: Store
    root: Path
    settings: dict[str, Any]
    slept: Slept = field(default_factory=Slept)
    skew: timedelta = timedelta(0)

    @property
    def account(self) -> Any:
        return self.zendesk.account

    def around(self) -> Surroundings:
        """Our clock is the vendor's, unless it is wrong by ``skew``."""
        now = self.account.now + self.skew
        return Surroundings(
            self.root,
            CALENDAR.timezone,
            store=self.store,
            raw=self.root / "raw",
            now=now,
            world=self.slept.world(),
        )

    def of(self, **changed: Any) -> ZendeskSettings:
        return ZendeskSettings.model_validate({**self.settings, **changed})

    def read(self, **changed: Any) -> Extracted:
        """Read the account on, and return what it gave."""
        return extracted(self.of(**changed), self.around())

    def folded(self, **changed: Any) -> Folded:
        return fold(self.read(**changed), calendar=CALENDAR, now=self.account.now)

    def rows(self, table: str, *names: str, **changed: Any) -> list[tuple[Any, ...]]:
        """Read the account on, and return the rows of one table, sorted."""
        return rows_of(self.folded(**changed), table, *names)


def rows_of(load: Folded, table: str, *names: str) -> list[tuple[Any, ...]]:
    found = [tuple(row[name] for name in names) for row in load.tables[table].rows.to_pylist()]
    return sorted(found, key=repr)


def notes_of(load: Folded | Extracted, kind: str) -> list[str]:
    return [note.text for note in load.notes if note.kind == kind]


@contextmanager
def desk(root: Path, page: int = 1000, **settings: Any) -> Iterator[Desk]:
    """Give a desk with one customer, C01, whose Ada (7) writes tickets."""
    whole = {"name": "desk", "kind": "zendesk", "email": EMAIL, "token": "", **FAST, **settings}
    with Zendesk(page=page) as zendesk, open_store(f"sqlite:///{root}/keepwell.db") as store:
        whole = {**whole, "base_url": zendesk.base_url, "token": zendesk.token}
        if "client_id" in settings:
            del whole["email"], whole["token"]
        zendesk.account.add_organization(id=5, name="Acme", external_id="C01")
        zendesk.account.add_user(id=7, name="Ada", organization_id=5)
        yield Desk(zendesk, store, root, whole)
