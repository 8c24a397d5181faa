"""What is checked when all sources are there."""

from __future__ import annotations

import pyarrow as pa

from tests.facts.drawn import folded, one, raw, refused, settled, values

USAGE = """
    event_id | customer_id | event_at
    G1       | acme        | 2026-02-01
    G2       | ghost       | 2026-02-02
    """


def customers(*ids, **more):
    return raw("customers", [{"customer_id": one, "name": one, **more} for one in ids])


def test_a_fact_about_nobody_is_refused_with_the_line_it_stood_in():
    (load,) = settled(folded(customers("acme"), raw("usage_events", USAGE)))
    table = load.tables["usage_events"]
    assert values(table, "event_id") == [("G1",)]
    assert refused(table) == [("G2", "customer_id", "ghost", "not in customers")]
    assert (table.quarantined[0].file, table.quarantined[0].line) == ("usage_events.csv", 3)
    assert [(t.table, t.read, t.loaded, t.quarantined) for t in load.totals] == [
        ("customers", 1, 1, 0),
        ("usage_events", 2, 1, 1),
    ]


def test_customers_may_come_from_another_source_or_from_the_lake():
    crm = folded(customers("acme", "ghost"), source="crm")
    _, product = settled(crm, folded(raw("usage_events", USAGE), source="product"))
    assert values(product.tables["usage_events"], "event_id") == [("G1",), ("G2",)]
    lake = {("customers", "customer_id"): pa.chunked_array([["acme"]])}
    (product,) = settled(folded(raw("usage_events", USAGE)), elsewhere=lake)
    assert values(product.tables["usage_events"], "event_id") == [("G1",)]


def test_without_any_customers_nobody_is_missing():
    (load,) = settled(folded(raw("usage_events", USAGE)))
    assert values(load.tables["usage_events"], "event_id") == [("G1",), ("G2",)]


def test_a_ticket_of_nobody_in_particular_is_kept():
    tickets = raw("tickets", [{"ticket_id": "t", "created_at": "2026-02-01"}])
    (load,) = settled(folded(customers("acme"), tickets))
    assert values(load.tables["tickets"], "ticket_id") == [("t",)]


def test_lesser_references_that_lead_nowhere_are_noted_and_their_rows_kept():
    (load,) = settled(folded(customers("acme", "birch", merged_into="gone")))
    assert values(load.tables["customers"], "customer_id") == [("acme",), ("birch",)]
    assert load.notes[0].kind == "reference"
    assert load.notes[0].text == (
        "customers: 2 rows with a merged_into that is not in customers, such as 'gone'; "
        "loaded all the same."
    )


def contract(currency):
    return {
        "contract_id": f"X-{currency}",
        "customer_id": "a",
        "due_at": "2026-02-01",
        "acv": "5",
        "currency": currency,
    }


def test_a_currency_without_any_rate_is_noted_and_its_rows_stay():
    rates = raw(
        "fx_rates",
        [{"currency": "EUR", "rate_date": "2026-01-01", "rate_to_usd": "1.1", "kind": "spot"}],
    )
    contracts = raw("contracts", [contract(code) for code in ("USD", "EUR", "GBP", None)])
    (load,) = settled(folded(rates, contracts))
    assert [(note.kind, note.count, note.table) for note in load.notes] == [
        ("currency", 1, "contracts")
    ]
    assert load.notes[0].text == (
        "contracts: 1 row in GBP, for which fx_rates has no rate; what they add up to in USD is "
        "unknown until one is added."
    )
    assert len(values(load.tables["contracts"], "acv")) == 4


def test_without_rates_only_the_companys_own_currency_needs_none():
    (load,) = settled(folded(raw("contracts", [contract("USD"), contract("EUR")])), currency="EUR")
    assert [note.text.split(",")[0] for note in load.notes] == ["contracts: 1 row in USD"]


def test_customers_without_a_history_are_noted():
    (load,) = settled(folded(customers("acme")))
    assert [note.kind for note in load.notes] == ["history"]
    history = raw("customer_versions", [{"customer_id": "acme", "valid_from": "2026-01-01"}])
    (load,) = settled(folded(customers("acme"), history))
    assert load.notes == ()


def test_customers_merged_in_a_circle_are_noted():
    circle = raw(
        "customers",
        [
            {"customer_id": "acme", "merged_into": "acme_uk"},
            {"customer_id": "acme_uk", "merged_into": "acme"},
        ],
    )
    (load,) = settled(folded(circle))
    (note,) = (note for note in load.notes if note.kind == "identity")
    assert note.text == (
        "customers: acme, acme_uk are merged into or owned by each other in a circle; "
        "they count as one, acme."
    )


def test_order_and_types_survive_settling():
    table = settled(folded(customers("b", "a")))[0].tables["customers"]
    assert values(table, "customer_id") == [("b",), ("a",)]
    assert table.rows.schema == one("customers", [{"customer_id": "x"}]).rows.schema


def test_dollars_have_a_rate_where_the_companys_own_currency_has_one():
    versions = raw("contracts", [contract("USD")])
    rate = {"currency": "EUR", "rate_date": "2026-01-01", "rate_to_usd": "1.1", "kind": "locked"}
    rates = raw("fx_rates", [rate])
    (reached,) = settled(folded(versions, rates), currency="EUR")
    (unreached,) = settled(folded(versions), currency="EUR")
    notes = [[note.kind for note in load.notes].count("currency") for load in (reached, unreached)]
    assert notes == [0, 1]
