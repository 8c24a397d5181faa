"""An alert opens once, escalates once, ends once: how its life goes, drawn sign by sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tasks.alerts.lifecycle import advance
from tasks.alerts.limits import limits_of
from tasks.episode import Ending, Event, Limits, Phase
from tasks.rules.spike import SpikeSettings
from tests.alerts.lives import again, in_time, lived, sign, signs, told

W = "2026-W{}".format


def phases(drawn, limits=None):
    return [step.episode and step.episode.phase.value for step in lived(signs(drawn), None, limits)]


def test_nothing_happens_while_all_is_calm():
    steps = lived(signs("..?-e.g"))
    assert not any(step.episode or step.event or step.is_news for step in steps)


def test_it_opens_at_the_first_loud_period_and_ends_after_two_calm_ones():
    assert told(lived(signs(".!!-!...."))) == ["opened 2026-W41", "closed 2026-W46"]


def test_one_calm_period_is_recovering_and_a_relapse_is_the_same_alert():
    assert phases("!.!..") == ["open", "recovering", "open", "recovering", "closed"]


@pytest.mark.parametrize(("recover", "ended"), [(1, "2026-W41"), (2, "2026-W42"), (4, "2026-W44")])
def test_it_ends_after_as_many_calm_periods_as_recover_says(recover, ended):
    limits = limits_of(SpikeSettings(recover=recover))
    assert told(lived(signs("!......"), limits=limits))[1:] == [f"closed {ended}"]


def test_an_end_is_told_in_words_with_the_year_where_it_is_another():
    assert lived(signs("!.."))[-1].reason == "Back to normal in the 7 days to 18 October."
    late = lived(signs("!..", "2025-W52"))[-1]
    assert late.reason == "Back to normal in the 7 days to 11 January 2026."
    monthly = lived(signs("!..", "2026-03"))[-1]
    assert monthly.reason == "Back to normal in May."


def test_something_between_loud_and_calm_does_not_end_it():
    assert phases("!.-.-") == ["open", "recovering", "open", "recovering", "open"]


def test_the_next_incident_is_the_next_number():
    steps = lived(signs("!..!.."))
    assert told(steps) == [
        f"opened {W(40)}",
        f"closed {W(42)}",
        f"opened {W(43)}",
        f"closed {W(45)}",
    ]
    assert str(steps[3].episode) == "logo_churn_rate/ALL/spike-up#2"


def test_it_escalates_once_from_warning_to_critical():
    assert told(lived(signs("!XX!X"))) == ["opened 2026-W40", "escalated 2026-W41"]
    assert told(lived(signs("XXX"))) == ["opened 2026-W40"]


def test_it_escalates_when_luck_is_a_hundred_times_less_likely():
    def chances(*found):
        return told(lived([sign(W(40 + n), "!", chance) for n, chance in enumerate(found)]))

    assert chances(1e-3, 1e-4, 1.01e-5) == [f"opened {W(40)}"]
    assert chances(1e-3, 1e-5, 1e-9) == [f"opened {W(40)}", f"escalated {W(41)}"]
    assert chances(0.0, 0.0) == chances(None, 1e-9) == chances(1e-3, None) == [f"opened {W(40)}"]


def test_a_week_has_other_chances_than_the_day_it_is_made_of():
    day, week = sign("2026-10-11", "!", 1e-4), sign("2026-W41", "!", 1e-9)
    assert told(lived([day, week])) == ["opened 2026-10-11"]
    assert told(lived([day, sign("2026-W41", "X", 1e-9)]))[1] == "escalated 2026-W41"


def test_it_remembers_the_worst_of_its_signs():
    steps = lived([sign(W(40), "!", 1e-3), sign(W(41), "X", 1e-7), sign(W(42), "!", 1e-3)])
    last = steps[-1].episode
    assert (last.severity, last.chance, last.sentence) == ("critical", 1e-7, "High in 2026-W41.")


def test_after_thirteen_periods_it_is_the_new_normal_and_normal_begins_there():
    step = lived(signs(" !" + "!" * 13))[-1]
    assert (step.event, step.sign.period.key) == (Event.NEW_NORMAL, "2027-W01")
    assert step.episode.rebased_on == date(2026, 10, 5)
    assert step.reason == "This is the new normal since 5 October 2026."


def test_a_level_that_has_begun_to_fall_is_no_new_normal_yet():
    ends = told(lived(signs("!" * 13 + "..")))
    assert ends == ["opened 2026-W40", "closed 2027-W01"]
    assert told(lived(signs("!" * 13 + ".!")))[-1] == "new_normal 2027-W01"


def test_months_grow_old_by_months():
    steps = lived(signs("!" * 14, "2026-01"))
    assert told(steps) == ["opened 2026-01", "new_normal 2027-02"]


def test_a_rule_that_waits_opens_at_the_last_of_its_loud_periods():
    patient = Limits(opens_after=3)
    steps = lived(signs("!!.!!!.."), None, patient)
    assert told(steps) == ["opened 2026-W45", "closed 2026-W47"]
    assert phases("!!.!!", patient) == ["pending"] * 5
    opened = steps[5].episode
    assert (opened.number, opened.since.key, opened.opened.key) == (1, "2026-W43", "2026-W45")


# several grains


def test_the_week_does_not_repeat_what_the_day_has_told():
    days = signs("!!...", "2026-10-05")  # Monday and Tuesday of week 41
    steps = lived(in_time(days, signs("!..", "2026-W41"), signs("!..", "2026-10")))
    assert told(steps) == ["opened 2026-10-05", "closed 2026-10-08"]
    assert steps[-1].reason == ""
    told_already = [step.reason for step in steps if "told already" in step.reason]
    assert [reason.split()[0] for reason in told_already] == ["2026-W41", "2026-10"]


def test_the_day_does_not_repeat_what_the_week_has_told():
    steps = lived([*signs("!", "2026-W41"), *signs("!", "2026-10-11"), *signs("!", "2026-10-12")])
    assert told(steps) == ["opened 2026-W41"]


def test_a_grain_that_never_saw_it_cannot_end_it():
    steps = lived(in_time(signs("!!", "2026-W41"), signs("." * 14, "2026-10-05")))
    assert told(steps) == ["opened 2026-W41"]


def test_it_ends_when_its_own_grain_is_calm_and_no_other_still_sees_it():
    days = signs("      !.......", "2026-10-05")  # a Sunday: the week it ends sees it too
    steps = lived(in_time(days, signs("!.", "2026-W41")))
    assert told(steps) == ["opened 2026-10-11", "closed 2026-W42"]
    assert lived(in_time(days, signs("!!", "2026-W41")))[-1].episode.phase is Phase.OPEN


def test_a_long_window_that_still_holds_a_burst_keeps_it_open_for_thirteen_periods_at_most():
    steps = lived(
        [*signs("!", "2026-10-11"), *signs("!", "2026-10"), *signs("." * 14, "2026-10-12")]
    )
    assert told(steps) == ["opened 2026-10-11", "closed 2026-10-24"]
    assert steps[-2].episode.ending is Ending.CALM


def test_a_level_that_weeks_still_show_is_not_over_because_single_days_are_calm():
    days = [*signs("!", "2026-10-11"), *signs("." * 100, "2026-10-12")]
    steps = lived(in_time(days, signs("!" * 5 + "..", "2026-W41")))
    assert told(steps) == ["opened 2026-10-11", "closed 2026-W46"]


def test_a_level_that_only_weeks_show_is_normal_after_thirteen_weeks():
    days = [*signs("!", "2026-10-11"), *signs("." * 110, "2026-10-12")]
    steps = lived(in_time(days, signs("!" * 15, "2026-W41")))
    assert told(steps) == ["opened 2026-10-11", "new_normal 2027-W02"]


def test_windows_that_overlap_are_not_calm_twice():
    week = sign("2026-W41", "!").period

    def last_seven_days(shift, drawn):
        by = timedelta(days=shift)
        days = replace(week, first_day=week.first_day + by, end_day=week.end_day + by)
        return replace(sign("2026-W41", drawn), period=days)

    steps = lived([last_seven_days(*one) for one in enumerate("!!!" + "." * 19)])
    closed = next(step for step in steps if step.event is Event.CLOSED)
    assert closed.sign.period.first_day == date(2026, 10, 15)  # seven days after the first calm one


# sent again


def test_a_period_that_is_sent_again_changes_nothing():
    steps = lived([*signs("!"), *signs("!"), *signs("!.")])
    assert told(steps) == ["opened 2026-W40"]
    assert not steps[1].is_news
    last = steps[-1].episode
    assert lived(signs("!."), last)[-1].episode == last


def test_an_alert_whose_evidence_is_restated_away_is_corrected():
    opening = sign(W(40), "!")
    steps = lived([opening, again(opening, ".", known="9 of 241")])
    assert told(steps) == ["opened 2026-W40", "corrected 2026-W40"]
    assert steps[-1].reason == "The alert about the 7 days to 4 October no longer holds (9 of 241)."


def test_a_corrected_alert_is_not_opened_again_for_the_same_period():
    opening = sign(W(40), "!")
    steps = lived([opening, again(opening, "."), again(opening, "X"), *signs("!", W(41))])
    assert told(steps) == [f"opened {W(40)}", f"corrected {W(40)}", f"opened {W(41)}"]
    assert steps[2].reason.startswith("2026-W40 was told already")


def test_what_later_periods_still_show_is_not_corrected():
    opening = sign(W(40), "!")
    steps = lived([opening, *signs("!", W(41)), again(opening, "."), *signs("..", W(42))])
    assert told(steps) == [f"opened {W(40)}", f"closed {W(43)}"]


def test_less_evidence_is_not_none():
    opening = sign(W(40), "!")
    assert told(lived([opening, again(opening, "-")])) == [f"opened {W(40)}"]
    assert (
        told(lived([opening, again(opening, "-"), again(opening, ".")]))[-1] == f"corrected {W(40)}"
    )


def test_a_loud_period_whose_data_are_gone_stays_loud():
    opening = sign(W(40), "!")
    assert not lived([opening, again(opening, "?")])[-1].is_news


def test_a_calm_period_restated_as_loud_is_the_same_alert():
    steps = lived([*signs("!."), sign(W(41), "!"), *signs("..", W(42))])
    assert told(steps) == [f"opened {W(40)}", f"closed {W(43)}"]


def test_a_finding_that_pools_what_was_told_opens_nothing():
    *before, last = signs("!..  !")
    pooled = replace(last, finding=replace(last.finding, window=4))
    assert told(lived([*before, pooled])) == [f"opened {W(40)}", f"closed {W(42)}"]
    pooled = replace(last, finding=replace(last.finding, window=3))
    assert told(lived([*before, pooled]))[-1] == f"opened {W(45)}"


def test_a_closed_alert_is_not_opened_again_by_a_restatement():
    steps = lived([*signs("!.."), sign(W(42), "X"), sign(W(38), "X")])
    assert told(steps) == [f"opened {W(40)}", f"closed {W(42)}"]
    assert steps[-1].reason == (
        "2026-W38 was told already: logo_churn_rate/ALL/spike-up#1 ended with 2026-W42."
    )


# out of order, and out of data


def test_a_late_period_takes_its_place():
    steps = lived([sign(W(40), "!"), sign(W(42), "."), sign(W(41), ".")])
    assert told(steps) == [f"opened {W(40)}", f"closed {W(41)}"]


def test_what_was_before_it_is_not_heard():
    step = lived([sign(W(40), "!"), sign(W(39), ".")])[-1]
    assert not step.is_news
    assert (
        step.reason
        == "2026-W39 is before 2026-W40, with which logo_churn_rate/ALL/spike-up#1 began."
    )


def test_the_future_is_not_heard():
    step = advance(None, sign(W(40), "X"), today=date(2026, 9, 27))
    assert (step.episode, step.reason) == (None, "2026-W40 has not begun yet.")


def test_what_is_long_over_opens_nothing():
    step = advance(None, sign(W(40), "X"), today=date(2026, 11, 10))
    assert (step.episode, step.reason) == (None, "2026-W40 is over for too long to alert anybody.")
    assert advance(None, sign(W(40), "X"), today=date(2026, 10, 20)).event is Event.OPENED


def test_silence_is_no_calm():
    assert phases("!?e.?.") == ["open", "no_data", "error", "recovering", "no_data", "closed"]


def test_without_data_it_ends_when_nobody_can_expect_any():
    steps = lived(signs("!" + "?" * 13))
    assert told(steps) == ["opened 2026-W40", "closed 2026-W53"]
    assert steps[-1].episode.ending is Ending.NO_DATA


def test_a_gap_in_the_signs_ends_nothing():
    assert told(lived(signs("!   .   !   .   ."))) == ["opened 2026-W40", "closed 2027-W03"]


def test_a_segment_that_is_gone_ends_it_with_the_reason():
    *before, last = signs("!gg")
    step = lived([*before, replace(last, reason="There is no plan Gold any more.")])[-1]
    assert (step.event, step.episode.ending) == (Event.CLOSED, Ending.GONE)
    assert step.reason == "Nothing more can be said. There is no plan Gold any more."


def test_an_explanation_ends_it_at_the_next_sign():
    opened = replace(lived(signs("!"))[-1].episode, rebased_on=date(2026, 10, 1))
    step = advance(opened, sign(W(41), "X"))
    assert (step.event, step.episode.ending) == (Event.CLOSED, Ending.EXPLAINED)
    assert step.reason == "It is explained: normal is what is so since 1 October 2026."


@pytest.mark.parametrize("drawn", ["!", "!.", "!?", "!e"])
def test_what_people_see_of_an_open_alert(drawn):
    episode = lived(signs(drawn))[-1].episode
    assert episode.phase_at(is_muted=True) is Phase.MUTED
    seen = replace(episode, acknowledged_by="Ana").phase_at(is_muted=False)
    assert seen is (Phase.ACKNOWLEDGED if drawn == "!" else episode.phase)
