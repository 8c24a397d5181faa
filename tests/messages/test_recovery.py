"""The end of an alert says how it ended, how long it lasted, and whom it was about."""

from __future__ import annotations

from dataclasses import replace

from tasks.episode import Ending
from tasks.kpis.base import kpi_named
from tasks.messages.recovery import recovery_view
from tasks.messages.render import render_recovery, undrawn
from tests.messages.alertstories import corrected, gone, new_normal, over
from tests.messages.stories import CALENDAR


def test_back_to_usual_says_so_with_its_counts():
    view = recovery_view(over())
    assert view.subject == "✓ Back to usual: Customer churn rate, Starter · EMEA"
    assert view.lead == "Back in its usual range for two weeks (0 of 53, 0 of 53)."
    assert view.context[0] == "It lasted 4 weeks; 5 customers, $1,640 MRR."
    assert view.context[1].startswith("It was opened in week 42. It said: Five of 61 Starter/EMEA")
    assert view.footer[0].startswith("Alert 12 is closed. Customer churn rate: Customers active")


def test_an_alert_that_a_day_opened_was_opened_on_that_day():
    sunday = CALENDAR.period("2026-11-15")
    view = recovery_view(replace(over(), since=sunday))
    assert view.context[1].startswith("It was opened on Sun 15 Nov 2026. It said: ")


def test_an_episode_has_one_end_and_one_name():
    message = render_recovery(recovery_view(over()), undrawn)
    assert (message.kind, message.subject_key) == ("recovery", "logo_churn_rate:Starter/EMEA:12")


def test_a_level_that_stays_is_the_new_normal():
    view = recovery_view(new_normal())
    assert view.sign == "•"
    assert view.lead == (
        "Since 17 August it stays at 3.8 %: that is the new normal; we compare with it from now on."
    )


def test_a_restatement_takes_an_alert_back():
    view = recovery_view(corrected())
    assert view.lead == (
        "The alert of week 46 no longer holds: 1 of 61 after restatement, 5 of 61 when it was sent."
    )
    assert not [line for line in view.context if "lasted" in line]


def test_a_value_that_is_no_count_is_written_as_a_value():
    csat = replace(corrected(), kpi=kpi_named("nrr"))
    assert "1.6 % after restatement." in recovery_view(csat).lead


def test_without_its_numbers_it_is_corrected_all_the_same():
    assert recovery_view(replace(corrected(), history={})).lead == (
        "The alert of week 46 no longer holds: its numbers were corrected."
    )


def test_an_end_that_is_no_good_news_says_why():
    view = recovery_view(gone())
    assert (view.sign, view.charts) == ("•", ())
    assert view.lead.startswith("There is nothing left to look at")
    assert "until 6 December" in view.trial[0].text
    assert view.trial[0].typed == "alerts: {mode: live}"
    silent = recovery_view(replace(gone(), ending=Ending.NO_DATA, trial=None))
    assert silent.lead.startswith("No data have come in for so long")
