"""How well customers are, which part of it says so, and how much revenue is at risk."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tasks.engine.asked import asked, prepare
from tasks.engine.cube import make_derived
from tasks.facts.health import explained, health
from tests.engine.worlds import NOW, World
from tests.kpis.overall import by_customer, overall

CUSTOMERS = """
    customer_id | merged_into | is_test
    acorn       | -           | false
    acorn-dup   | acorn       | false
    birch       | -           | false
    cedar       | -           | false
    dahlia      | -           | false
    gone        | -           | false
    qa          | -           | true
"""
SUBSCRIPTIONS = """
    customer_id | valid_from | valid_to   | unit_amount
    acorn       | 2025-06-01 | -          | 100
    birch       | 2025-06-01 | -          | 200
    cedar       | 2025-06-01 | -          | 400
    dahlia      | 2025-06-01 | -          | 800
    gone        | 2025-06-01 | 2026-02-10 | 1600
    qa          | 2025-06-01 | -          | 3200
"""
LICENSES = """
    customer_id | valid_from | seats
    acorn       | 2025-06-01 | 1
    birch       | 2025-06-01 | 1
"""
USES = """
    customer_id | user_id | event_at         | feature
    acorn       | u1      | 2026-02-02 15:00 | reports
    acorn       | u1      | 2026-02-18 15:00 | export
    gone        | u2      | 2026-02-02 15:00 | reports
"""
ANSWERS = """
    customer_id | respondent_id | responded_at     | score
    acorn       | u1            | 2026-01-15 12:00 | 2
    acorn       | u1            | 2026-02-15 12:00 | 8
    acorn-dup   | u7            | 2026-01-20 12:00 | 9
    birch       | u2            | 2025-11-20 12:00 | 9
    cedar       | u3            | 2025-12-01 00:00 | 4
    cedar       | u4            | 2026-03-01 00:00 | 10
    gone        | u5            | 2026-02-02 12:00 | 0
    qa          | u6            | 2026-02-02 12:00 | 0
"""
TICKETS = """
    customer_id | created_at       | merged_into | is_spam
    acorn       | 2026-02-02 12:00 | -           | false
    acorn-dup   | 2026-02-03 12:00 | -           | false
    acorn       | 2026-02-03 13:00 | -           | true
    birch       | 2026-01-31 23:59 | -           | false
    birch       | 2026-03-01 00:00 | -           | false
    cedar       | 2026-02-01 00:00 | -           | false
    cedar       | 2026-02-02 00:00 | -           | false
    cedar       | 2026-02-03 00:00 | -           | false
    cedar       | 2026-02-04 00:00 | -           | false
    cedar       | 2026-02-05 00:00 | -           | false
"""
MONTHS = ("2026-03", "2026-04")
TABLES = {
    "customers": CUSTOMERS,
    "subscription_versions": SUBSCRIPTIONS,
    "licenses": LICENSES,
    "usage_events": USES,
    "survey_responses": ANSWERS,
    "tickets": TICKETS,
}
WORLD = World(TABLES)
# acorn: usage 40*2/4 + 30*2/4 + 30 = 65; NPS the newest of each person, 8 and 9: 85; two tickets: 50
ACORN = Fraction("0.5") * 65 + Fraction("0.3") * 85 + Fraction("0.2") * 50
# birch: licensed and silent: 0; its answer is older than 90 days; no ticket in February: 100
BIRCH = Fraction("0.2") * 100 / Fraction("0.7")
# cedar: no licence; an answer of just 90 days, 40; five tickets leave nothing
CEDAR = Fraction("0.3") * 40 / Fraction("0.5")


def test_parts_are_weighed_by_what_is_known():
    found = by_customer(WORLD, "health_score", "customer")
    # dahlia has no part but support: 0.2 is too little; gone and qa are no customers
    assert found == {
        "acorn": ACORN,
        "birch": BIRCH,
        "cedar": CEDAR,
        "dahlia": "insufficient_inputs",
    }


def test_the_points_of_the_parts_add_up_to_the_mean():
    found = overall(WORLD, "health_score")
    close = Fraction(1, 10**11)
    assert abs(found["mean"] - (ACORN + BIRCH + CEDAR) / 3) < close
    points = [found[f"{part}_points"] for part in ("usage", "nps", "support")]
    assert abs(sum(points) - found["mean"]) < close
    assert points[0] == Fraction("32.5") / 3  # acorn's usage; birch's adds nothing


def test_what_a_part_is_of_a_customer_and_what_it_weighs():
    found = WORLD.measured("2026-02", kpis=("health_score",)).observations
    parts = {
        (one.variant, one.segment): (one.numerator, one.denominator, one.null_reason)
        for one in found
        if one.variant.startswith("customer_")
    }
    assert parts["customer_nps", "acorn"] == (Decimal("25.5"), Decimal("0.3"), None)
    assert parts["customer_nps", "birch"][2] == "insufficient_inputs"
    assert parts["customer_usage", "birch"] == (Decimal(0), Decimal("0.5"), None)
    assert parts["customer_support", "dahlia"] == (Decimal(20), Decimal("0.2"), None)


def _explained(world, customer, period="2026-02"):
    calendar = world.basis.calendar
    with world.session() as session:
        prepare(
            session,
            world.basis,
            asked((calendar.period(period),), as_of=None, cut=calendar.midnight(NOW.date())),
        )
        make_derived(session, (health(),), world.basis.parameters)
        rows = session.rows(explained(customer).params(world.basis.parameters))
    return [tuple(None if cell is None else cell for cell in row[1:]) for row in rows]


def test_every_part_says_what_it_adds_and_how_old_it_is():
    assert _explained(WORLD, "acorn") == [
        ("usage", 65, Decimal("0.5"), Decimal("32.5"), 10),
        ("nps", 85, Decimal("0.3"), Decimal("25.5"), 13),
        ("support", 50, Decimal("0.2"), 10, 25),
    ]
    assert _explained(WORLD, "dahlia") == [
        ("support", 100, Decimal("0.2"), None, None),
        ("nps", None, 0, None, None),
        ("usage", None, 0, None, None),
    ]


def test_mrr_is_at_risk_where_health_is_below_the_threshold():
    assert overall(WORLD, "at_risk_mrr") == {"health_lt_50": 200 + 400}
    strict = World(TABLES, settings={"health_score": {"red_below": Decimal(28)}})
    assert overall(strict, "at_risk_mrr") == {"health_lt_28": 400}


def test_without_any_score_no_mrr_is_called_safe():
    blind = World({"subscription_versions": SUBSCRIPTIONS})
    found = overall(blind, "health_score", "at_risk_mrr")
    assert set(found.values()) == {"insufficient_inputs"}


def test_a_currency_without_a_rate_is_no_mrr_of_zero():
    odd = SUBSCRIPTIONS.replace("unit_amount", "unit_amount | currency").replace(
        "| 200", "| 200 | XAU"
    )
    lines = [line if line.count("|") > 3 else f"{line} | USD" for line in odd.strip().splitlines()]
    world = World({**TABLES, "subscription_versions": "\n".join(lines)})
    assert overall(world, "at_risk_mrr") == {"health_lt_50": "missing_fx"}


def test_where_a_source_is_missing_the_others_carry_the_score():
    world = World({name: text for name, text in TABLES.items() if name != "tickets"})
    found = by_customer(world, "health_score", "customer")
    assert found["acorn"] == (Fraction("32.5") + Fraction("25.5")) / Fraction("0.8")
    assert found["cedar"] == "insufficient_inputs"  # 0.3 of 1


def test_a_helpdesk_that_fell_silent_makes_nobody_content():
    """The last ticket of anybody is of 1 March: in April support is not known, others carry on."""
    used = USES + "    acorn       | u1      | 2026-04-02 15:00 | reports\n"
    later = World({**TABLES, "usage_events": used})
    told = {
        month: by_customer(later, "health_score", "customer_support", month) for month in MONTHS
    }
    assert told["2026-03"]["acorn"] == 100
    assert set(told["2026-04"].values()) == {"insufficient_inputs"}
    without = World({name: text for name, text in later.tables.items() if name != "tickets"})
    april = overall(later, "health_score", period="2026-04")
    assert april["mean"] == overall(without, "health_score", period="2026-04")["mean"]


def test_weights_windows_and_coverage_are_settings():
    settings = {
        "health_score": {
            "weights": {"usage": 1, "nps": 1, "support": 1},
            "points_per_ticket": 10,
            "nps_valid_days": 365,
            "minimum_coverage": Decimal("0.3"),
        }
    }
    found = by_customer(World(TABLES, settings=settings), "health_score", "customer")
    close = Fraction(1, 10**11)
    assert abs(found["acorn"] - Fraction(65 + 85 + 80, 3)) < close
    assert abs(found["birch"] - Fraction(0 + 90 + 100, 3)) < close
    assert found["dahlia"] == 100


def test_health_of_a_week_looks_back_a_month():
    week = by_customer(WORLD, "health_score", "customer", period="2026-W09")
    month = by_customer(WORLD, "health_score", "customer")
    # to Monday, 2 March: the tickets of 1 February have left the 28 days, one of March came in
    assert week["acorn"] == month["acorn"]
    assert week["birch"] == Fraction("0.2") * 75 / Fraction("0.7")


def test_a_quarter_ends_as_healthy_as_its_last_month():
    quarter = by_customer(WORLD, "health_score", "customer", period="2026-Q1")
    march = by_customer(WORLD, "health_score", "customer", period="2026-03")
    assert quarter == march


def test_health_as_of_a_day_is_told_from_what_was_known_then():
    as_of = datetime(2026, 2, 3, tzinfo=UTC)
    found = WORLD.measured("2026-02", kpis=("health_score",), as_of=as_of).observations
    mine = next(one for one in found if one.variant == "customer_nps" and one.segment == "acorn")
    assert mine.numerator / mine.denominator == 55  # 2 and 9; the 8 came on the 15th
