"""A shop's own database, and a company that reads it with SELECTs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import create_engine, text

from tasks.connectors.base import Surroundings
from tasks.connectors.sql import SQL
from tasks.connectors.sql.settings import SqlSettings
from tasks.facts import FACTS
from tasks.facts.folding import Folded, fold
from tasks.facts.lake import write
from tasks.store import Load, Store, current_files, swap
from tests.connectors.conformance.company import CALENDAR, store_in

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
CLIENTS = "SELECT id AS customer_id, label AS name, size AS segment FROM clients"
CASES = """
SELECT nr AS ticket_id, client AS customer_id, opened AS created_at, topic AS subject,
       changed AS updated_at
FROM cases
"""
TABLES = {"customers": {"sql": CLIENTS}, "tickets": {"sql": CASES, "incremental_by": "updated_at"}}
LACKS = {
    name: [column.name for column in table.columns if column.nullable]
    for name, table in FACTS.items()
}


class Shop:
    """A database with clients and cases, which a product writes into."""

    def __init__(self, url: str) -> None:
        self.url, self.engine = url, create_engine(url)
        moment = "timestamptz" if url.startswith("postgresql") else "text"
        self.run("CREATE TABLE clients (id text, label text, size text)")
        self.run(
            f"CREATE TABLE cases (nr int, client text, opened {moment}, topic text,"
            f" changed {moment})"
        )

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def client(self, key: str | None, label: str = "Acme", size: str = "SMB") -> None:
        self.run("INSERT INTO clients VALUES (:i, :l, :s)", i=key, l=label, s=size)

    def case(self, number: int, changed: datetime | None = NOW, topic: str = "Help") -> None:
        self.run(
            "INSERT INTO cases VALUES (:n, 'c1', :o, :t, :c)",
            n=number,
            o=self.moment(NOW - timedelta(days=9)),
            t=topic,
            c=self.moment(changed),
        )

    def change(self, number: int, topic: str, changed: datetime | None) -> None:
        self.run(
            "UPDATE cases SET topic = :t, changed = :c WHERE nr = :n",
            t=topic,
            c=self.moment(changed),
            n=number,
        )

    def moment(self, at: datetime | None) -> datetime | str | None:
        is_text = not self.url.startswith("postgresql")
        return at.isoformat(sep=" ") if at and is_text else at


@dataclass(slots=True)
class Company:
    """Who reads the shop: where the pages, the store and the lake are."""

    folder: Path
    url: str
    store: Store
    tables: dict[str, Any] = field(default_factory=lambda: dict(TABLES))
    more: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def settings(self) -> SqlSettings:
        tables = {name: {"lacks": LACKS[name], **table} for name, table in self.tables.items()}
        said = {"name": "shop", "kind": "sql", "url": self.url, "tables": tables}
        return SqlSettings.model_validate({**said, "page_rows": 3, **self.more})

    def around(self, now: datetime) -> Surroundings:
        raw = self.folder / "raw"
        return Surroundings(self.folder, "America/New_York", self.store, raw, now, self.told.append)

    def read(self, now: datetime = NOW) -> Folded:
        return fold(SQL.extract(self.settings, self.around(now)), calendar=CALENDAR, now=now)

    def rows(self, table: str, now: datetime = NOW) -> list[dict[str, Any]]:
        folded = self.read(now)
        assert folded.problems == ()
        return sorted(folded.tables[table].rows.to_pylist(), key=repr)

    def pages(self, of: str = "*") -> int:
        """How many pages lie on the disk, of one stream or all."""
        return sum(1 for _ in self.folder.glob(f"raw/*/{of}/*.gz"))

    def load(self, now: datetime = NOW) -> Folded:
        folded = self.read(now)
        lake = write(self.folder / "lake", folded, f"{now:%Y%m%dT%H%M%S}")
        keeps = frozenset(folded.failed)
        swap(self.store, Load(f"{now:%Y%m%dT%H%M%S}", "shop", now, lake, keeps=keeps))
        return folded

    def lake(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for file in current_files(self.store):
            rows = pq.read_table(self.folder / "lake" / file.path).to_pylist()
            found.setdefault(file.table, []).extend(rows)
        return {table: sorted(rows, key=repr) for table, rows in found.items()}


@contextmanager
def company_of(folder: Path, url: str, **more: Any):
    """A company in ``folder`` that reads the database at ``url``."""
    folder.mkdir(exist_ok=True)
    with store_in(folder) as store:
        yield Company(folder, url, store, **more)
