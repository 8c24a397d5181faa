"""A store is opened: made, upgraded, shared between processes, or refused in words that help."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tasks.errors import Fix, Retry, StoreUnavailable, StoreUnusable
from tasks.store import open_store, read, record
from tasks.store.tables import metadata
from tasks.store.upgrade import MIGRATIONS, VERSION_TABLE, shipped_version, shipped_versions
from tests.store.drawn import NOW, drawn
from tests.store.processes import ROOT, at_once


def test_an_empty_database_becomes_a_store(store):
    tables = set(inspect(store.engine).get_table_names())
    assert tables == {*metadata.tables, VERSION_TABLE}


def test_the_migrations_lead_to_the_tables_the_code_expects(store):
    with store.reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_newest_file_is_the_version_alembic_would_go_to():
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [shipped_version()]
    assert {one.revision for one in script.walk_revisions()} == set(shipped_versions())


def test_what_was_recorded_is_there_when_it_is_opened_again(store_url):
    with open_store(store_url) as store:
        record(store, drawn("value\n2/61"), recorded_at=NOW)
    with open_store(store_url) as store:
        assert len(read(store)) == 1


def test_an_up_to_date_store_opens_without_alembic(store_url):
    with open_store(store_url):
        pass
    program = (
        "import sys; from tasks.store import open_store; open_store(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, store_url], cwd=ROOT, check=True)


def test_four_processes_may_make_the_same_store_at_once(store_url):
    codes, _ = at_once("open", store_url, processes=4)
    assert codes == [0, 0, 0, 0]
    with open_store(store_url) as store:
        assert read(store) == ()


def test_two_processes_recording_the_same_leave_it_once(store_url):
    codes, printed = at_once("record", store_url, processes=2)
    assert codes == [0, 0]
    assert sorted(printed) == ["0 400 0", "400 0 0"]
    with open_store(store_url) as store:
        assert len(read(store, all_revisions=True)) == 400


def test_a_store_of_a_newer_version_is_left_alone(store_url):
    with open_store(store_url) as store, store.writing("schema") as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'v9999'"))
    with pytest.raises(StoreUnusable, match=r"newer Keepwell \(its version is v9999\)") as caught:
        open_store(store_url)
    assert caught.value.todo == "Upgrade this Keepwell."


def test_a_write_that_fails_half_way_leaves_nothing(store):
    record(store, drawn("value\n1"), recorded_at=NOW)
    with pytest.raises(ZeroDivisionError):
        delete_everything_and_fail(store)
    assert len(read(store)) == 1


def delete_everything_and_fail(store):
    with store.writing("observations") as connection:
        connection.execute(text("DELETE FROM observations"))
        raise ZeroDivisionError


def test_sqlite_readers_work_while_another_writes(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/keepwell.db") as store:
        with store.writing("cells") as connection:
            connection.execute(text("DELETE FROM cells"))
            assert read(store) == ()
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_store_in_memory_works_until_it_is_closed():
    with open_store("sqlite://") as store:
        record(store, drawn("value\n2/61"), recorded_at=NOW)
        assert len(read(store)) == 1


def test_the_folder_of_a_store_is_made(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/new/folder/keepwell.db"):
        assert (tmp_path / "new" / "folder" / "keepwell.db").exists()


@pytest.fixture
def places(tmp_path):
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "notes.db").write_text("Buy milk. " * 500)
    return tmp_path


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///{}/folder.db", "unable to open database file"),
        ("sqlite:///{}/notes.db", "file is not a database"),
        ("sqlite:///{}/notes.db/keepwell.db", "folder of the store cannot be made"),
        ("mysql://me:secret@host/keepwell", "cannot be kept in mysql"),
        ("keepwell.db", "address of the store cannot be read"),
    ],
)
def test_an_address_that_cannot_work_is_to_be_fixed(places, url, sentence):
    with pytest.raises(StoreUnusable, match=sentence) as caught:
        open_store(url.format(places))
    assert isinstance(caught.value, Fix)
    assert caught.value.todo
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_to_be_tried_again():
    with pytest.raises(StoreUnavailable, match="did not answer") as caught:
        open_store("postgresql://me:secret@127.0.0.1:9/keepwell")
    assert isinstance(caught.value, Retry)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "sentence", "todo"),
    [
        (("/postgres?", "/elsewhere?"), 'database "elsewhere" does not exist', "Create the data"),
        (("postgres:@", "nobody:@"), 'role "nobody" does not exist', "Check user and password"),
    ],
)
def test_a_server_that_refuses_says_why(postgres_server, wrong, sentence, todo):
    with pytest.raises(StoreUnusable, match=sentence) as caught:
        open_store(postgres_server.replace(*wrong))
    assert caught.value.todo.startswith(todo)


def test_a_user_without_rights_is_told_so(postgres_url):
    with open_store(postgres_url) as store, store.writing("roles") as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        connection.execute(text("CREATE ROLE onlooker LOGIN"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO onlooker"))
    with pytest.raises(StoreUnusable, match="permission denied") as caught:
        open_store(postgres_url.replace("postgres:@", "onlooker:@"))
    assert "the right to create and write tables" in caught.value.todo


def test_a_schema_that_is_not_there_is_told_so(postgres_server):
    with pytest.raises(StoreUnusable, match="no schema has been selected") as caught:
        open_store(f"{postgres_server}&options=-csearch_path%3Delsewhere")
    assert caught.value.todo.startswith("Create the schema")


def test_a_store_that_stays_busy_is_to_be_tried_again(store_url):
    with (
        open_store(store_url) as store,
        open_store(store_url, patience_s=0.2) as other,
        store.writing("observations"),
        pytest.raises(StoreUnavailable, match="did not answer") as caught,
    ):
        record(other, drawn("value\n1"), recorded_at=NOW)
    assert caught.value.todo.startswith("Try again")
