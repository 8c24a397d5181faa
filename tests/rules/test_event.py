"""What one large customer does is told by itself, once, with who looks after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tasks.model import Severity
from tasks.rules.circumstances import Happening, Kind
from tasks.rules.event import EventSettings, customer_of, headline_of, judge, kind_of
from tests.rules.drawing import MRR, case, weeks

HARBOR = Happening(
    Kind.NOTICE,
    "C 1007",
    "Harbor Group",
    date(2026, 11, 17),
    Decimal(9800),
    Decimal("0.024"),
    lost=Decimal(9800),
    ends=date(2026, 12, 31),
    owner="Ana Lima",
)
CONTRACT = replace(HARBOR, kind=Kind.UNDECIDED, on=date(2027, 1, 1), ends=date(2027, 3, 31))


def found(*happenings, told="2026-W47", **settings):
    asked = case(MRR, weeks([400_000] * 3, subject=MRR, last=told), told)
    return judge(replace(asked, happenings=happenings), EventSettings(**settings))


def sentence(one, **more):
    (told,) = found(one, **more)
    return told.sentence


def test_a_notice_in_words():
    assert sentence(HARBOR) == (
        "Harbor Group ($9,800 MRR, 2.4 % of all) gave notice on 17 November 2026; "
        "they leave on 31 December 2026. Owner: Ana Lima."
    )
    assert '("too expensive")' in sentence(replace(HARBOR, note="too expensive"))


def test_it_belongs_to_the_customer_the_kind_and_the_day():
    (one,) = found(HARBOR)
    assert (one.cell.kpi, one.cell.segment_dimension) == ("mrr", "customer")
    assert one.cell.segment == "C 1007 notice 2026-11-17"
    assert (customer_of(one), kind_of(one)) == ("C 1007", Kind.NOTICE)
    assert headline_of(one) == "A large customer gave notice"
    assert (one.direction, one.severity, one.observed) == ("down", Severity.WARNING, 9800)


def test_it_is_told_in_its_own_period():
    assert found(HARBOR, told="2026-W46") == ()
    assert found(HARBOR, told="2026-W48") == ()
    assert len(found(HARBOR, told="2026-11")) == 1
    assert len(found(HARBOR, told="2026-11-17")) == 1


def test_small_customers_are_a_matter_of_churn():
    assert found(replace(HARBOR, share=Decimal("0.0199"))) == ()
    assert len(found(replace(HARBOR, share=Decimal("0.0199")), share=Decimal("0.01"))) == 1


def test_a_tenth_of_everything_is_critical():
    assert found(replace(HARBOR, share=Decimal("0.1")))[0].severity is Severity.CRITICAL
    assert found(HARBOR, critical_share=Decimal("0.02"))[0].severity is Severity.CRITICAL
    assert found(HARBOR, severity=Severity.INFO)[0].severity is Severity.INFO


def test_a_downgrade_in_words():
    less = replace(HARBOR, kind=Kind.CONTRACTION, lost=Decimal(3200), owner="")
    assert sentence(less) == (
        "Harbor Group ($9,800 MRR, 2.4 % of all) pays $3,200 a month less "
        "since 17 November 2026: $6,600."
    )
    assert found(replace(less, lost=Decimal(979))) == ()
    assert len(found(replace(less, lost=Decimal(979)), cut=Decimal("0.05"))) == 1


def test_a_contract_that_is_undecided():
    assert sentence(CONTRACT) == (
        "Harbor Group ($9,800 MRR, 2.4 % of all): 40 days left to give notice, undecided; "
        "the contract ends on 31 March 2027. Owner: Ana Lima."
    )
    renewing = replace(CONTRACT, renews=True)
    assert "undecided; it renews by itself on 1 April 2027." in sentence(renewing)
    assert "1 day left" in sentence(replace(CONTRACT, on=date(2026, 11, 23)))


@pytest.mark.parametrize(("told", "count"), [("2026-W45", 0), ("2026-W46", 0), ("2026-W47", 1)])
def test_it_is_told_as_many_days_before_as_is_set(told, count):
    assert len(found(CONTRACT, told=told, days_before=40)) == count


def test_the_day_that_passed_undecided():
    passed = replace(CONTRACT, on=date(2026, 11, 18))
    assert sentence(passed) == (
        "Harbor Group ($9,800 MRR, 2.4 % of all): the last day to give notice "
        "(18 November 2026) passed undecided; the contract ends on 31 March 2027. Owner: Ana Lima."
    )
    (renewed,) = found(replace(passed, renews=True))
    assert renewed.severity is Severity.INFO
    assert found(passed, told="2026-W48") == ()


def test_a_champion_who_is_gone():
    silent = replace(
        HARBOR, kind=Kind.SILENCE, on=date(2026, 9, 18), note="champion", lost=Decimal(0)
    )
    assert sentence(silent).startswith(
        "Harbor Group ($9,800 MRR, 2.4 % of all): their champion was last seen on 18 September"
    )
    assert found(silent)[0].observed == 9800
    assert found(silent, told="2026-W48") == ()
    assert found(silent, silent_days=90) == ()
    assert "their champion" in sentence(replace(silent, note=""))


def test_every_happening_is_a_finding_of_its_own():
    cells = [one.cell for one in found(HARBOR, CONTRACT, replace(HARBOR, customer_id="C2"))]
    assert len(set(cells)) == 3
