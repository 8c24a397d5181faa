"""What files may look like: delimiters, encodings, quotes, packing, formats."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.connectors.tabular.decoding import Decoded, decoded
from tasks.connectors.tabular.separated import separated, sniffed
from tests.connectors.exports import USAGE, loaded, refused, taken_in, told

ROW = "G1,acme,u1,2026-02-01T05:00:00Z,reports\n"


def cells(text):
    answer = separated(Decoded(text), "t.csv")
    rows = [tuple(row.values())[2:] for row in answer.rows.to_pylist()]
    return rows, [(no.line, no.text, no.reason) for no in answer.no_rows]


def lines(text):
    return separated(Decoded(text), "t.csv").rows["_line"].to_pylist()


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("a,b,c", ","),
        ("a;b;c", ";"),
        ("a\tb", "\t"),
        ('"a,b";c', ";"),
        ("alone", ","),
        ("a|b", "|"),
    ],
)
def test_the_delimiter_is_found_in_the_header(line, delimiter):
    assert sniffed(line) == delimiter


def test_empty_cells_are_missing_and_quoted_ones_keep_what_they_hold():
    assert cells('a;b\n1;\n"x;y";"say ""hi"""\n') == ([("1", None), ("x;y", 'say "hi"')], [])


def test_a_text_over_several_lines_is_one_row_and_lines_are_counted_right():
    text = 'a,b\n1,"two\nlines"\n\n3,4\n'
    assert cells(text) == ([("1", "two\nlines"), ("3", "4")], [])
    assert lines(text) == [2, 5]


def test_rows_with_too_few_or_too_many_fields_are_no_rows():
    assert cells("a,b\n1,2\n3\n\n4,5,6\n7,8\n") == (
        [("1", "2"), ("7", "8")],
        [
            (3, "3", "1 field where the header has 2"),
            (5, "4,5,6", "3 fields where the header has 2"),
        ],
    )
    assert lines("a,b\n1,2\n3\n\n4,5,6\n7,8\n") == [2, 6]


def test_a_quotation_mark_that_is_never_closed_costs_one_line():
    reason = "a quotation mark is not closed, or stands in the middle of a field"
    assert cells('a,b\n1,"2\n3,4\n5,6\n') == ([("3", "4"), ("5", "6")], [(2, '1,"2', reason)])
    assert cells('a,b\n1,"2\n3,"4\n5,6\n') == (
        [("5", "6")],
        [(2, '1,"2', reason), (3, '3,"4', reason)],
    )


def test_an_inch_mark_inside_a_field_is_a_letter_like_others():
    assert cells('a,b\n1,5" pipe\n2,x\n') == ([("1", '5" pipe'), ("2", "x")], [])


def test_the_spreadsheets_own_first_line_is_no_header():
    text = "sep=;\na;b\n1;2\n"
    assert cells(text) == ([("1", "2")], [])
    assert lines(text) == [3]


def test_headers_may_repeat_or_be_empty():
    answer = separated(Decoded("a,,a\n1,2,3\n"), "t.csv")
    assert answer.rows.schema.names == ["_file", "_line", "a", "column_2", "a_3"]


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n", "a,b", "a,b\n\n"])
def test_a_file_without_rows_has_none(text):
    assert separated(Decoded(text), "t.csv").rows.num_rows == 0


FIELD = st.text(st.sampled_from('ab",;\n é'), max_size=4)


@given(st.lists(st.lists(FIELD, min_size=2, max_size=2), min_size=1, max_size=6))
def test_law_what_is_written_with_quotes_is_read_back(table):
    text = "x,y\n" + "".join(
        ",".join('"' + field.replace('"', '""') + '"' for field in row) + "\n" for row in table
    )
    assert cells(text) == ([tuple(field or None for field in row) for row in table], [])


@given(st.text(st.sampled_from('ab",\n'), max_size=40))
def test_law_no_line_with_something_in_it_disappears(body):
    answer = separated(Decoded("x,y\n" + body), "t.csv")
    seen = "".join(
        [(row["x"] or "") + (row["y"] or "") for row in answer.rows.to_pylist()]
        + [no.text for no in answer.no_rows]
    )
    for letter in "ab":
        assert seen.count(letter) == body.count(letter)


def test_stray_bytes_of_another_encoding_are_read_and_their_lines_counted():
    data = "Zürich\n".encode() + "Köln\n".encode("cp1252") + b"caf\xe9 \x9d\n"
    assert decoded(data) == Decoded("Zürich\nKöln\ncafé \x9d\n", odd_lines=2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_how_a_file_is_encoded(encoding):
    assert decoded("a,é\r\n1,2\r".encode(encoding)) == Decoded("a,é\n1,2\n")


def test_a_stated_encoding_is_believed_first():
    assert decoded("Łódź".encode("cp1250"), "cp1250") == Decoded("Łódź")
    assert decoded("é".encode("latin-1"), "ascii") == Decoded("é", odd_lines=1)


def test_mixed_encodings_lose_nothing_and_are_noted(tmp_path):
    data = USAGE.encode() + b"G1,acme,u\xe9,2026-02-01,x\n" + "G2,acme,uß,2026-02-01,x\n".encode()
    load = taken_in(tmp_path, {"usage_events.csv": data})
    assert loaded(load, "usage_events", "user_id") == [("ué",), ("uß",)]
    assert told(load, "encoding") == [
        "usage_events.csv: 1 line is in another encoding than the rest; nothing is lost."
    ]


def parquet(**columns):
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


USAGE_PARQUET = parquet(
    event_id=["G1"],
    customer_id=["acme"],
    user_id=["u1"],
    event_at=["2026-02-01T05:00:00Z"],
    feature=["reports"],
)
USAGE_JSON = (
    '{"event_id": "G1", "customer_id": "acme", "user_id": "u1", '
    '"event_at": "2026-02-01T05:00:00Z", "feature": "reports"}\n'
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("usage_events.csv", USAGE + ROW),
        ("Usage_Events.CSV", USAGE + ROW),
        ("usage_events.csv.gz", USAGE + ROW),
        ("usage_events.tsv", (USAGE + ROW).replace(",", "\t")),
        ("usage_events.jsonl", USAGE_JSON),
        ("usage_events.jsonl.gz", USAGE_JSON),
        ("usage_events.parquet", USAGE_PARQUET),
        ("usage_events.parquet.gz", USAGE_PARQUET),
    ],
)
def test_one_table_in_every_format_is_the_same_table(tmp_path, name, content):
    load = taken_in(tmp_path, {name: content})
    assert loaded(load, "usage_events", "event_id", "customer_id", "user_id", "feature") == [
        ("G1", "acme", "u1", "reports")
    ]
    assert load.problems == ()


def test_json_keeps_numbers_as_written_and_refuses_lines_that_are_no_object(tmp_path):
    text = (
        '{"period": "2026-02", "kind": "tools", "amount": 19.99}\n'
        "[1, 2]\n\n"
        '{"period": "2026-03", "kind": "tools", "amount": 0.10, "currency": null}\n'
        '{"period": \n'
    )
    load = taken_in(tmp_path, {"costs.jsonl": text})
    assert [str(amount) for (amount,) in loaded(load, "costs", "amount")] == [
        "19.990000",
        "0.100000",
    ]
    assert refused(load) == [
        ("costs.jsonl", 2, "not a JSON object on one line"),
        ("costs.jsonl", 5, "not a JSON object on one line"),
    ]
    assert [(total.read, total.loaded, total.quarantined) for total in load.totals] == [(4, 2, 2)]


@pytest.mark.parametrize("name", ["usage_events.parquet", "usage_events.csv.gz"])
def test_a_broken_file_is_a_problem_of_its_table_alone(tmp_path, name):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / name).write_bytes(b"this is not it")
    load = taken_in(tmp_path, {"site_traffic.csv": "period,sessions,visitors\n2026-02,1,2\n"})
    assert loaded(load, "site_traffic", "sessions") == [(1,)]
    assert load.failed == ("usage_events",)
    (problem,) = load.problems
    assert problem.exit_code == 3
    assert problem.what.startswith(f"'{name}' cannot be read")
