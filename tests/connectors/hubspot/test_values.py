"""Every value of HubSpot is text: what it means, and what becomes of a bad one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tasks.connectors.properties import Reader, text, written
from tasks.connectors.remarks import Remarks


@pytest.fixture
def reader():
    return Reader("deals", Remarks("crm"), ZoneInfo("US/Eastern"))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("1200", Decimal(1200)),
        (" 1200.50 ", Decimal("1200.50")),
        ("1,200.50", Decimal("1200.50")),
        ("-3", Decimal(-3)),
        (7, Decimal(7)),
        ("", None),
        (None, None),
    ],
)
def test_numbers(reader, said, means):
    assert reader.number({"amount": said}, "amount") == means
    assert reader.remarks.notes() == ()


@pytest.mark.parametrize("said", ["a lot", "1,5", "1.200,50", "Infinity", "NaN", "²"])
def test_numbers_that_are_none(reader, said):
    assert reader.number({"amount": said}, "amount") is None
    (note,) = reader.remarks.notes()
    assert (note.kind, note.table, note.count) == ("mapping_issue", "deals", 1)
    assert note.text.startswith(f"crm: amount is given as '{said}', which cannot be read")


@pytest.mark.parametrize(
    "said",
    [
        "2026-03-01T04:30:00Z",
        "2026-03-01T04:30:00.000Z",
        "2026-03-01T05:30:00+01:00",
        "2026-03-01T04:30:00",
        "1772339400000",
    ],
)
def test_instants(reader, said):
    assert reader.instant({"at": said}, "at") == datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["soon", "0001-01-01", "9999-12-31T00:00:00Z", "20260301", "1e12"])
def test_instants_that_are_none(reader, said):
    assert reader.instant({"at": said}, "at") is None
    assert len(reader.remarks.notes()) == 1


def test_a_picked_date_is_that_date_and_an_instant_is_the_portals_day(reader):
    assert reader.day({"on": "2026-03-01"}, "on") == date(2026, 3, 1)
    assert reader.day({"on": "1772323200000"}, "on") == date(2026, 3, 1)
    assert reader.day({"on": "2026-03-01T04:30:00Z"}, "on") == date(2026, 2, 28)
    assert reader.local_day({"on": "2026-03-01T00:00:00Z"}, "on") == date(2026, 2, 28)


def test_yes_and_no(reader):
    said = {"a": "true", "b": False, "c": "", "d": "Yes", "e": "perhaps"}
    assert [reader.flag(said, name) for name in "abcde"] == [True, False, None, True, None]
    assert len(reader.remarks.notes()) == 1


def test_text_of_any_type():
    given = {"a": " x ", "b": 3, "c": True, "d": ["x", "y"], "e": [], "f": "  "}
    assert [text(given, name) for name in "abcdefg"] == ["x", "3", "true", "x|y", None, None, None]


def test_a_long_bad_value_is_not_repeated_whole(reader):
    reader.number({"amount": "x" * 500}, "amount")
    assert len(reader.remarks.notes()[0].text) < 150


def test_values_are_written_as_a_file_would_have_them():
    at = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
    given = [at, date(2026, 3, 1), True, Decimal("1200.00"), None, "", "x"]
    assert [written(one) for one in given] == [
        "2026-03-01T04:30:00Z",
        "2026-03-01",
        "true",
        "1200",
        None,
        None,
        "x",
    ]
