"""What an action changed is said as far as the evidence goes, and no further."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.alerts.effect import Outcome, effect, effects
from tasks.alerts.effectwords import sentence
from tests.alerts.weeks import (
    ALL,
    BEGINS,
    CHURN,
    CSAT,
    MRR,
    TICKETS,
    action,
    cell,
    history,
    known,
    steady,
    week,
)

ROUGHLY_4 = [(5, 100), (3, 100)]
ROUGHLY_3 = [(4, 100), (2, 100)]
ROUGHLY_1 = [(0, 100), (2, 100)]
TWO = [(7, 300), (5, 300)]
OTHERS = [steady(CHURN, "MID", TWO, TWO), steady(CHURN, "ENT", TWO, TWO)]


def smb(after, before=ROUGHLY_4):
    return steady(CHURN, "SMB", before, after)


def told(until, *histories, mine=None, others=(), subject=CHURN):
    mine = mine or action(subject=subject)
    return effect(mine, known(subject, histories, mine, *others, until=until))


def test_eight_weeks_of_a_small_change_are_too_early_to_tell():
    seen = told(BEGINS + 7, smb(ROUGHLY_3), *OTHERS)
    assert sentence(seen) == "8 weeks in: 4 % -> 3 %, others unchanged; too early to tell"
    assert seen.low < 0 < seen.high


def test_half_a_year_of_a_large_change_worked():
    seen = told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS)
    assert seen.outcome is Outcome.WORKED
    assert sentence(seen).startswith(
        "worked: 4 % -> 1 %, others unchanged, 26 weeks in; its part is -"
    )
    assert seen.low < -0.03 < seen.high < 0


def test_the_worked_difference_is_what_a_hand_computes():
    seen = told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS)
    # 26 weeks of 4 of 100, then 26 of 1 of 100: the odds fell to about a quarter
    assert (round(seen.before, 3), round(seen.after, 3)) == (0.04, 0.01)
    assert seen.others == pytest.approx(0, abs=0.001)
    assert seen.change == pytest.approx(-0.03, abs=0.0015)


def test_what_happens_to_everybody_is_nobodys_doing():
    seen = told(
        BEGINS + 25,
        smb([(3, 100), (1, 100)]),
        *(steady(CHURN, name, TWO, [(2, 300), (4, 300)]) for name in ("MID", "ENT")),
    )
    assert seen.outcome is Outcome.NO_SIGN
    assert sentence(seen).startswith("no sign of an effect 26 weeks in: 4 % -> 2 %, others -1 pt;")
    assert "smallest effect visible by now: " in sentence(seen)


def test_nothing_in_half_a_year_is_no_sign_and_says_what_could_be_seen():
    seen = told(BEGINS + 25, smb(ROUGHLY_4), *OTHERS)
    assert seen.outcome is Outcome.NO_SIGN
    assert 0.004 < seen.visible < 0.012


def test_it_got_worse_is_said_as_well():
    seen = told(BEGINS + 25, smb([(9, 100), (8, 100), (10, 100)]), *OTHERS)
    assert seen.outcome is Outcome.WORSE
    assert sentence(seen).startswith("got worse: 4 % -> 9 %")


def test_three_weeks_are_never_enough():
    seen = told(BEGINS + 2, smb([(0, 100)], before=[(9, 100), (11, 100)]), *OTHERS)
    assert seen.outcome is Outcome.EARLY


def test_before_a_whole_week_is_over_nothing_is_said():
    mine = replace(action(), begins=week(BEGINS).first_day)
    seen = told(BEGINS - 1, smb(ROUGHLY_3), *OTHERS, mine=mine)
    assert sentence(seen) == "no whole week is over since it began: too early to tell"


def test_the_week_it_began_in_is_neither_before_nor_after():
    thursday = replace(action(), begins=week(BEGINS).first_day.replace(day=9))
    seen = told(BEGINS + 7, smb(ROUGHLY_3), *OTHERS, mine=thursday)
    assert seen.periods == 7
    assert round(seen.before, 3) == 0.04


def test_a_bad_run_that_ended_by_itself_is_not_the_actions_success():
    bad = [(3, 100), (4, 100), (2, 100)] * 6 + [(12, 100)] * 8
    rows = [*bad, *[(3, 100), (4, 100), (2, 100)] * 9]
    spell = history(cell(CHURN, "SMB"), rows[:52])
    seen = told(BEGINS + 20, spell, *OTHERS)
    assert seen.outcome is Outcome.RETURNED
    assert "it may have come back by itself" in sentence(seen)


def test_two_actions_in_one_segment_cannot_be_told_apart():
    price = action("Price change", begins=BEGINS + 3)
    seen = told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS, others=[price])
    assert seen.outcome is Outcome.NOT_SEPARABLE
    assert sentence(seen) == (
        "not separable from 'Price change', in the same segment at the same time"
    )


def test_an_action_long_over_does_not_stand_in_the_way():
    old = action("Webinar", begins=-40, ends=week(-30).first_day)
    assert told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS, others=[old]).outcome is Outcome.WORKED


def test_a_segment_with_an_action_of_its_own_is_not_compared_with():
    others = [action("Discount", segment="MID", begins=BEGINS + 1)]
    better = steady(CHURN, "MID", TWO, [(0, 300)])
    seen = told(BEGINS + 25, smb(ROUGHLY_1), better, OTHERS[1], others=others)
    assert seen.outcome is Outcome.WORKED
    assert seen.others == pytest.approx(0, abs=0.001)


def test_an_action_on_part_of_the_same_customers_is_named():
    other = action("New plan", dimension="plan", segment="Pro", begins=BEGINS + 2)
    seen = told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS, others=[other])
    assert sentence(seen).endswith("; 'New plan' touched some of the same customers meanwhile")


def test_an_action_on_the_whole_company_has_a_before_and_an_after_only():
    everybody = steady(CHURN, ALL, ROUGHLY_4, ROUGHLY_1)
    seen = told(BEGINS + 25, everybody, mine=action(segment=ALL))
    assert seen.outcome is Outcome.ALONE
    assert sentence(seen) == (
        "26 weeks in: 4 % -> 1 %; more than luck explains; "
        "before and after only, as it is about everybody"
    )


def test_where_every_other_segment_is_touched_there_is_nobody_to_compare_with():
    others = [action(name, segment=name, begins=BEGINS + 1) for name in ("MID", "ENT")]
    seen = told(BEGINS + 25, smb(ROUGHLY_1), *OTHERS, others=others)
    assert sentence(seen).endswith("before and after only, as no other segment was left untouched")


def test_too_little_before_it_is_no_data():
    short = history(cell(CHURN, "SMB"), [(4, 100)] * 20, first=BEGINS - 3)
    seen = told(BEGINS + 12, short, *OTHERS)
    assert seen.outcome is Outcome.NO_DATA
    assert sentence(seen) == "13 weeks in: too few weeks are measured to compare"


def test_a_kpi_that_is_not_measured_is_no_data():
    assert told(BEGINS + 12).outcome is Outcome.NO_DATA


def test_counts_are_compared_by_how_much_they_changed():
    before, after = [(24,), (16,)], [(12,), (8,)]
    same = [(44,), (36,)]
    seen = told(
        BEGINS + 25,
        steady(TICKETS, "SMB", before, after),
        steady(TICKETS, "ENT", same, same),
        subject=TICKETS,
    )
    assert seen.outcome is Outcome.WORKED
    assert sentence(seen).startswith(
        "worked: 20 a week -> 10 a week, others unchanged, 26 weeks in"
    )
    assert seen.change == pytest.approx(-0.5, abs=0.01)


def scores(mean, n=40):
    """A week of ``n`` answers, half of them one below and half one above ``mean``."""
    return [(mean * n, n, n, n * (mean**2 + 1))]


def test_means_go_by_the_noise_of_their_answers():
    seen = told(
        BEGINS + 25,
        steady(CSAT, "SMB", scores(3.5), scores(4.2)),
        steady(CSAT, "ENT", scores(4), scores(4)),
        subject=CSAT,
    )
    assert seen.outcome is Outcome.WORKED
    assert seen.change == pytest.approx(0.7)


def test_a_stock_is_compared_by_its_growth():
    def level(growth, wobble):
        value, rows = 1000.0, []
        for number in range(52):
            value *= 1 + (growth if number >= BEGINS else 0.004) + wobble * (-1) ** (number // 2)
            rows.append((value,))
        return rows

    smb_, ent = (
        history(cell(MRR, name), level(growth, wobble))
        for name, growth, wobble in (("SMB", 0.012, 0.002), ("ENT", 0.004, 0.001))
    )
    seen = told(BEGINS + 25, smb_, ent, subject=MRR)
    assert seen.outcome is Outcome.WORKED
    assert sentence(seen).startswith("worked: +0.4 % a week -> +1.2 % a week, others unchanged")


def test_gaps_and_weeks_without_a_value_are_left_out():
    holes = [(None, None) if number % 5 == 0 else (4, 100) for number in range(52)]
    seen = told(BEGINS + 25, history(cell(CHURN, "SMB"), holes), *OTHERS)
    assert seen.outcome is Outcome.NO_SIGN


def test_only_actions_that_have_begun_and_are_not_long_over_are_told():
    future, old = action("Later", begins=60), action("Old", begins=-100)
    facts = known(CHURN, [smb(ROUGHLY_3), *OTHERS], action(), future, old, until=BEGINS + 7)
    assert [one.action.name for one in effects(facts)] == ["Onboarding programme"]


def crossed(segment, before, after):
    rows = [before[i % 2] if i < BEGINS else after[i % 2] for i in range(52)]
    return history(cell(CHURN, segment, "plan/region"), rows)


def test_an_action_in_a_cross_of_two_dimensions_is_compared_within_it():
    mine = action(dimension="plan/region", segment="Starter/EMEA")
    segments = [
        crossed("Starter/EMEA", ROUGHLY_4, ROUGHLY_1),
        crossed("Starter/APAC", TWO, TWO),
        crossed("Growth/EMEA", TWO, TWO),
    ]
    seen = told(BEGINS + 25, *segments, mine=mine)
    assert seen.outcome is Outcome.WORKED
    # what somebody does for all of EMEA meanwhile touches its other plans, and may touch ours
    region = action("Webinars", dimension="region", segment="EMEA", begins=BEGINS + 1)
    better = crossed("Growth/EMEA", TWO, [(0, 300), (0, 300)])
    seen = told(BEGINS + 25, *segments[:2], better, mine=mine, others=[region])
    assert seen.others == pytest.approx(0, abs=0.001)
    assert [one.name for one in seen.meanwhile] == ["Webinars"]


def test_what_is_done_in_another_part_of_the_same_cross_is_no_matter():
    mine = action(dimension="plan/region", segment="Starter/EMEA")
    other = action("Calls", dimension="plan", segment="Growth", begins=BEGINS + 1)
    segments = [crossed("Starter/EMEA", ROUGHLY_4, ROUGHLY_1), crossed("Starter/APAC", TWO, TWO)]
    assert told(BEGINS + 25, *segments, mine=mine, others=[other]).meanwhile == ()
