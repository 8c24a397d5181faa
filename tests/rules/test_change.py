"""The change rule needs the percentage, the amount and the evidence; never the percentage alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from tasks.model import Severity
from tasks.rules.change import ChangeSettings, judge
from tasks.rules.changes import Against
from tests.rules.drawing import CHURN, CSAT, FIRST_RESPONSE, MRR, NEW_MRR, NPS, TICKETS, case, weeks


def rule_on(subject, history, **settings):
    return judge(case(subject, history), ChangeSettings(**settings))


def test_the_rule_needs_the_percentage_and_the_amount_and_the_evidence():
    history = weeks([*[150] * 20, 200], subject=TICKETS)
    (found,) = rule_on(TICKETS, history)
    assert found.severity is Severity.WARNING
    assert found.sentence == (
        "200 tickets this week: +33 % from 150 the week before; chance by luck 1 in 100."
    )
    assert rule_on(TICKETS, history, percent=Decimal("0.4")) == ()
    assert rule_on(TICKETS, history, floor=Decimal(60)) == ()
    assert rule_on(TICKETS, weeks([*[15] * 20, 20], subject=TICKETS)) == ()
    assert len(rule_on(TICKETS, weeks([*[15] * 20, 20], subject=TICKETS), significant=False)) == 1


def test_the_rule_against_a_year_ago():
    history = weeks([*[150] * 53, 300], subject=TICKETS)
    (found,) = rule_on(TICKETS, history, against=Against.YEAR)
    assert "+$" not in found.sentence
    assert "a year earlier" in found.sentence
    assert rule_on(TICKETS, weeks([150, 300], subject=TICKETS), against=Against.YEAR) == ()


def test_money_needs_to_leave_its_usual_range():
    calm = [1000, 1100, 900, 1050, 950] * 4
    inside = weeks([*calm, 1110], subject=NEW_MRR)
    assert rule_on(NEW_MRR, inside, percent=Decimal("0.1")) == ()
    (found,) = rule_on(NEW_MRR, weeks([*calm, 400], subject=NEW_MRR))
    assert found.sentence == "New MRR $400 this week: -58 % from $950 the week before."
    (good,) = rule_on(NEW_MRR, weeks([*calm, 1900], subject=NEW_MRR))
    assert good.severity is Severity.GOOD


def test_percent_of_a_rate_are_percent_of_what_it_was():
    history = weeks([*[60] * 20, 120], of=600)  # 10 % doubled
    assert len(rule_on(CHURN, history, percent=Decimal(1))) == 1
    assert rule_on(CHURN, history, percent=Decimal("1.1")) == ()
    assert rule_on(CHURN, history, floor=Decimal("0.11")) == ()
    assert len(rule_on(CHURN, history, floor=Decimal("0.1"))) == 1


def test_two_customers_more_are_nothing_to_tell_whatever_the_percentage():
    history = weeks([*[1] * 20, 3], of=60)
    assert rule_on(CHURN, history, significant=False) == ()
    assert len(rule_on(CHURN, weeks([*[1] * 20, 4], of=60), significant=False)) == 1
    assert len(rule_on(CHURN, history, significant=False, floor=Decimal("0.01"))) == 1


def test_from_nothing_any_rise_is_far_enough():
    (found,) = rule_on(CHURN, weeks([*[0] * 20, 9], of=60))
    assert found.direction == "up"


def test_points_need_no_percent_but_the_floor():
    history = weeks([*[35 * 41] * 20, 20 * 41], of=41, subject=NPS, squares=[70_000] * 21)
    assert len(rule_on(NPS, history, percent=Decimal(5), floor=Decimal(10))) == 1
    assert rule_on(NPS, history, floor=Decimal(20)) == ()


def test_against_the_mean_of_the_weeks_before():
    history = weeks([*[400] * 20, 140, 160, 150, 150, 220], subject=TICKETS)
    (found,) = rule_on(TICKETS, history, against=Against.MEAN)
    assert found.sentence == (
        "220 tickets this week: +47 % from 150 in the 4 weeks before on average; "
        "chance by luck less than 1 in 100,000."
    )
    assert found.expected == 150
    assert rule_on(TICKETS, history, against=Against.MEAN, periods=24)[0].direction == "down"
    gap = weeks([*[150] * 20, None, 150, 150, 220], subject=TICKETS)
    assert rule_on(TICKETS, gap, against=Against.MEAN) == ()


def test_the_mean_of_rates_is_weighed_by_their_sizes():
    history = weeks([1, 9, 5, 5, 40], of=[10, 190, 100, 100, 200], subject=CSAT)
    (found,) = rule_on(CSAT, history, against=Against.MEAN)
    assert "from 5 % in the 4 weeks before" in found.sentence
    assert found.severity is Severity.GOOD


def test_too_few_answers_say_nothing():
    history = weeks([*[150] * 20, 200], of=300, subject=CSAT)
    assert len(rule_on(CSAT, history)) == 1
    assert rule_on(CSAT, history, min_n=301) == ()


def test_a_level_and_a_duration_need_to_leave_their_usual_range():
    grown = [400_000 + 1_000 * week for week in range(30)]
    assert len(rule_on(MRR, weeks([*grown, 300_000], subject=MRR))) == 1
    waits = [40, 44, 42, 46, 38, 43, 41] * 3
    assert len(rule_on(FIRST_RESPONSE, weeks([*waits, 90], subject=FIRST_RESPONSE))) == 1
    assert rule_on(FIRST_RESPONSE, weeks([*waits[:5], 90], subject=FIRST_RESPONSE)) == ()


def test_a_percentage_of_nothing_is_refused():
    with pytest.raises(ValidationError):
        ChangeSettings(percent=Decimal(0))
