"""What large customers do is read from the facts as they are known now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tasks.engine.happenings import happenings
from tasks.rules.circumstances import Kind
from tests.engine.worlds import NOW, World

CUSTOMERS = """
    customer_id | name         | owner_id
    harbor      | Harbor Group | ana
    quill       | Quill Labs   | ben
    tiny        | Tiny Ltd     | -
    rest        | The Rest     | -
"""
OWNERS = """
    owner_id | name
    ana      | Ana Lima
"""
SUBSCRIPTIONS = """
    customer_id | unit_amount | valid_from | valid_to | cancel_requested_at  | cancel_at  | cancel_reason
    harbor      | 300         | 2025-06-01 | -        | 2026-02-10T15:00:00Z | 2026-03-31 | price
    quill       | 200         | 2025-06-01 | -        | -                    | -          | -
    tiny        | 1           | 2025-06-01 | -        | 2026-02-11T15:00:00Z | 2026-03-31 | price
    rest        | 499         | 2025-06-01 | -        | -                    | -          | -
"""


def told(tables, period="2026-02", now=NOW, least=Decimal("0.02")):
    world = World({"customers": CUSTOMERS, "owners": OWNERS, **tables})
    with world.session() as session:
        asked = world.basis.calendar.period(period)
        return happenings(session, world.basis, asked, now=now, least=least)


def test_a_notice_has_its_day_its_end_its_reason_and_an_owner():
    (one,) = told({"subscription_versions": SUBSCRIPTIONS})
    assert (one.kind, one.customer_id, one.name) == (Kind.NOTICE, "harbor", "Harbor Group")
    assert (one.on, one.ends, one.note) == (date(2026, 2, 10), date(2026, 3, 31), "price")
    assert (one.mrr, one.share, one.owner) == (300, Decimal("0.3"), "Ana Lima")


def test_small_customers_are_left_out_until_they_are_asked_for():
    found = told({"subscription_versions": SUBSCRIPTIONS}, least=Decimal("0.001"))
    assert [one.customer_id for one in found] == ["harbor", "tiny"]


def test_a_notice_of_this_morning_is_known_at_noon():
    noon = datetime(2026, 2, 10, 16, tzinfo=UTC)
    assert len(told({"subscription_versions": SUBSCRIPTIONS}, "2026-02", noon)) == 1
    assert len(told({"subscription_versions": SUBSCRIPTIONS}, "2026-02-10", noon)) == 1
    before = datetime(2026, 2, 10, 14, tzinfo=UTC)
    assert told({"subscription_versions": SUBSCRIPTIONS}, "2026-02", before) == ()


def test_a_period_without_notice_or_that_has_not_begun_has_none():
    assert told({"subscription_versions": SUBSCRIPTIONS}, "2026-01") == ()
    assert told({"subscription_versions": SUBSCRIPTIONS}, "2027-01") == ()
    assert told({}) == ()


def test_a_notice_that_was_taken_back_is_none():
    text = """
        customer_id | unit_amount | valid_from | valid_to   | cancel_requested_at
        harbor      | 300         | 2025-06-01 | 2026-02-15 | 2026-02-10T15:00:00Z
        harbor      | 300         | 2026-02-15 | -          | -
    """
    assert told({"subscription_versions": text}) == ()


def test_a_downgrade_is_what_is_paid_less():
    text = """
        customer_id | unit_amount | valid_from | valid_to
        quill       | 200         | 2025-06-01 | 2026-02-12
        quill       | 140         | 2026-02-12 | -
        rest        | 800         | 2025-06-01 | -
    """
    (one,) = told({"subscription_versions": text})
    assert (one.kind, one.on, one.lost, one.mrr) == (Kind.CONTRACTION, date(2026, 2, 12), 60, 200)
    assert one.owner == "ben"


CONTRACTS = """
    customer_id | due_at     | outcome | decided_at | notice_by  | auto_renews | term_months
    harbor      | 2026-06-30 | pending | -          | 2026-04-01 | true        | 12
    quill       | 2026-06-30 | renewed | 2026-02-02 | 2026-04-01 | false       | 12
    rest        | 2026-06-30 | pending | -          | 2026-04-01 | false       | 1
    tiny        | 2026-06-30 | pending | -          | 2026-04-01 | false       | 12
"""
PAYING = SUBSCRIPTIONS.replace("2026-02-10T15:00:00Z", "-")
END_OF_FEBRUARY = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_a_contract_is_undecided_until_it_is_decided():
    tables = {"subscription_versions": PAYING, "contracts": CONTRACTS}
    (one,) = told(tables, now=END_OF_FEBRUARY)
    assert (one.kind, one.customer_id, one.on) == (Kind.UNDECIDED, "harbor", date(2026, 4, 1))
    assert (one.ends, one.renews) == (date(2026, 6, 30), True)
    early = told(tables, "2026-01", datetime(2026, 2, 1, 9, tzinfo=UTC))
    assert [each.customer_id for each in early] == ["harbor", "quill"]
    assert told(tables, "2026-05", datetime(2026, 6, 1, 9, tzinfo=UTC)) == ()


def test_who_has_given_notice_has_decided():
    tables = {"subscription_versions": SUBSCRIPTIONS, "contracts": CONTRACTS}
    assert [one.kind for one in told(tables, now=END_OF_FEBRUARY)] == [Kind.NOTICE]


def test_a_champion_was_last_seen():
    contacts = """
        contact_id | customer_id | role          | last_seen_at
        1          | harbor      | IT Champion   | 2025-12-20T10:00:00Z
        2          | harbor      | buyer         | 2026-02-20T10:00:00Z
        3          | tiny        | champion      | 2025-12-20T10:00:00Z
    """
    (one,) = told({"subscription_versions": PAYING, "contacts": contacts})
    assert (one.kind, one.on, one.note) == (Kind.SILENCE, date(2025, 12, 20), "IT Champion")


def test_a_name_is_only_a_name():
    hostile = CUSTOMERS.replace("Harbor Group", "<!channel> Harbor")
    (one,) = told({"customers": hostile, "subscription_versions": SUBSCRIPTIONS})
    assert one.name == "<!channel> Harbor"  # messages escape it, as they do every name
