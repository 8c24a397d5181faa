"""A period is out of the ordinary when its own history and sample size can't explain it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tasks.model import Direction, Grain, Severity, Status
from tasks.rules.changes import compared
from tasks.rules.outlook import newest_outlook
from tasks.rules.spike import Sensitivity, SpikeSettings, judge, threshold
from tests.rules.drawing import ADOPTION, CHURN, CSAT, LOAD, NPS, RETENTION, TICKETS, case, weeks

ONE_IN_FIVE = "0 0 1 0 0 " * 12
USUAL = SpikeSettings()


def found(subject, history, settings=USUAL, told="2026-W47"):
    findings = judge(case(subject, history, told), settings)
    assert len(findings) <= 1
    return findings[0] if findings else None


def chance_of(finding):
    assert finding.chance is not None
    return round(1 / finding.chance)


def test_five_of_sixty_one_left_where_one_in_five_weeks_is_usual():
    finding = found(CHURN, weeks(f"{ONE_IN_FIVE} 5", of=61))
    assert finding.sentence == (
        "5 of 61 customers left this week. Usually one in five weeks; "
        "chance by luck less than 1 in 100,000. Started this week."
    )
    assert finding.severity is Severity.CRITICAL
    assert finding.direction == "up"
    assert (finding.observed, finding.denominator) == (5, 61)
    assert (finding.low, finding.high) == (0, 1)
    assert finding.expected == pytest.approx(Decimal("0.2"), abs=Decimal("0.01"))
    assert 150_000 < chance_of(finding) < 300_000


def test_the_chance_is_a_little_above_that_of_a_rate_known_for_certain():
    finding = found(CHURN, weeks(f"{ONE_IN_FIVE} 5", of=61))
    assert 1 < finding.chance / stats.binom.sf(4, 61, 0.2 / 61) < 3


def test_three_of_forty_and_seventy_five_of_a_thousand_are_different_evidence():
    small = found(CHURN, weeks([*[1] * 40, 3], of=40))
    large = found(CHURN, weeks([*[25] * 40, 75], of=1000))
    assert small is None or small.severity is Severity.INFO
    assert large.severity is Severity.CRITICAL


def test_two_events_are_never_a_burst():
    assert found(CHURN, weeks([*[0] * 52, 2], of=61)) is None


def test_three_who_leave_after_a_year_in_which_nobody_did():
    finding = found(CHURN, weeks([*[0] * 52, 3], of=61))
    assert finding.sentence.startswith("3 of 61 customers left this week. Usually one in 104 weeks")
    assert finding.severity is Severity.CRITICAL


def test_a_chance_beyond_a_hundred_thousand_is_capped():
    finding = found(CHURN, weeks([*[0] * 52, 9], of=61))
    assert "chance by luck less than 1 in 100,000." in finding.sentence


def test_nobody_leaving_is_no_news_where_less_than_one_is_expected():
    assert found(CHURN, weeks(f"{ONE_IN_FIVE} 0", of=61)) is None


def test_an_ordinary_week_is_no_news():
    assert found(CHURN, weeks([*[2, 1, 3, 2] * 13, 4], of=600)) is None


def test_good_news_is_good_and_never_loud():
    finding = found(CHURN, weeks([*[12, 14, 11, 13] * 13, 1], of=600))
    assert (finding.severity, finding.direction) == (Severity.GOOD, "down")


def test_a_share_that_people_say_in_percent():
    finding = found(CSAT, weeks([*[210, 208, 212, 211] * 13, 185], of=233))
    assert finding.sentence == (
        "185 of 233 positive answers this week. Usually 90.3 % (range 86.7 to 93.6 %); "
        "chance by luck less than 1 in 100,000. Started this week."
    )
    assert (finding.direction, finding.severity) == ("down", Severity.CRITICAL)


def test_retention_counts_those_who_are_missing():
    finding = found(RETENTION, weeks([*[61, 61, 60, 61, 61] * 12, 56], of=61))
    mirrored = found(CHURN, weeks([*[0, 0, 1, 0, 0] * 12, 5], of=61))
    assert finding.direction == "down"
    assert finding.chance == pytest.approx(mirrored.chance, rel=1e-6)
    assert found(RETENTION, weeks([*[61, 61, 60, 61, 61] * 12, 59], of=61)) is None


def test_twice_the_usual_tickets():
    finding = found(TICKETS, weeks([*[12, 10, 14, 11, 13] * 11, 31], subject=TICKETS))
    assert finding.sentence.startswith("31 tickets this week. Usually 12 (range ")
    assert finding.severity is Severity.CRITICAL
    assert finding.denominator is None


def test_tickets_are_held_against_the_number_of_customers():
    doubled = found(LOAD, weeks([*[120] * 40, 240], of=[*[400] * 40, 800], subject=LOAD))
    assert doubled is None
    burst = found(LOAD, weeks([*[120] * 40, 240], of=400, subject=LOAD))
    assert burst.sentence.startswith("240 tickets for 400 customers this week. Usually 120 (range")


def nps_weeks(scores, n=41):
    sums = [score * n for score in scores]
    return weeks(sums, of=n, subject=NPS, squares=[6500 * n] * len(scores))


def test_a_mean_is_held_against_the_spread_of_its_answers():
    assert found(NPS, nps_weeks([38, 30, 41, 35] * 6 + [22])) is None
    finding = found(NPS, nps_weeks([38, 30, 41, 35] * 6 + [-16]))
    assert finding.sentence.startswith("NPS -16 from 41 answers this week. Usually 36 (range ")
    assert (finding.observed, finding.denominator) == (-16, None)
    assert finding.severity is Severity.CRITICAL


def test_a_score_that_is_no_nps_keeps_its_own_scale():
    ease = replace(NPS, key="ces_ease_index", name="Ease (CES)", unit="score")
    finding = found(ease, nps_weeks([78, 80, 81, 77] * 6 + [20]))
    assert finding.sentence.startswith("Ease (CES) 20 from 41 answers this week. Usually 79 (range")


def test_two_answers_are_no_mean():
    history = nps_weeks([38, 30, 41, 35] * 6 + [-100], n=2)
    assert found(NPS, history) is None
    assert "Too few to tell" in compared(history, NPS, "2026-W46", "2025-W47").too_few
    assert compared(history, NPS, "2026-W46", "2025-W47").usual.high == 100


def test_the_same_mean_from_few_answers_is_no_news():
    assert found(NPS, nps_weeks([38, 30, 41, 35] * 6 + [-16], n=5)) is None


def test_a_short_history_says_nothing():
    assert found(CHURN, weeks([*[0] * 11, 9], of=61)) is None
    assert found(CHURN, weeks([*[0] * 12, 9], of=61)) is not None


def test_a_gap_is_no_history():
    assert found(CHURN, weeks("0 - " * 11 + "9", of=61)) is None


def test_a_missing_value_is_never_a_finding():
    assert found(CHURN, weeks(f"{ONE_IN_FIVE} -", of=61)) is None


def test_a_run_says_when_it_began():
    finding = found(CHURN, weeks(f"{ONE_IN_FIVE} 4 5", of=61))
    assert finding.sentence.endswith("Since week 46.")


def test_a_run_across_new_year_names_the_year():
    finding = found(CHURN, weeks(f"{ONE_IN_FIVE} 4 5", of=61, last="2026-W01"), told="2026-W01")
    assert finding.sentence.endswith("Since week 52 2025.")


def test_a_past_outlier_does_not_hide_the_next_one():
    calm = found(CHURN, weeks(f"{ONE_IN_FIVE} 0 0 5", of=61))
    after = found(CHURN, weeks(f"{ONE_IN_FIVE} 9 0 5", of=61))
    assert after.severity is Severity.CRITICAL
    assert after.chance < 6 * calm.chance


def test_half_of_the_answers_missing_is_a_matter_of_data():
    finding = found(CSAT, weeks([*[210] * 20, 40], of=[*[233] * 20, 44], subject=CSAT))
    assert finding.sentence == (
        "The data look incomplete: 44 answers this week, usually 233. "
        "Not judged until they are complete."
    )
    assert (finding.direction, finding.severity) == ("data", Severity.WARNING)


def test_missing_customers_are_never_less_churn():
    finding = found(CHURN, weeks([*[12] * 20, 1], of=[*[600] * 20, 190]))
    assert finding.direction == "data"


def test_a_small_sample_that_halves_is_just_small():
    assert found(CSAT, weeks([*[9] * 20, 4], of=[*[10] * 20, 4], subject=CSAT)) is None


def test_undecided_contracts_are_not_lost_ones_yet():
    history = weeks([*[50] * 20, 5], of=60, subject=ADOPTION)
    newest = replace(history.observations[-1], status=Status.PROVISIONAL)
    open_yet = replace(history, observations=(*history.observations[:-1], newest))
    assert found(ADOPTION, history).severity is Severity.CRITICAL
    assert found(ADOPTION, open_yet) is None


def test_a_kpi_without_a_good_side_is_only_mentioned():
    neutral = replace(TICKETS, good=Direction.NEUTRAL)
    assert found(neutral, weeks([*[12] * 40, 40], subject=neutral)).severity is Severity.INFO


def test_severity_and_smallest_sample_can_be_set():
    history = weeks([*[2] * 52, 12], of=600)
    assert (
        found(CHURN, history, SpikeSettings(severity=Severity.WARNING)).severity is Severity.WARNING
    )
    assert found(CHURN, history, SpikeSettings(min_n=601)) is None


def test_a_large_effect_on_the_whole_company_is_critical_and_on_a_segment_a_warning():
    seen = [*[2, 1, 3, 2] * 13, 9]
    whole, segment = weeks(seen, of=600), weeks(seen, of=600, segment=("plan", "Starter"))
    assert found(CHURN, whole).severity is Severity.CRITICAL
    assert found(CHURN, segment).severity is Severity.WARNING


def test_sensitivity_is_a_yearly_budget_of_false_alarms():
    assert threshold(Sensitivity.NORMAL, Grain.WEEK) == pytest.approx(0.16 / 52)
    assert threshold(Sensitivity.LOW, Grain.MONTH) == pytest.approx(0.05 / 12)
    assert threshold(Sensitivity.HIGH, Grain.DAY) == pytest.approx(0.5 / 365)


def test_high_sensitivity_speaks_earlier():
    history = weeks([*[2, 1, 3, 2] * 13, 7], of=600, segment=("plan", "Starter"))
    by_setting = {
        level: found(CHURN, history, SpikeSettings(sensitivity=level)).severity
        for level in Sensitivity
    }
    assert by_setting == {
        Sensitivity.LOW: Severity.INFO,
        Sensitivity.NORMAL: Severity.INFO,
        Sensitivity.HIGH: Severity.WARNING,
    }


def test_a_mean_that_was_stored_as_a_share_is_not_judged():
    assert found(CSAT, weeks([*[900] * 40, 100], of=233, subject=CSAT)) is None


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(10, 400))
def test_a_finding_is_the_same_however_often_it_is_asked_for(seen, customers):
    history = weeks(seen, of=customers)
    assert judge(case(CHURN, history), USUAL) == judge(
        case(CHURN, weeks(seen, of=customers)), USUAL
    )


@given(st.lists(st.integers(0, 9), min_size=13, max_size=60), st.integers(9, 400))
def test_more_who_leave_are_never_less_surprising(seen, customers):
    fewer, more = weeks([*seen, 4], of=customers), weeks([*seen, 6], of=customers)
    chances = [newest_outlook(each, CHURN) for each in (fewer, more)]
    assert chances[1].law.at_least(6) <= chances[0].law.at_least(4)


@given(st.lists(st.integers(0, 30), min_size=13, max_size=60), st.integers(2, 6))
def test_the_same_rate_in_a_larger_company_is_not_less_surprising(seen, times):
    small = newest_outlook(weeks([*[3] * 40, 12], of=100), CHURN)
    large = newest_outlook(weeks([*[3 * times] * 40, 12 * times], of=100 * times), CHURN)
    assert large.law.at_least(large.seen) <= small.law.at_least(small.seen)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_chances_are_probabilities(seen):
    outlook = newest_outlook(weeks([*seen, 3], of=61), CHURN)
    assert 0 <= outlook.law.at_least(outlook.seen) <= 1
    assert 0 <= outlook.law.at_most(outlook.seen) <= 1
