"""A company that reads a vendor of our own through its connector, and loads what came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import pyarrow.parquet as pq

from tasks import connectors
from tasks.calendar import Calendar
from tasks.catalog import CONNECTORS
from tasks.connectors.base import Connector, Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landing import land
from tasks.connectors.latest import latest
from tasks.connectors.retrying import World
from tasks.connectors.streams import GONE, StreamReport
from tasks.facts.folding import Folded, fold
from tasks.facts.lake import write
from tasks.facts.private import nobody
from tasks.store import Load, Store, current_files, open_store, swap
from tests.connectors.conformance.cases import Case, Tables
from tests.connectors.conformance.freshdesk import FRESHDESK
from tests.connectors.conformance.gainsight import GAINSIGHT
from tests.connectors.conformance.hubspot import HUBSPOT
from tests.connectors.conformance.intercom import INTERCOM
from tests.connectors.conformance.rt import RT
from tests.connectors.conformance.salesforce import SALESFORCE
from tests.connectors.conformance.stripe import STRIPE
from tests.connectors.conformance.typeform import TYPEFORM
from tests.connectors.conformance.zendesk import ZENDESK
from tests.connectors.conformance.zoom import ZOOM
from tests.connectors.waiting import Slept

CASES = {
    case.key: case
    for case in (
        FRESHDESK,
        GAINSIGHT,
        HUBSPOT,
        INTERCOM,
        RT,
        SALESFORCE,
        STRIPE,
        TYPEFORM,
        ZENDESK,
        ZOOM,
    )
}
CALENDAR = Calendar("America/New_York")
assert connectors.__path__  # they register themselves


@dataclass(slots=True)
class Company:
    """Where the pages, the store and the lake are, and who is read."""

    case: Case
    folder: Path
    store: Store
    base_url: str
    token: str
    more: dict[str, Any] = field(default_factory=dict)
    time: Slept = field(default_factory=Slept)
    told: list[str] = field(default_factory=list)
    stands_for: Any = nobody  # what knows whom nobody may know any more
    is_real_time: bool = False  # an answer takes as long as it takes; nobody waits between tries

    @property
    def connector(self) -> Connector:
        return CONNECTORS.get(self.case.key)  # type: ignore[return-value]

    @property
    def settings(self) -> Any:
        said = {"name": "source", "kind": self.case.key, **self.more}
        said |= self.case.settings(self.base_url, self.token)
        return self.connector.settings.model_validate(said | self.more)

    def world(self) -> World:
        if self.is_real_time:
            return World(monotonic, lambda _seconds: None, lambda: 0.0)
        return self.time.world()

    def around(self, now: datetime) -> Surroundings:
        raw = self.folder / "raw"
        world = self.world()
        return Surroundings(
            self.folder,
            "America/New_York",
            self.store,
            raw,
            now,
            self.told.append,
            world=world,
            stands_for=self.stands_for,
        )

    def read(self, now: datetime) -> Folded:
        """Read the vendor on."""
        extracted = self.connector.extract(self.settings, self.around(now))
        return fold(extracted, calendar=CALENDAR, now=now)

    def load(self, now: datetime) -> Folded:
        """Read the vendor on, and let what came take the place of what was there."""
        folded = self.read(now)
        lake = write(self.folder / "lake", folded, f"{now:%Y%m%dT%H%M%S}")
        keeps = frozenset(folded.failed)
        swap(self.store, Load(f"{now:%Y%m%dT%H%M%S}", "source", now, lake, keeps=keeps))
        return folded

    def read_main(self, now: datetime, **more: Any) -> StreamReport:
        """Read the main stream on, and no other."""
        (main,) = (each for each in self.streams if each.name == self.case.main)
        with Session(replace(self.case.api(self.settings), **more), self.world()) as session:
            (report,) = land("source", [main], session, self.around(now))
        return report

    def landed(self, stream: str, now: datetime) -> int:
        """How many rows of a stream there are, the gone ones left out."""
        (declared,) = (each for each in self.streams if each.name == stream)
        return sum(GONE not in row for row in latest("source", declared, self.around(now)))

    @property
    def streams(self) -> tuple[Any, ...]:
        return self.connector.streams(self.settings)

    def lake(self) -> Tables:
        """The canonical rows that the lake has now."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in current_files(self.store):
            rows = pq.read_table(self.folder / "lake" / file.path).to_pylist()
            found.setdefault(file.table, []).extend(rows)
        return {table: sorted(rows, key=repr) for table, rows in found.items()}


def tables_of(folded: Folded) -> Tables:
    """The canonical rows of one load."""
    return {name: sorted(table.rows.to_pylist(), key=repr) for name, table in folded.tables.items()}


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/keepwell.db").close()
        return Path(folder, "keepwell.db").read_bytes()


def store_in(folder: Path) -> Store:
    """Open the store of a folder; making its tables anew takes longer than most tests."""
    path = folder / "keepwell.db"
    if not path.exists():
        path.write_bytes(_empty_store())
    return open_store(f"sqlite:///{path}")


@contextmanager
def company_in(folder: Path, case: Case, vendor: Any, **more: Any) -> Iterator[Company]:
    """A company in ``folder`` that reads ``vendor``."""
    folder.mkdir(exist_ok=True)
    with store_in(folder) as store:
        yield Company(case, folder, store, vendor.base_url, case.token(vendor), more)


@dataclass(slots=True)
class Here:
    """A vendor that is open, and the company that reads it."""

    case: Case
    vendor: Any
    company: Company
    skew: timedelta = timedelta(0)

    @property
    def now(self) -> datetime:
        return self.case.now(self.vendor) + self.skew

    def wait(self, minutes: float = 30) -> None:
        self.case.wait(self.vendor, minutes)

    def read_main(self) -> StreamReport:
        return self.company.read_main(self.now)

    def rows(self) -> int:
        """How many rows the main stream has brought."""
        return self.company.landed(self.case.main, self.now)

    def read(self) -> Folded:
        return self.company.read(self.now)

    def tables(self) -> Tables:
        return tables_of(self.read())

    def order(self, fault: Any, **more: Any) -> None:
        """Spoil the pages of the main stream."""
        self.vendor.order("*", fault, when=self.case.is_page, **more)

    def pages_asked(self) -> int:
        return sum(map(self.case.is_page, self.vendor.requests))
