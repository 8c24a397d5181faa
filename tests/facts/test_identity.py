"""Who is who after merges and parents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.facts.identity import Record, identities
from tests.facts.drawn import one


def who(text):
    rows = one("customers", text).rows.select(
        ["customer_id", "merged_into", "parent_id", "is_test"]
    )
    answer = identities(Record(**row) for row in rows.to_pylist())
    people = {each.customer_id: (each.billing_id, each.is_test) for each in answer.people}
    return people, answer.cycles


def test_duplicates_lead_to_the_survivor_however_long_the_chain():
    people, cycles = who("""
        customer_id | merged_into
        C01         | -
        C22         | C01
        C23         | C22
        """)
    assert people == {"C01": ("C01", False), "C22": ("C01", False), "C23": ("C01", False)}
    assert cycles == ()


def test_after_merges_the_topmost_parent_pays():
    people, _ = who("""
        customer_id | merged_into | parent_id
        top         | -           | -
        middle      | -           | top
        leaf        | -           | middle
        double      | leaf        | -
        old_top     | top         | -
        cousin      | -           | old_top
        """)
    assert {one: billing for one, (billing, _) in people.items()} == dict.fromkeys(people, "top")


def test_a_test_account_marks_its_duplicates_and_not_the_other_way_round():
    people, _ = who("""
        customer_id | merged_into | is_test
        qa          | -           | 1
        qa_double   | qa          | 0
        acme        | -           | 0
        acme_test   | acme        | 1
        """)
    assert {one for one, (_, is_test) in people.items() if is_test} == {
        "qa",
        "qa_double",
        "acme_test",
    }


def test_circles_are_reported_and_stand_for_their_first():
    people, cycles = who("""
        customer_id | merged_into | parent_id
        b           | a           | -
        a           | b           | -
        c           | a           | -
        p           | -           | q
        q           | -           | p
        """)
    assert cycles == (("a", "b"), ("p", "q"))
    assert {one: billing for one, (billing, _) in people.items()} == {
        "a": "a",
        "b": "a",
        "c": "a",
        "p": "p",
        "q": "p",
    }


def test_pointers_at_nobody_and_at_oneself_are_ignored():
    people, cycles = who("""
        customer_id | merged_into | parent_id
        a           | gone        | -
        b           | b           | b
        """)
    assert people == {"a": ("a", False), "b": ("b", False)}
    assert cycles == ()


IDS = ["a", "b", "c", "d", "e"]
POINTER = st.sampled_from([*IDS, None])


@given(st.lists(st.tuples(POINTER, POINTER), min_size=5, max_size=5))
def test_law_whoever_pays_pays_for_themselves(pointers):
    merged, parents = zip(*pointers, strict=True)
    records = map(Record, IDS, merged, parents)
    billing = {each.customer_id: each.billing_id for each in identities(records).people}
    assert all(billing[payer] == payer for payer in billing.values())
