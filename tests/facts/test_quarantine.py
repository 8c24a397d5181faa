"""Rows that are not loaded: each is there, with its key, its column and a reason."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.drawn import folded, one, raw, refused, utc, values

VERSION = {
    "customer_id": "acme",
    "product": "core",
    "status": "active",
    "unit_amount": "10",
    "quantity": "1",
    "currency": "USD",
    "interval": "month",
    "interval_count": "1",
    "discount_pct": "0",
}
ORDER = {"customer_id": "acme", "ordered_at": "2026-02-01", "status": "completed"}


def versions(text):
    return one("subscription_versions", text, **VERSION)


def test_an_nps_of_eleven_is_refused_and_an_empty_answer_is_kept():
    table = one(
        "survey_responses",
        """
        response_id | survey | score | scale_min | scale_max
        N1          | nps    | 10    | 0         | 10
        N2          | nps    | 11    | 0         | 10
        N3          | nps    | -     | 0         | 10
        """,
        responded_at="2026-02-03T15:00:00Z",
        high_is="good",
    )
    assert values(table, "response_id") == [("N1",), ("N3",)]
    assert refused(table) == [
        ("N2", "score", "11", "outside its own scale, scale_min to scale_max")
    ]
    assert table.quarantined[0].line == 3
    assert table.quarantined[0].file == "survey_responses.csv"


def test_an_nps_on_another_scale_is_refused_and_good_or_bad_is_not():
    table = one(
        "survey_responses",
        """
        response_id | survey | score | scale_min | scale_max
        A           | nps    | 7     | 1         | 10
        B           | csat   | 1     | 0         | 1
        C           | csat   | 3     | 5         | 1
        D           | ces    | 8     | 1         | 7
        """,
        responded_at="2026-02-03T15:00:00Z",
        high_is="good",
    )
    assert values(table, "response_id") == [("B",)]
    assert refused(table) == [
        (
            "A",
            "scale_min",
            "1",
            "an NPS is asked from 0 to 10; other scales are refused, not rescaled",
        ),
        ("C", "scale_max", "1", "not above scale_min"),
        ("D", "score", "8", "outside its own scale, scale_min to scale_max"),
    ]


def test_of_two_rows_with_one_key_the_one_changed_last_is_loaded():
    table = one(
        "orders",
        """
        order_id | amount | updated_at
        O1       | 99     | 2026-03-20T15:00:00Z
        O1       | 90     | 2026-03-20T16:00:00Z
        O1       | 80     | -
        O2       | 5      | 2026-03-01T00:00:00Z
        """,
        **ORDER,
    )
    assert values(table, "order_id", "amount") == [("O1", 90), ("O2", 5)]
    older = "an older row with the same key; the latest is kept"
    assert refused(table) == [("O1", "order_id", "O1", older), ("O1", "order_id", "O1", older)]
    assert (table.read, table.duplicates) == (4, 2)


def test_without_a_time_of_change_the_last_line_wins_and_copies_are_called_copies():
    table = one(
        "orders",
        """
        order_id | amount | updated_at
        O1       | 5      | -
        O1       | 7      | -
        O2       | 1      | -
        O2       | 1      | -
        """,
        **ORDER,
    )
    assert values(table, "order_id", "amount") == [("O1", 7), ("O2", 1)]
    assert [row.reason for row in table.quarantined] == [
        "an older row with the same key; the latest is kept",
        "an exact copy of another row",
    ]


def test_keys_of_several_columns_may_have_an_empty_part():
    table = one(
        "costs",
        """
        period  | kind  | amount | currency
        2026-02 | tools | 5      | -
        2026-02 | tools | 6      | EUR
        2026-02 | tools | 7      | -
        """,
    )
    assert values(table, "amount", "currency") == [(6, "EUR"), (7, None)]
    assert refused(table)[0][:3] == ("2026-02/tools/", "period, kind, currency", "2026-02/tools/")


def test_an_edited_review_is_a_second_row_and_no_duplicate():
    table = one(
        "reviews",
        """
        review_id | rated_at   | rating
        W3        | 2026-02-10 | 1
        W3        | 2026-02-20 | 3
        W4        | 2026-02-20 | 6
        """,
    )
    assert values(table, "rating") == [(1,), (3,)]
    assert refused(table) == [("W4/2026-02-20", "rating", "6", "above 5")]


def test_versions_of_one_subscription_may_touch_but_not_overlap():
    table = versions(
        """
        version_id | subscription_id | valid_from | valid_to
        V1         | S1              | 2026-01-01 | 2026-02-01
        V2         | S1              | 2026-02-01 | 2026-03-01
        V3         | S1              | 2026-02-15 | 2026-04-01
        V4         | S1              | 2026-03-01 | -
        V5         | S1              | 2026-05-01 | -
        V6         | S2              | 2026-02-15 | -
        """
    )
    assert values(table, "version_id") == [("V1",), ("V2",), ("V4",), ("V6",)]
    reason = "starts before the previous version of subscription_id S1 has ended"
    assert refused(table) == [
        ("V3", "valid_from", "2026-02-15", reason),
        ("V5", "valid_from", "2026-05-01", reason),
    ]


def test_of_two_versions_that_start_together_the_one_changed_last_stays():
    table = versions(
        """
        version_id | subscription_id | valid_from | valid_to   | updated_at
        V1         | S1              | 2026-01-01 | 2026-02-01 | 2026-01-01
        V2         | S1              | 2026-01-01 | 2026-03-01 | 2026-01-09
        """
    )
    assert values(table, "version_id") == [("V2",)]


def test_a_version_that_ends_before_it_starts_is_refused_and_one_of_no_length_is_not():
    table = versions(
        """
        version_id | subscription_id | valid_from | valid_to
        V1         | S1              | 2026-02-01 | 2026-01-31
        V2         | S2              | 2026-02-01 | 2026-02-01
        """
    )
    assert values(table, "version_id") == [("V2",)]
    assert refused(table) == [("V1", "valid_to", "2026-01-31", "before valid_from")]


def test_unknown_words_are_refused_with_what_was_probably_meant():
    words = "active, past_due, trialing, unpaid, canceled, paused, incomplete, incomplete_expired"
    table = versions(
        [
            {
                "version_id": "V1",
                "subscription_id": "S",
                "valid_from": "2026-01-01",
                "status": "Cancelled",
            },
            {
                "version_id": "V2",
                "subscription_id": "S",
                "valid_from": "2026-01-01",
                "status": "zombie",
            },
        ]
    )
    assert refused(table) == [
        ("V1", "status", "Cancelled", f"not one of {words}; did you mean 'canceled'?"),
        ("V2", "status", "zombie", f"not one of {words}"),
    ]


def test_what_must_be_there_and_is_not_is_refused():
    table = one("orders", [{"order_id": None, "amount": "5"}, {"order_id": "O2"}], **ORDER)
    assert refused(table) == [("", "order_id", "", "empty"), ("O2", "amount", "", "empty")]


def test_the_first_mistake_of_a_row_is_the_one_that_is_told():
    table = one("orders", [{"order_id": "O", "amount": "x", "updated_at": "y"}], **ORDER)
    assert [row[1] for row in refused(table)] == ["amount"]


def test_ranges():
    table = versions(
        [
            {
                "version_id": "V1",
                "subscription_id": "S",
                "valid_from": "2026-01-01",
                "discount_pct": "120",
            },
            {
                "version_id": "V2",
                "subscription_id": "S",
                "valid_from": "2026-01-01",
                "quantity": "-1",
            },
            {
                "version_id": "V3",
                "subscription_id": "S",
                "valid_from": "2026-01-01",
                "interval_count": "0",
            },
        ]
    )
    assert [row[1:] for row in refused(table)] == [
        ("discount_pct", "120", "above 100"),
        ("quantity", "-1", "below 0"),
        ("interval_count", "0", "below 1"),
    ]


def test_files_of_one_table_are_one_table_also_where_their_types_differ():
    text = raw("orders", [{"order_id": "1", "amount": "5", **ORDER}])
    typed = raw("orders", [{"order_id": 1, "amount": 7, **ORDER}])
    table = folded(text, typed).tables["orders"]
    assert values(table, "order_id", "amount") == [("1", 7)]
    assert table.duplicates == 1


def test_rows_say_which_source_they_are_from_unless_they_say_so_themselves():
    assert values(one("orders", [{"order_id": "1", "amount": "5"}], **ORDER), "source") == [
        ("exports",)
    ]
    told = one("orders", [{"order_id": "1", "amount": "5", "source": "shop"}], **ORDER)
    assert values(told, "source") == [("shop",)]
    remark = one("feedback", [{"feedback_id": "f", "received_at": "2026-02-01"}])
    assert values(remark, "source") == [(None,)]


def test_a_table_without_rows_is_loaded_as_such_with_a_note():
    load = folded(raw("tickets", []))
    assert load.tables["tickets"].rows.num_rows == 0
    assert [(note.kind, note.text) for note in load.notes] == [
        ("empty_table", "exports: tickets has no rows.")
    ]


def test_the_watermark_is_what_happened_last_and_never_a_plan_or_the_future():
    load = folded(
        raw(
            "tickets",
            [
                {"ticket_id": "t", "created_at": "2026-02-01T10:00:00Z"},
                {"ticket_id": "u", "created_at": "2031-01-01"},
            ],
        ),
        raw(
            "contracts",
            [{"contract_id": "x", "customer_id": "a", "due_at": "2026-11-30", "acv": "1"}],
        ),
    )
    assert load.watermark.isoformat() == "2026-02-01T10:00:00+00:00"
    later = folded(
        raw(
            "production",
            [
                {
                    "lot_id": "l",
                    "produced_on": "2026-02-03",
                    "units_produced": "1",
                    "units_defective": "0",
                }
            ],
        )
    )
    assert later.watermark.isoformat() == "2026-02-03T05:00:00+00:00"
    assert folded(raw("tickets", [])).watermark is None


CELL = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "a",
            "b",
            "2026-02-01",
            "2026-02-30",
            "5",
            "-5",
            "completed",
            "Null",
            "9999-12-31",
            "\x00",
            "'",
            '"',
            "é",
            " ",
        ]
    ),
    st.text(max_size=6),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(
                ("order_id", "customer_id", "ordered_at", "amount", "status", "updated_at"), CELL
            )
        ),
        max_size=12,
    )
)
def test_law_every_row_is_loaded_or_refused_and_none_twice(rows):
    load = folded(raw("orders", [{**row, "channel": str(at)} for at, row in enumerate(rows)]))
    table = load.tables["orders"]
    loaded = [int(row["channel"]) for row in table.rows.to_pylist()]
    refused_rows = [row.line - 2 for row in table.quarantined]
    assert sorted(loaded + refused_rows) == list(range(len(rows)))
    assert table.origin.num_rows == table.rows.num_rows
    assert [total.read for total in load.totals] == [len(rows)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 20), st.one_of(st.none(), st.integers(1, 25))), max_size=10)
)
def test_law_loaded_versions_never_overlap(spans):
    rows = [
        {
            "version_id": str(at),
            "subscription_id": "S",
            "valid_from": f"2026-01-{start:02d}",
            "valid_to": None if end is None else f"2026-01-{end:02d}",
        }
        for at, (start, end) in enumerate(spans)
    ]
    table = versions(rows)
    forever = utc("2199-01-01")
    kept = sorted((start, end or forever) for start, end in values(table, "valid_from", "valid_to"))
    assert all(end <= start for (_, end), (start, _) in pairwise(kept))
    assert len(kept) + len(table.quarantined) == len(spans)
