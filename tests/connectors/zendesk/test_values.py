"""One value from Zendesk: instants in every notation, ids, custom fields of any type."""

from __future__ import annotations

import pytest

from tasks.connectors.values import instant, plain, several, when, whole
from tasks.connectors.zendesk.people import customer_id

THE_SAME = "2014-07-04T15:37:04Z"


@pytest.mark.parametrize(
    "written",
    [
        "2014-07-04T15:37:04Z",
        "20140704T15:37:04Z",
        "20140704T153704Z",
        "2014-07-04 15:37:04 UTC",
        "2014-07-04T17:37:04+02:00",
        "2014-07-04T17:37:04 +0200",
        "2014-07-04T15:37:04.000Z",
        1404488224,
        1404488224000,
        "1404488224",
        "1404488224000",
        1404488224.0,
    ],
)
def test_every_notation_of_an_instant_is_one_utc_instant(written):
    assert when(written) == THE_SAME


def test_a_date_alone_begins_at_midnight_utc():
    assert when("2014-07-04") == "2014-07-04T00:00:00Z"


@pytest.mark.parametrize("written", [None, "", True, "soon", [], {}, "2014-13-45"])
def test_what_is_no_instant_is_none(written):
    assert instant(written) is None


def test_what_is_no_instant_stays_visible_so_that_it_is_refused_with_its_text():
    assert when("soon") == "soon"
    assert when(None) is None


def test_numbers_truths_and_lists_as_text():
    assert [plain(one) for one in (12.0, 5.2, 7, "x ", True, None, [], {}, "")] == [
        "12", "5.2", "7", "x", "true", None, None, None, None,
    ]  # fmt: skip
    assert several(["a", 1, None, ["b"]]) == ("a", "1")
    assert several("a b") == ()
    assert [whole(one) for one in ("3", 3.0, 3.5, True, None, "x")] == [
        3,
        3,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("value", "customer"),
    [("C01", "C01"), (77, "77"), (77.0, "77"), (True, None), (["C01"], None), (None, None)],
)
def test_a_custom_field_whose_type_differs_by_row_never_breaks_a_run(value, customer):
    organization = {"id": 5, "organization_fields": {"crm_id": value}}
    assert customer_id(organization, "field:crm_id") == customer


def test_a_custom_field_that_was_renamed_or_deleted_names_no_customer():
    assert customer_id({"id": 5, "organization_fields": {}}, "field:crm_id") is None
    assert customer_id({"id": 5, "organization_fields": None}, "field:crm_id") is None
    assert customer_id({"id": 5}, "field:crm_id") is None
