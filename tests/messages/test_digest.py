"""A digest says first what matters, shows every number with its words, and invents nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.messages.digest import digest_view
from tasks.messages.figures import Figures
from tasks.messages.inputs import Driver, Split
from tasks.messages.rows import usual_words
from tasks.model import Alert, Cell, DataNote, Finding, GoalStatus, Member, Severity
from tasks.rules.base import Assessment, Comparison, Usual
from tests.messages.stories import (
    DIGESTS,
    GOALS,
    LATE,
    MISSED,
    WEEK,
    a_month,
    bad_week,
    goal,
    good_week,
    leaving,
    no_data,
    seen,
    withheld,
)


def row(view, key):
    return next(row for section in view.sections for row in section.rows if row.key == key)


def with_goals(inputs, *standings):
    return replace(inputs, assessment=replace(inputs.assessment, standings=standings))


def test_the_first_sentence_is_the_one_that_matters():
    view = digest_view(bad_week())
    assert view.lead[0].startswith("Five of 61 Starter/EMEA customers left this week")
    assert view.lead[1] == (
        "November so far: 14 of 606 customers left; the goal (2 %) allows 12: missed."
    )
    assert view.lead[2] == "Everything else is on or near pace."


def test_subject_and_preheader_tell_the_week_before_it_is_opened():
    view = digest_view(bad_week())
    assert view.subject == "Week 47 · Starter/EMEA is leaving; everything else on pace"
    assert view.preheader == (
        "Five of 61 Starter/EMEA customers left this week; MRR $412,300 (▲ 0.6 %); "
        "Zendesk 17 h late."
    )


def test_a_quiet_week_says_so_in_one_line():
    view = digest_view(good_week())
    assert view.subject == "Week 47 · A quiet week, all 4 goals met or on pace"
    assert view.lead == (
        (
            "Quiet week: all 4 goals met or on pace, nothing moved beyond its usual range. "
            "MRR $412,300 (▲ 0.6 %)."
        ),
    )
    assert not view.alerts
    assert not view.movements


def test_a_quiet_week_without_goals_claims_none():
    view = digest_view(with_goals(good_week()))
    assert view.subject == "Week 47 · A quiet week"
    assert view.lead[0].startswith("Quiet week: nothing moved beyond its usual range.")


def test_goals_missed_within_noise_or_without_data_are_not_called_met():
    noisy = goal("nps", ">= 40: 38, missed within noise", GoalStatus.MISSED_WITHIN_NOISE)
    unknown = goal("csat", ">= 90 %: no data", GoalStatus.NO_DATA)
    view = digest_view(with_goals(good_week(), *GOALS[:2], noisy, unknown))
    assert "2 of 4 goals met or on pace, 1 missed within noise, 1 without data" in view.lead[0]


def test_a_sentence_without_its_segment_is_given_it():
    bare = replace(leaving(), lead=replace(leaving().lead, sentence="5 of 61 customers left"))
    view = digest_view(replace(bad_week(), alerts=(bare,)))
    assert view.lead[0] == "5 of 61 customers in Starter/EMEA left."
    assert view.preheader.startswith("5 of 61 customers in Starter/EMEA left; ")


def test_what_rounds_to_no_change_is_neither_better_nor_worse():
    calm = good_week()
    cell = next(cell for cell in calm.history if cell.kpi == "nrr")
    comparison = calm.assessment.comparisons[cell]
    nearly = replace(comparison.previous, numerator=comparison.current.numerator + Decimal("0.1"))
    comparisons = {**calm.assessment.comparisons, cell: replace(comparison, previous=nearly)}
    view = digest_view(replace(calm, assessment=replace(calm.assessment, comparisons=comparisons)))
    assert row(view, "nrr").change == "unchanged"


def test_one_missed_goal_is_named_in_the_subject():
    view = digest_view(with_goals(good_week(), *GOALS, MISSED))
    assert view.subject == (
        "Week 47 · Customer churn rate misses its goal; everything else on pace"
    )
    assert view.lead[0].startswith("November so far: 14 of 606")


def test_several_missed_goals_are_counted():
    behind = goal("mrr", "Q4 >= $420,000: off pace", GoalStatus.OFF_PACE)
    assert digest_view(with_goals(good_week(), MISSED, behind)).subject == (
        "Week 47 · 2 goals missed or off pace"
    )


def test_several_alerts_are_counted_and_the_loudest_leads():
    quiet = replace(leaving("Team/AMER"), severity=Severity.WARNING)
    view = digest_view(replace(bad_week(), alerts=(quiet, leaving()), open_alerts=()))
    assert view.subject == "Week 47 · Starter/EMEA is leaving; 1 more alert"
    assert [alert.title for alert in view.alerts] == [
        "Customers are leaving: Starter · EMEA",
        "Customers are leaving: Team · AMER",
    ]


def test_a_small_move_is_listed_and_does_not_lead():
    small = replace(leaving(), severity=Severity.INFO)
    view = digest_view(replace(good_week(), alerts=(small,)))
    assert "1 small move listed below" in view.lead[0]
    assert view.alerts[0].sign == "•"
    assert view.alerts[0].sentence.startswith("Five of 61")


def test_every_number_has_its_change_its_goal_and_where_it_is_small_its_n():
    view = digest_view(bad_week())
    churn = row(view, "logo_churn_rate")
    assert (churn.value, churn.sample) == ("1.2 %", "7 of 604")
    assert churn.change == "▲ 0.8 pt (worse)"
    assert churn.usual == "usually 2"
    assert (churn.goal, churn.goal_tone) == ("November ≤ 12: 14, missed", "missed")
    assert row(view, "mrr").goal == "Q4 ≥ $420,000: on pace"
    assert row(view, "nps").sample == "n=41"


def test_a_rate_of_counts_is_held_against_rates():
    usual = Usual(Decimal("0.3"), Decimal("0.27"), Decimal("0.34"), count=Decimal(196))
    now = seen("tickets_per_customer", Decimal(166), Decimal(645))
    words = usual_words(Comparison(now.cell, now, usual=usual), now, Figures("en_US", "USD"))
    assert words == "below the usual 0.27 to 0.34"


def test_a_change_that_luck_may_explain_is_not_called_better():
    nps = row(digest_view(bad_week()), "nps")
    assert nps.change == "▲ 3"
    assert nps.note == "too few answers to tell (smallest change visible: 19 points)"


def test_colour_is_kept_for_what_is_beyond_noise():
    view = digest_view(bad_week())
    assert row(view, "logo_churn_rate").tone == "worse"
    assert row(view, "churned_mrr").tone == "level"
    assert row(view, "churned_mrr").change == "▲ $1,700 (worse)"


def test_a_missing_value_says_why_and_is_never_a_zero():
    view = digest_view(no_data())
    notes = {row.key: (row.value, row.note) for part in view.sections for row in part.rows}
    assert notes["nps"] == ("-", "no answers so far")
    assert notes["renewal_rate"] == ("-", "nobody was due")
    assert notes["mrr"] == ("-", "an exchange rate is missing")
    assert notes["churned_mrr"] == ("-", "no data")


def test_a_week_without_data_is_not_a_quiet_week():
    view = digest_view(no_data())
    assert view.subject == "Week 47 · No figures: no data for this week"
    assert view.lead == ("No figures for week 47: no data have arrived for it.",)
    assert view.preheader == "No data from Zendesk."
    assert view.charts == ()


def test_withheld_figures_are_told_before_the_table():
    view = digest_view(withheld())
    assert view.withheld[0].startswith("Revenue withheld: in EUR opening 41,200")
    assert view.lead[0].startswith("Some figures are withheld. Of the rest: all 3 goals")
    assert view.notes == ()
    assert row(view, "mrr").note == "withheld"
    assert view.subject.startswith("Week 47 · Some figures are withheld")


def test_a_number_is_taken_apart_into_segments_and_customers():
    (movement,) = digest_view(bad_week()).movements
    assert movement.title == "Customers left +5"
    assert movement.parts == (
        "Starter/EMEA +4.8, Starter/AMER +0.9, Team/AMER -0.4, rest -0.4, mix +0.1 (by plan/region)"
    )
    assert [customer.name for customer in movement.customers][:2] == ["Quill Labs", "Norden AS"]
    assert movement.customers[0].detail == "$640 (price)"
    assert movement.customers[2].detail == "$390"
    assert movement.tries[0].startswith("Call the customers")


def test_nine_customers_are_five_names_and_4_more():
    nine = tuple(Member(str(number), f"Customer {number}") for number in range(9))
    (movement,) = digest_view(replace(bad_week(), alerts=(leaving(members=nine),))).movements
    assert len(movement.customers) == 5
    assert movement.more == "4 more"


def test_six_customers_are_all_named():
    six = tuple(Member(str(number), f"Customer {number}") for number in range(6))
    (movement,) = digest_view(replace(bad_week(), alerts=(leaving(members=six),))).movements
    assert len(movement.customers) == 6
    assert movement.more == ""


def test_drivers_of_money_are_money():
    drivers = {
        "churned_mrr": Split(
            (Driver("Starter/EMEA", Decimal(1640)), Driver("rest", Decimal(60))), unit="money"
        )
    }
    (movement,) = digest_view(replace(good_week(), drivers=drivers)).movements
    assert (movement.title, movement.parts) == (
        "Churned MRR +$1,700",
        "Starter/EMEA +$1,640, rest +$60",
    )


def test_late_sources_restated_values_and_notes_are_told():
    notes = digest_view(bad_week()).notes
    assert notes == (
        (
            "Zendesk: last data Sun 22 Nov 07:10, 17 h before the week closed; "
            "its figures are provisional."
        ),
        "Restated: Customer churn rate in week 46 was 2 of 604, now 3 of 604.",
        "3 rows in quarantine (NPS score 11).",
        "HubSpot counts 604 customers, we 604; Zendesk 187 tickets, we 187.",
    )


def test_days_of_lateness_are_told_in_days():
    late = replace(LATE, hours_before_close=Decimal(50))
    view = digest_view(replace(bad_week(), freshness=(late,)))
    assert "Zendesk 2 days late" in view.preheader


def test_what_a_connector_never_reads_is_the_affair_of_those_who_set_it_up():
    never = DataNote("not_read", "success", "success: scorecards are not read.")
    inputs = replace(good_week(), notes=(never,))
    assert digest_view(inputs).notes == digest_view(replace(inputs, notes=())).notes


def test_many_notes_are_cut_and_counted():
    notes = tuple(DataNote("control", "x", f"note {number}") for number in range(11))
    told = digest_view(replace(good_week(), notes=notes)).notes
    assert (len(told), told[-1]) == (9, "3 more notes: keepwell check.")


def test_the_second_calculation_is_claimed_only_when_it_was_made():
    checked = "Scorecard checked by a second calculation."
    assert checked in digest_view(good_week()).footer
    assert checked not in digest_view(replace(good_week(), checked=False)).footer


def test_good_news_of_one_kpi_is_told_once():
    news = digest_view(bad_week()).good_news
    assert [each for each in news if each.startswith("First response")] == [
        "First response, median, 42 min: usually 49 to 63 min."
    ]


def test_a_record_is_good_news_and_a_growing_kpi_is_not():
    news = digest_view(good_week()).good_news
    assert "Churned MRR $100: the best week of the last 12." in news
    assert not [each for each in news if each.startswith("MRR")]


def test_the_alert_and_the_headline_have_a_chart():
    alerted, headline = digest_view(bad_week()).charts
    assert alerted.title == "Customers left, Starter/EMEA, by week"
    assert (len(alerted.values), alerted.bars, alerted.last) == (26, True, "5")
    assert (alerted.usual, alerted.legend) == ((0, 1), "Shaded: usual range 0 to 1")
    assert alerted.alt == (
        "Chart: Customers left, Starter/EMEA, by week, 26 periods up to Week 47. "
        "Week 47: 5; usual range 0 to 1."
    )
    assert (headline.title, headline.goal, headline.bars) == ("MRR, by week", 420000, False)


def test_a_month_in_germany_reads_as_one():
    view = digest_view(a_month())
    assert (view.title, view.dates) == ("November 2026", "1-30 Nov 2026")
    assert (view.this_period, view.history) == ("this month", "12 months")
    assert row(view, "mrr").value == "412.300\u00a0€"
    assert row(view, "nrr").value == "104,1 %"


def test_sections_come_in_the_order_of_their_kpis():
    titles = [section.title for section in digest_view(bad_week()).sections]
    assert titles == ["Revenue", "Retention", "Support", "Voice", "Product"]


def test_at_risk_is_left_out_until_somebody_is():
    assert digest_view(good_week()).at_risk == ()
    tolmin = Member("1", "Tolmin", Decimal(2400), "USD", "usage -61 %")
    (customer,) = digest_view(replace(good_week(), at_risk=(tolmin,))).at_risk
    assert (customer.name, customer.detail) == ("Tolmin", "$2,400 (usage -61 %)")


def test_an_alert_about_a_kpi_outside_the_scorecard_is_told():
    cell = Cell("ticket_volume", "default", WEEK.grain)
    said = Finding("spike", cell, WEEK.key, Severity.WARNING, "up", "300 tickets; usually 150")
    alert = Alert("ticket_volume", WEEK.key, Severity.WARNING, said)
    view = digest_view(replace(good_week(), alerts=(alert,)))
    assert view.subject == "Week 47 · More tickets than usual; everything else on pace"
    assert view.lead[0] == "300 tickets; usually 150."


def test_a_digest_of_nothing_at_all_can_be_told():
    empty = replace(no_data(), kpis=(), history={}, assessment=Assessment(WEEK), freshness=())
    assert digest_view(empty).sections == ()


@pytest.mark.parametrize("story", DIGESTS)
def test_subjects_and_preheaders_are_short_and_on_one_line(story):
    view = digest_view(DIGESTS[story]())
    assert len(view.subject) <= 110
    assert len(view.preheader) <= 170
    assert "\n" not in view.subject + view.preheader
