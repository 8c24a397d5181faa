"""Mistakes in the configuration of a files source, each said where it stands."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.connectors.files import FilesSettings

LEAST = {"name": "exports", "kind": "files", "path": "exports"}


def mistakes(**more):
    with pytest.raises(ValidationError) as raised:
        FilesSettings.model_validate(LEAST | more)
    return [
        (".".join(str(part) for part in error["loc"] if part != "[key]"), error["msg"])
        for error in raised.value.errors()
    ]


def test_a_folder_is_enough():
    settings = FilesSettings.model_validate(LEAST)
    assert (settings.tables, settings.encoding, settings.checks) == ({}, None, ())


def test_unknown_tables_and_columns_say_what_was_meant():
    ((_, said),) = mistakes(tables={"custmers": {"file": "x.csv"}})
    assert said == "unknown table 'custmers'; did you mean 'customers'?"
    ((_, said),) = mistakes(tables={"orders": {"file": "x.csv", "columns": {"order": "id"}}})
    assert said == "unknown column of orders 'order'; did you mean 'order_id'?"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "a table comes from a file or from a SELECT. Give 'file' or 'sql'."),
        (
            {"file": "a", "sql": "b"},
            "a table comes from a file or from a SELECT. Give 'file' or 'sql'.",
        ),
        (
            {"sql": "SELECT 1", "columns": {"period": "a"}},
            "a SELECT names its own columns. Use AS in it; remove 'columns'.",
        ),
        (
            {"file": "a", "columns": {"period": {"values": {"a": "b"}}}},
            "it says neither where from nor what. Add 'from' or 'constant'.",
        ),
    ],
)
def test_a_table_is_made_in_exactly_one_way(table, said):
    assert said in [message for _, message in mistakes(tables={"costs": table})]


def test_an_unknown_encoding_is_named():
    assert mistakes(encoding="utf9") == [
        ("encoding", "unknown encoding 'utf9'. Use one such as utf-8 or cp1252.")
    ]


def test_unknown_keys_are_mistakes():
    assert [key for key, _ in mistakes(paht="x")] == ["paht"]
