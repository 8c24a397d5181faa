"""Files of the lake: cut by month, whole or not there, read back as they were."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow.parquet as pq

from tasks.facts import lake
from tasks.facts.arrow import schema_of
from tasks.facts.revenue import revenue_lines
from tests.facts.drawn import folded, raw, settled, utc

TICKETS = """
    ticket_id | created_at           | subject | updated_at
    T1        | 2026-02-01T05:00:00Z | one     | 2026-02-01
    T2        | 2026-03-01T04:59:59Z | two     | 2026-03-01
    T3        | 2026-02-28T00:00:00Z | three   | -
    """


def rows(root, files, table, columns):
    return duckdb.sql(
        f"SELECT {columns} FROM ({lake.select(root, files, table)}) ORDER BY 1"
    ).fetchall()


def test_a_load_leaves_one_file_per_table_and_month(tmp_path):
    files = lake.write(tmp_path, folded(raw("tickets", TICKETS)), "7")
    assert [(file.table, file.ym, file.rows, file.path) for file in files] == [
        ("tickets", "2026-02", 2, "facts/tickets/ym=2026-02/part-7-exports.parquet"),
        ("tickets", "2026-03", 1, "facts/tickets/ym=2026-03/part-7-exports.parquet"),
    ]
    assert [file.bytes for file in files] == [
        (tmp_path / file.path).stat().st_size for file in files
    ]
    assert {file.source for file in files} == {"exports"}
    assert {file.load_id for file in files} == {"7"}


def test_what_was_written_is_read_back_with_every_column(tmp_path):
    files = lake.write(tmp_path, folded(raw("tickets", TICKETS)), "7")
    assert rows(tmp_path, files, "tickets", "ticket_id, created_at, subject, priority") == [
        ("T1", utc("2026-02-01 05:00"), "one", None),
        ("T2", utc("2026-03-01 04:59:59"), "two", None),
        ("T3", utc("2026-02-28 00:00"), "three", None),
    ]


def test_tables_without_a_main_time_stay_whole_and_empty_ones_leave_an_empty_file(tmp_path):
    load = folded(raw("customers", [{"customer_id": "a"}]), raw("revenue_lines", []))
    files = lake.write(tmp_path, load, "1")
    assert [(file.table, file.ym, file.rows) for file in files] == [
        ("customers", "all", 1),
        ("revenue_lines", "all", 0),
    ]
    assert pq.read_schema(tmp_path / files[1].path).equals(schema_of(revenue_lines))
    assert rows(tmp_path, files, "revenue_lines", "line_id, amount") == []


def test_a_table_that_no_file_holds_is_empty_and_has_its_types(tmp_path):
    relation = duckdb.sql(lake.select(tmp_path, (), "revenue_lines"))
    assert relation.fetchall() == []
    assert (
        dict(zip(relation.columns, map(str, relation.types), strict=True))["amount"]
        == "DECIMAL(18,6)"
    )


def test_of_a_row_that_two_sources_have_the_latest_is_read(tmp_path):
    desk = folded(raw("tickets", TICKETS), source="desk")
    copy = folded(
        raw(
            "tickets",
            """
            ticket_id | created_at           | subject | updated_at
            T1        | 2026-02-01T05:00:00Z | newer   | 2026-02-02
            T3        | 2026-02-28T00:00:00Z | older   | -
            T9        | 2026-02-28T00:00:00Z | nine    | -
            """,
        ),
        source="mirror",
    )
    files = lake.write(tmp_path, desk, "1") + lake.write(tmp_path, copy, "1")
    assert rows(tmp_path, files, "tickets", "ticket_id, subject, source") == [
        ("T1", "newer", "mirror"),
        ("T2", "two", "desk"),
        ("T3", "three", "desk"),
        ("T9", "nine", "mirror"),
    ]


def test_nothing_unfinished_stays_behind_and_a_rewrite_replaces(tmp_path):
    load = folded(raw("tickets", TICKETS))
    first = lake.write(tmp_path, load, "7")
    assert lake.write(tmp_path, load, "7") == first
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "part-7-exports.parquet",
        "part-7-exports.parquet",
    ]


def test_names_of_sources_cannot_leave_the_lake(tmp_path):
    (file,) = lake.write(tmp_path, folded(raw("tickets", []), source="../a b"), "7")
    assert file.path == "facts/tickets/ym=all/part-7-.._a_b.parquet"


def test_what_the_lake_knows_serves_as_known_ids_for_the_next_load(tmp_path):
    crm = folded(raw("customers", [{"customer_id": "acme"}]), source="crm")
    files = lake.write(tmp_path, crm, "1")
    usage = folded(
        raw("usage_events", [{"event_id": "G", "customer_id": "x", "event_at": "2026-02-01"}])
    )
    (load,) = settled(usage, elsewhere=lake.known(tmp_path, files))
    assert [row.reason for row in load.quarantined] == ["not in customers"]


def test_a_load_replaces_all_its_source_had_but_for_what_failed(tmp_path):
    customers, owners = raw("customers", [{"customer_id": "a"}]), raw("owners", [{"owner_id": "o"}])
    files = lake.write(tmp_path, folded(customers, owners, source="crm"), "1")
    files += lake.write(tmp_path, folded(owners, source="hr"), "1")
    again = folded(customers, source="crm")
    assert [file.source for file in lake.staying(files, [again])] == ["hr"]
    broken = replace(again, failed=("owners",))
    assert [file.source for file in lake.staying(files, [broken])] == ["crm", "hr"]
