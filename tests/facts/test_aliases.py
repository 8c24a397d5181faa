"""Several spellings of one plan or region become the name they count as, and nothing else does."""

from __future__ import annotations

from tasks.facts.aliases import with_aliases
from tests.facts.drawn import folded, raw, rows_of, values

MEANINGS = {
    "plan": {"Professional": "Pro", "Pro (old)": "Pro"},
    "region": {"Europe": "EMEA"},
    "owner": {"anna": "ana"},
}
CUSTOMERS = raw(
    "customers",
    [
        {"customer_id": "a", "plan": "Professional", "region": "Europe", "owner_id": "anna"},
        {"customer_id": "b", "plan": "Pro (old)", "region": "EMEA", "owner_id": "ana"},
        {"customer_id": "c", "plan": "Pro", "region": "APAC", "owner_id": None},
        {"customer_id": "d", "plan": None, "region": "professional", "owner_id": "Europe"},
        {"customer_id": "Europe", "name": "Professional", "plan": " Professional "},
    ],
)


def test_other_spellings_become_the_name() -> None:
    table = with_aliases(folded(CUSTOMERS), MEANINGS).tables["customers"]
    assert values(table, "customer_id", "name", "plan", "region", "owner_id") == [
        ("a", None, "Pro", "EMEA", "ana"),
        ("b", None, "Pro", "EMEA", "ana"),
        ("c", None, "Pro", "APAC", None),
        ("d", None, None, "professional", "Europe"),
        ("Europe", "Professional", "Pro", None, None),
    ]


def test_the_history_of_customers_has_the_names_too() -> None:
    versions = raw(
        "customer_versions",
        rows_of("""
            customer_id | valid_from | valid_to   | plan
            a           | 2026-01-01 | 2026-02-01 | Professional
            a           | 2026-02-01 | -          | Pro
        """),
    )
    table = with_aliases(folded(versions), MEANINGS).tables["customer_versions"]
    assert values(table, "plan") == [("Pro",), ("Pro",)]


def test_columns_and_control_totals_stay_as_they_are() -> None:
    before = folded(CUSTOMERS)
    after = with_aliases(before, MEANINGS)
    assert after.tables["customers"].rows.schema == before.tables["customers"].rows.schema
    assert after.totals == before.totals


def test_no_rows_and_no_aliases_are_nothing_to_do() -> None:
    empty = folded(raw("customers", []))
    assert with_aliases(empty, MEANINGS).tables["customers"].rows.num_rows == 0
    before = folded(CUSTOMERS)
    assert with_aliases(before, {}) is before
