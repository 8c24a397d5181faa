"""Which canonical tables there are, and what holds for every one of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, String

from tasks.facts import FACTS, about, facts_of
from tasks.facts.arrow import schema_of

MICRO = Path(__file__).parents[1] / "data" / "micro"
TABLES = tuple(FACTS.values())
NAMES = tuple(FACTS)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_table_says_what_it_is_in_one_sentence(table):
    assert about(table).what.endswith(".")
    assert about(table).what == table.comment


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_keys_and_time_columns_are_columns_and_always_filled(table):
    time = about(table).time
    assert set(about(table).key) <= set(table.columns.keys())
    assert all(
        facts_of(table.columns[name]).filled for name in about(table).key if name != "currency"
    )
    assert time is None or facts_of(table.columns[time]).filled


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_table_takes_its_source_and_its_last_change(table):
    assert {"source", "updated_at"} <= set(table.columns.keys())


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_references_point_at_the_key_of_a_table(table):
    for column in table.columns:
        if target := facts_of(column).references:
            assert about(FACTS[target[0]]).key == (target[1],)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_parquet_keeps_numbers_exact_and_instants_without_a_zone(table):
    types = {
        String: {"string"},
        DateTime: {"timestamp[us]"},
        Date: {"date32[day]"},
        Numeric: {"decimal128(18, 6)", "decimal128(18, 8)"},
        Integer: {"int64"},
        Boolean: {"bool"},
    }
    for column, field in zip(table.columns, schema_of(table), strict=True):
        assert column.name == field.name
        assert str(field.type) in types[type(column.type)]


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(MICRO.glob("*.csv")) if path.stem in FACTS],
    ids=lambda p: p.stem,
)
def test_the_required_columns_are_those_of_the_worked_data_set(path):
    with path.open(newline="") as lines:
        header = next(csv.reader(lines))
    assert [c.name for c in FACTS[path.stem].columns if facts_of(c).required] == header


def test_the_tables_of_the_contract_are_there_with_their_optional_columns():
    assert len(FACTS) == 35
    assert about(FACTS["customers"]).optional == (
        "parent_id",
        "owner_id",
        "plan",
        "region",
        "created_at",
        "external_ids",
        "source",
        "updated_at",
    )
    assert about(FACTS["subscription_versions"]).optional[:2] == (
        "cancel_requested_at",
        "cancel_reason",
    )
    assert about(FACTS["orders"]).optional == ("currency", "source")
