"""An assessment: findings of the scorecard, goals in their own periods, every cell and its past."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from tasks.alerts.assess import assess
from tasks.alerts.cases import Book, Known, Question, cell_cases
from tasks.alerts.subjects import Subjects, subject_of
from tasks.config import RuleEntry, Rules
from tasks.kpis.base import catalogue, kpi_named
from tasks.model import Cell, Family, Goal, GoalStatus, Grain, Severity
from tasks.rules.change import ChangeSettings
from tasks.rules.circumstances import Happening, Kind, Revised
from tasks.rules.spike import SpikeSettings
from tests.alerts.company import CALENDAR, SUBJECTS, WEEK_47, assessed, book, cell, seen, usual

MONTHLY = Goal("logo_churn_rate", Grain.MONTH, at_most=Decimal("0.02"))
CHURN = cell("logo_churn_rate")
TICKETS = cell("ticket_volume")
BURST = {CHURN: seen(CHURN, usual(9), 604)}


def test_every_cell_of_the_grain_is_compared():
    assessment = assessed({**BURST, TICKETS: seen(TICKETS, usual(12, "10 14 12 11 13"))})
    assert set(assessment.comparisons) == {CHURN, TICKETS}
    assert assessment.comparisons[CHURN].text == "usually one in five weeks"
    assert assessment.comparisons[CHURN].previous.period == "2026-W46"
    assert assessment.comparisons[CHURN].year_before.period == "2025-W47"


def test_a_cell_without_this_period_is_compared_with_nothing():
    late = {CHURN: seen(CHURN, usual(9), 604, CALENDAR.period("2026-W46"))}
    assessment = assessed(late)
    assert assessment.findings == ()
    assert assessment.comparisons[CHURN].current is None
    assert assessment.comparisons[CHURN].previous.period == "2026-W46"


def test_what_comes_after_the_period_is_not_known_yet():
    later = {CHURN: seen(CHURN, [*usual(0), 9, 9], 604, CALENDAR.period("2026-W49"))}
    assessment = assessed(later)
    assert assessment.comparisons[CHURN].current.period == "2026-W47"
    assert assessment.findings == ()


def test_only_the_scorecard_may_alert():
    assert [each.rule for each in assessed(BURST).findings] == ["spike"]
    assert len(assessed(BURST, scorecard=["logo_churn_rate"]).findings) == 1
    off = assessed(BURST, scorecard=["csat"])
    assert off.findings == ()
    assert set(off.comparisons) == {CHURN}


@pytest.mark.parametrize(("kpi", "told"), [("logo_churn_rate", 1), ("churned_customers", 0)])
def test_customers_grow_into_a_tenure_band_so_only_its_rates_are_judged(kpi: str, told: int):
    band = cell(kpi, "tenure_band", "1 to 3 years")
    burst = {band: seen(band, usual(9), 604 if kpi == "logo_churn_rate" else None)}
    assert len(assessed(burst).findings) == told


def test_a_kpi_with_rules_of_its_own_may_alert_too():
    rules = Rules(of={"logo_churn_rate": (RuleEntry("spike", None, SpikeSettings()),)})
    assert len(assessed(BURST, scorecard=["csat"], rules=rules).findings) == 1


def test_a_rule_can_be_switched_off_and_another_on():
    history = {TICKETS: seen(TICKETS, usual(31, "10 14 12 11 13"))}
    assert [each.rule for each in assessed(history).findings] == ["spike"]
    entries = (
        RuleEntry("spike", None, SpikeSettings(enabled=False)),
        RuleEntry("change", None, ChangeSettings()),
    )
    rules = Rules(of={"ticket_volume": entries})
    assert [each.rule for each in assessed(history, rules=rules).findings] == ["change"]


def test_defaults_of_the_configuration_reach_the_rules():
    quiet = Rules(defaults={"enabled": False})
    assert assessed(BURST, rules=quiet).findings == ()


def test_only_the_variant_people_read_is_judged():
    other = replace(CHURN, variant="stripe_opening_plus_new")
    history = {other: seen(other, usual(9), 604)}
    assert assessed(history).findings == ()
    chosen = assessed(history, variants={"logo_churn_rate": "stripe_opening_plus_new"})
    assert len(chosen.findings) == 1


def test_a_kpi_nobody_knows_is_left_alone():
    strange = Cell("moon_phase", "default", Grain.WEEK)
    goal = Goal("moon_phase", Grain.WEEK, at_most=Decimal(1))
    assessment = assessed({strange: seen(strange, usual(9), 604)}, goals=(goal,))
    assert (assessment.findings, assessment.standings, assessment.comparisons) == ((), (), {})


def monthly(*losses, last="2026-11"):
    month = cell("logo_churn_rate", grain=Grain.MONTH)
    return {month: seen(month, losses, 606, CALENDAR.period(last))}


def test_a_monthly_goal_in_a_weekly_digest_is_a_pace():
    assessment = assessed(monthly(9, 8, 14), goals=(MONTHLY,))
    (standing,) = assessment.standings
    assert standing.text == (
        "November so far: 14 of 606 customers left; the goal (2 %) allows 12: missed"
    )
    assert [each.rule for each in assessment.findings] == ["goal_pacing"]
    assert assessment.comparisons == {}


def test_a_month_that_closed_inside_the_week_is_told_then():
    week_49 = CALENDAR.period("2026-W49")  # 30 November to 6 December
    closed = assessed(monthly(9, 8, 20), goals=(MONTHLY,), period=week_49)
    assert closed.standings[0].text.startswith("November: 20 of 606 customers left")
    assert [each.rule for each in closed.findings] == ["goal_miss"]


def test_the_new_month_is_told_where_the_closed_one_is_not_known():
    week_49 = CALENDAR.period("2026-W49")
    december = {**monthly(1, last="2026-12")}
    (standing,) = assessed(december, goals=(MONTHLY,), period=week_49).standings
    assert standing.text.endswith("on pace, too early to tell")


def test_a_goal_that_was_not_set_in_the_closed_month_is_told_in_the_new_one():
    other = replace(MONTHLY, segment_dimension="plan", segment="Starter")
    assessment = assess(
        monthly(20),
        period=CALENDAR.period("2026-W49"),
        calendar=CALENDAR,
        subjects=SUBJECTS,
        goals=lambda period: (MONTHLY,) if period.grain is Grain.WEEK else (other,),
    )
    assert assessment.standings[0].text.startswith("December so far: no data")


def test_a_weekly_goal_in_a_monthly_digest_is_that_of_its_last_whole_week():
    goal = Goal("logo_churn_rate", Grain.WEEK, at_most=Decimal("0.01"))
    week = {CHURN: seen(CHURN, [1, 2, 3], 604, CALENDAR.period("2026-W48"))}
    (standing,) = assessed(week, goals=(goal,), period=CALENDAR.period("2026-11")).standings
    assert (standing.period, standing.status) == ("2026-W48", GoalStatus.MET)


def test_a_goal_without_data_says_so():
    (standing,) = assessed({}, goals=(MONTHLY,)).standings
    assert standing.status is GoalStatus.NO_DATA


def test_a_ramp_is_asked_for_in_its_own_period():
    def goals(period):
        limit = "0.01" if period.first_day.month >= 12 else "0.05"
        return (replace(MONTHLY, at_most=Decimal(limit)),)

    assessment = assess(
        monthly(20),
        period=CALENDAR.period("2026-W49"),
        calendar=CALENDAR,
        subjects=SUBJECTS,
        goals=goals,
    )
    assert assessment.standings[0].status is GoalStatus.MET


def test_every_case_knows_its_siblings():
    asked = Question(WEEK_47, CALENDAR, SUBJECTS, Rules(), lambda _: (), None, {})
    table = """
                EMEA  US
        Starter 5/61  0/70
    """
    tree = Book({**book(table), TICKETS: seen(TICKETS, usual(12))}, asked)
    by_kpi = {case.history.cell: case.siblings for case in cell_cases(asked, tree)}
    assert {one.cell for one in by_kpi[CHURN]} == set(book(table))
    assert [one.cell for one in by_kpi[TICKETS]] == [TICKETS]
    assert all(tree.history(one.cell) is one for one in by_kpi[CHURN])
    assert tree.siblings(cell("csat")) == ()


def test_a_monthly_goal_knows_the_weeks_of_late():
    week_46 = CALENDAR.period("2026-W46")  # half of November is over, and 10 of 12 are gone

    def paced(lost):
        weekly = {CHURN: seen(CHURN, usual(lost), 604, week_46)}
        found = assessed({**monthly(9, 8, 10), **weekly}, goals=(MONTHLY,), period=week_46)
        return [one for one in found.findings if one.rule == "goal_pacing"]

    assert [one.severity for one in paced(5)] == [Severity.WARNING]
    assert [one.severity for one in paced(0)] == [Severity.INFO]
    assert paced(0)[0].sentence.endswith("At this pace November ends with about 10.")


def test_doubtful_data_are_told_and_judged_no_further():
    csat = cell("csat")
    history = {csat: (*seen(csat, [212] * 40, 233, CALENDAR.period("2026-W46")),
                      *seen(csat, [20], 60))}  # fmt: skip
    assert [(one.rule, one.direction) for one in assessed(history).findings] == [
        ("data_quality", "data")
    ]


def test_a_restated_past_does_not_silence_the_present():
    before = seen(CHURN, [1], 604, CALENDAR.period("2026-W46"))[0]
    after = replace(before, numerator=Decimal(30), revision=2)
    known = Known(revised={CHURN: (Revised(before, after),)})
    rules = {one.rule for one in assessed(BURST, known=known).findings}
    assert rules == {"data_quality", "spike"}


def test_a_value_that_did_not_come_is_late_when_it_is_time():
    late = {CHURN: seen(CHURN, usual(1), 604, CALENDAR.period("2026-W46"))}
    friday = WEEK_47.end_at + timedelta(days=4)
    assert assessed(late).findings == ()
    (one,) = assessed(late, known=Known(now=friday)).findings
    assert (one.rule, one.period) == ("staleness", "2026-W47")
    assert assessed(late, known=Known(now=friday), scorecard=["csat"]).findings == ()


def test_what_one_large_customer_does_is_told_with_mrr():
    notice = Happening(
        Kind.NOTICE, "c1", "Harbor Group", WEEK_47.first_day, Decimal(9800), Decimal("0.024")
    )
    (one,) = assessed({}, known=Known(happenings=(notice,))).findings
    assert (one.rule, one.cell.kpi, one.cell.segment) == ("event", "mrr", "c1 notice 2026-11-16")


def test_critical_needs_to_survive_the_number_of_cells_looked_at():
    calm = {
        (where := cell("logo_churn_rate", "owner", f"o{number}")): seen(
            where, usual(0, shift=number), 600
        )
        for number in range(300)
    }
    one = {CHURN: seen(CHURN, usual(8, "2 1 3 2 2"), 604)}
    (alone,) = assessed(one).findings
    (among_many,) = assessed({**one, **calm}).findings
    assert alone.severity is Severity.CRITICAL
    assert among_many.severity is Severity.WARNING
    assert (among_many.cell, among_many.sentence) == (alone.cell, alone.sentence)


def test_two_hundred_cells_are_assessed_in_a_moment():
    random = np.random.default_rng(1)
    history = {}
    for number in range(200):
        where = cell("logo_churn_rate", "owner", f"o{number}")
        history[where] = seen(where, random.binomial(61, 0.03, 60).tolist(), 61)
    before = time.process_time()
    assessed(history)
    assert time.process_time() - before < 2.0  # a tenth of the cells, and ten times the time


@pytest.mark.parametrize("kpi", catalogue(), ids=lambda kpi: kpi.key)
def test_every_kpi_can_be_put_to_the_rules(kpi):
    subject = subject_of(kpi, "USD")
    assert (subject.key, subject.family, subject.currency) == (kpi.key, kpi.family, "USD")


def test_a_variant_in_a_unit_of_its_own_has_no_law():
    csat = kpi_named("csat")
    assert subject_of(csat, "USD", "mean_1to5").family is Family.COMPOSITE
    assert subject_of(csat, "USD", "mean_1to5").unit == "score"
    assert subject_of(csat, "USD", csat.default_variant).family is Family.BINOMIAL


def test_subjects_are_found_by_cell():
    subjects = Subjects([kpi_named("csat")], "EUR")
    assert subjects.of(cell("csat")).currency == "EUR"
    assert subjects.of(cell("csat")) is subjects.of(cell("csat", "plan", "Pro"))
    assert subjects.of(CHURN) is None
    assert "csat" in subjects


def test_an_assessment_is_always_the_same():
    table = """
               EMEA
        Starter 5/61
    """
    assert assessed(book(table)) == assessed(book(table))
    assert assessed(book(table)).period == WEEK_47
