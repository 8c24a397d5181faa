"""A new load takes the place of the old one: all of it at once, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tasks.facts.load import Quarantined, TableTotal
from tasks.model import DataNote
from tasks.store import (
    Load,
    Loaded,
    current_files,
    current_loads,
    files,
    forget_files,
    notes,
    open_store,
    quarantined,
    superseded,
    swap,
    totals,
    watermarks,
)
from tests.store.another_process import lake_file
from tests.store.drawn import NOW
from tests.store.processes import at_once

TUESDAY, WEDNESDAY = NOW + timedelta(days=1), NOW + timedelta(days=2)


def refused(table="customers", line=7):
    return Quarantined(
        "crm", table, f"{table}.csv", line, "C07", "plan", "Gold", "is no plan we know"
    )


MONDAYS = Load(
    id="one",
    source="crm",
    loaded_at=NOW,
    files=[
        lake_file("one"),
        lake_file("one", "tickets", ym="2026-01"),
        lake_file("one", "tickets", ym="2026-02"),
    ],
    quarantined=[refused(), refused("tickets", 3), refused("tickets", None)],
    notes=[
        DataNote("unknown_file", "crm", "old.csv is no table we know."),
        DataNote("empty_table", "crm", "customers has no plan.", 2, "customers"),
    ],
    totals=[TableTotal("crm", "customers", 11, 10, 1), TableTotal("crm", "tickets", 22, 20, 2, 1)],
    watermark=NOW - timedelta(hours=3),
)
TUESDAYS = Load(
    id="two",
    source="crm",
    loaded_at=TUESDAY,
    files=[lake_file("two")],
    totals=[TableTotal("crm", "customers", 12, 12, 0)],
    watermark=TUESDAY - timedelta(hours=3),
)


def paths(found):
    return [file.path for file in found]


def everything(store):
    return (current_files(store), quarantined(store), notes(store), totals(store))


def test_an_empty_store_has_no_files(store):
    assert everything(store) == ((), (), (), ())
    assert files(store) == {}
    assert watermarks(store) == {}


def test_a_load_is_readable_as_it_was_written(store):
    swap(store, MONDAYS)
    assert files(store) == {
        "customers": ("facts/customers/ym=all/part-one-crm.parquet",),
        "tickets": (
            "facts/tickets/ym=2026-01/part-one-crm.parquet",
            "facts/tickets/ym=2026-02/part-one-crm.parquet",
        ),
    }
    assert current_files(store) == tuple(MONDAYS.files)
    assert quarantined(store) == tuple(MONDAYS.quarantined)
    assert notes(store) == tuple(MONDAYS.notes)
    assert totals(store) == tuple(MONDAYS.totals)
    assert watermarks(store) == {"crm": NOW - timedelta(hours=3)}
    assert current_loads(store) == (Loaded("crm", "one", NOW, NOW - timedelta(hours=3)),)


def test_a_newer_load_replaces_everything_its_source_had(store):
    swap(store, MONDAYS)
    swap(store, TUESDAYS)
    assert everything(store) == (tuple(TUESDAYS.files), (), (), tuple(TUESDAYS.totals))
    assert watermarks(store) == {"crm": TUESDAY - timedelta(hours=3)}
    assert superseded(store) == tuple(MONDAYS.files)


def test_what_could_not_be_read_stays_as_it_was(store):
    swap(store, MONDAYS)
    swap(store, replace(TUESDAYS, keeps=["tickets"]))
    assert paths(current_files(store)) == [
        "facts/customers/ym=all/part-two-crm.parquet",
        "facts/tickets/ym=2026-01/part-one-crm.parquet",
        "facts/tickets/ym=2026-02/part-one-crm.parquet",
    ]
    assert {row.table for row in quarantined(store)} == {"tickets"}
    assert {total.table: total.read for total in totals(store)} == {"customers": 12, "tickets": 22}
    assert notes(store) == ()


def test_sources_do_not_touch_each_other(store):
    desk = Load("one", "desk", NOW, [lake_file("one", "tickets", "desk")])
    swap(store, MONDAYS)
    swap(store, desk)
    swap(store, replace(TUESDAYS, files=()))
    assert files(store) == {"tickets": ("facts/tickets/ym=all/part-one-desk.parquet",)}
    assert watermarks(store) == {"crm": TUESDAY - timedelta(hours=3), "desk": None}


def test_a_source_taken_out_of_the_configuration_is_not_read(store):
    swap(store, MONDAYS)
    swap(store, Load("one", "desk", NOW, [lake_file("one", "tickets", "desk")]))
    assert files(store, sources=["desk"]) == {
        "tickets": ("facts/tickets/ym=all/part-one-desk.parquet",)
    }
    assert current_files(store, sources=[]) == ()


def test_the_same_load_twice_is_the_same_as_once(store):
    swap(store, MONDAYS)
    once = everything(store)
    swap(store, MONDAYS)
    assert everything(store) == once
    assert superseded(store) == ()
    assert len(current_loads(store)) == 1


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3),
        ({"source": "crm"}, 3),
        ({"source": "desk"}, 0),
        ({"table": "tickets"}, 2),
        ({"source": "crm", "table": "customers"}, 1),
    ],
)
def test_quarantine_by_source_and_table(store, asked, count):
    swap(store, MONDAYS)
    assert len(quarantined(store, **asked)) == count


def test_superseded_files_can_be_deleted_after_a_while(store):
    swap(store, MONDAYS)
    swap(store, TUESDAYS)
    assert superseded(store, before=TUESDAY) == ()
    old = superseded(store, before=WEDNESDAY)
    assert old == tuple(MONDAYS.files)

    forget_files(store, [*paths(old)[:2], *paths(TUESDAYS.files)])
    assert superseded(store) == old[2:]
    assert current_files(store) == tuple(TUESDAYS.files)


def test_a_swap_that_fails_half_way_leaves_the_old_load(store):
    swap(store, MONDAYS)
    before = everything(store)
    broken = replace(TUESDAYS, notes=[DataNote("broken", "crm", None)])
    with pytest.raises(Exception, match=r"(?i)not.null"):
        swap(store, broken)
    assert everything(store) == before
    assert superseded(store) == ()


def test_a_process_that_dies_in_a_swap_leaves_the_old_load(store_url):
    with open_store(store_url) as store:
        swap(store, MONDAYS)
        before = everything(store)
    codes, _ = at_once("die", store_url, processes=1)
    assert codes == [9]
    with open_store(store_url) as store:
        assert everything(store) == before
        assert superseded(store) == ()
        swap(store, TUESDAYS)
        assert current_files(store) == tuple(TUESDAYS.files)
