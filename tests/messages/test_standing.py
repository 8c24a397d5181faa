"""A digest says which alerts are open, what became of the advice, and what actions did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tasks.messages.digest import digest_view
from tasks.messages.ongoing import Advised, Audited, Followed
from tests.messages.stories import ADVISED, ONBOARDED, OPEN, bad_week, good_week, no_data


def told(**more):
    return digest_view(replace(good_week(), **more))


def test_open_alerts_are_counted_and_older_ones_stay_listed():
    view = digest_view(bad_week())
    assert view.alerts_counted == "1 new, 1 since 26 Oct"
    assert [(alert.title, alert.state) for alert in view.alerts] == [
        ("Customers are leaving: Starter · EMEA", "Alert 12, new"),
        (
            "First response, median, is up: APAC",
            "Alert 9, since 26 Oct, acknowledged by Ana: two agents are ill",
        ),
    ]


def test_a_muted_alert_says_until_when():
    muted = replace(OPEN[1], phase="muted", until=date(2026, 12, 6), by="", note="")
    (alert,) = told(open_alerts=(muted,)).alerts
    assert alert.state == "Alert 9, since 26 Oct, muted until 6 Dec"


def test_several_older_alerts_are_told_with_the_first_day():
    other = replace(OPEN[1], number=10, since=date(2026, 11, 2))
    other = replace(other, cell=replace(other.cell, segment="EMEA"))
    assert told(open_alerts=(OPEN[1], other)).alerts_counted == "2 older, the first since 26 Oct"


def test_advice_is_followed_up():
    assert digest_view(bad_week()).advice == (
        (
            "Last week we said: call the 6 customers with billing tickets. 4 were contacted, all "
            "still here; 2 were not: Norden AS (left), Fjord BV."
        ),
    )


def said(*customers):
    return told(advice=(replace(ADVISED, said="NPS calls.", customers=customers),)).advice[0]


def test_advice_that_was_followed_by_all_or_nobody():
    here, left = (
        Followed("Ash", is_contacted=True),
        Followed("Elm", is_contacted=True, has_left=True),
    )
    not_yet = Followed("Fir", is_contacted=False)
    assert said(here, here).endswith("NPS calls. All 2 were contacted, all still here.")
    assert said(here).endswith("It was contacted, still here.")
    assert said(here, left).endswith("All 2 were contacted, 1 left all the same (Elm).")
    assert said(not_yet).endswith("Nobody has been contacted yet: Fir.")
    assert said(here, not_yet).endswith("1 was contacted, still here; 1 was not: Fir.")
    assert said() == "Last week we said: NPS calls."


def test_where_nobody_writes_contacts_down_only_who_stayed_is_told():
    here, left = (Followed("Ash", None), Followed("Elm", None, has_left=True))
    assert said(here, here).endswith("NPS calls. All 2 are still here.")
    assert said(here).endswith("It is still here.")
    assert said(here, left, here).endswith("2 are still here, 1 left: Elm.")
    assert said(left).endswith("0 are still here, 1 left: Elm.")


def test_many_names_are_cut_short():
    names = tuple(Followed(f"C{i}", is_contacted=False) for i in range(8))
    advice = told(advice=(Advised("Call them.", names),)).advice
    assert advice[0].endswith("C0, C1, C2, C3, C4, 3 more.")


def test_the_effect_of_an_action_is_told_with_its_interval():
    assert told(effects=(ONBOARDED,)).effects == (
        (
            "Onboarding programme, 8 weeks in: Customer churn rate in Starter/EMEA from 4.1 % to 2.9 %, "
            "too early to tell (against the segments it did not touch: -2.1 pt to +0.3 pt)."
        ),
    )


def test_an_effect_nobody_can_measure_yet_has_only_its_verdict():
    early = replace(ONBOARDED, before=None, after=None, low=None, high=None, periods=1)
    assert told(effects=(early,)).effects == (
        "Onboarding programme, 1 week in: Customer churn rate in Starter/EMEA, too early to tell.",
    )


def test_what_people_said_of_alerts_is_counted():
    assert told(audit=(Audited("spike", 12, 9, 1), Audited("event", 1, 1))).audit == (
        "Surprises: 12 alerts sent, 9 useful, 1 false, 2 not answered.",
        "Single large customers: 1 alert sent, 1 useful, 0 false.",
    )


def test_where_nobody_ever_answered_it_is_said_so():
    rows = {row.key: row.note for part in digest_view(no_data()).sections for row in part.rows}
    assert rows["nps"] == "no answers so far"
    assert rows["renewal_rate"] == "nobody was due"


def test_what_is_found_now_is_not_calm_and_counts_once():
    week = bad_week()
    (alert,) = week.alerts
    sign = replace(OPEN[0], cell=replace(OPEN[0].cell, kpi="cancellation_notices"), number=7)
    sign = replace(sign, phase="recovering", is_new=False, since=date(2026, 11, 9))
    notices = replace(alert.lead, cell=sign.cell)
    view = digest_view(
        replace(week, alerts=(replace(alert, others=(notices,)),), open_alerts=(sign,))
    )
    assert [one.state for one in view.alerts] == ["Alert 7, since 9 Nov"]
    assert view.alerts_counted == "1 since 9 Nov"
