"""What keeps the store small: old entries go, the room they took is given back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from tasks.store import open_store, runs
from tasks.store.tables import runs as ledger
from tasks.store.upkeep import NEWEST, forget_runs, tighten

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1_000)


def entered(url: str, count: int, kind: str = "sync", summary: str = "") -> None:
    lines = [
        {
            "kind": kind,
            "subject": "crm",
            "started_at": LONG_AGO + timedelta(minutes=number),
            "summary": {"look": summary},
        }
        for number in range(count)
    ]
    with open_store(url) as store, store.writing("runs") as connection:
        connection.execute(insert(ledger), lines)


def test_old_entries_go_but_the_newest_thousand_and_the_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    entered(url, NEWEST + 50)
    entered(url, 3, kind="reader")
    with open_store(url) as store:
        assert forget_runs(store, ["sync"], NOW) == 49
        assert forget_runs(store, ["sync"], NOW) == 0
        left = runs(store, kind="sync")
        assert len(left) == NEWEST + 1
        assert left[-1].started_at == LONG_AGO
        assert len(runs(store, kind="reader")) == 3


def test_young_entries_stay(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    entered(url, NEWEST + 50)
    with open_store(url) as store:
        assert forget_runs(store, ["sync"], LONG_AGO) == 0


def test_empty_room_is_given_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    entered(url, 3 * NEWEST, summary="x" * 2_000)
    with open_store(url) as store:
        forget_runs(store, ["sync"], NOW)
        freed = tighten(store)
        assert freed > 2_000_000
        assert tighten(store) == 0


def test_while_somebody_writes_nothing_is_given_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    entered(url, 3 * NEWEST, summary="x" * 2_000)
    with open_store(url, patience_s=0.1) as store:
        forget_runs(store, ["sync"], NOW)
        other = sqlite3.connect(tmp_path / "k.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert tighten(store) == 0
        other.close()


def test_a_server_looks_after_itself(store_url: str) -> None:
    if store_url.startswith("postgresql"):
        with open_store(store_url) as store:
            assert tighten(store) == 0
