"""Periods, missing values and findings are told in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.kpis.base import kpi_named
from tasks.messages.subject import first_clause
from tasks.messages.wording import (
    alert_news,
    alert_title,
    as_sentence,
    counted,
    dates,
    missing,
    period_label,
    period_title,
    titled,
)
from tasks.messages.wording import told as in_a_sentence
from tasks.model import ALL, Direction, GoalStatus, NullReason
from tests.messages.stories import CALENDAR, leaving, seen


@pytest.mark.parametrize(
    ("key", "title", "label", "days"),
    [
        ("2026-W47", "Week 47", "W47", "16-22 Nov 2026"),
        ("2026-W53", "Week 53", "W53", "28 Dec 2026 - 3 Jan 2027"),
        ("2026-11", "November 2026", "Nov 26", "1-30 Nov 2026"),
        ("2026-Q4", "Q4 2026", "Q4 2026", "1 Oct 2026 - 31 Dec 2026"),
        ("2026", "2026", "2026", "1 Jan 2026 - 31 Dec 2026"),
        ("2026-11-21", "Sat 21 Nov 2026", "21 Nov", "21 Nov 2026"),
    ],
)
def test_a_period_is_called_what_people_call_it(key, title, label, days):
    assert period_title(key) == title
    assert period_label(key) == label
    assert dates(CALENDAR.period(key)) == days


@pytest.mark.parametrize(
    ("key", "reason", "words"),
    [
        ("nps", NullReason.NO_RESPONSES, "no answers"),
        ("renewal_rate", NullReason.ZERO_DENOMINATOR, "nobody was due"),
        ("logo_churn_rate", NullReason.ZERO_DENOMINATOR, "no customers"),
        ("quick_ratio", NullReason.ZERO_DENOMINATOR, "nothing to compare with"),
        ("quick_ratio", NullReason.NO_LOSSES, "no losses"),
        ("mrr", NullReason.MISSING_FX, "an exchange rate is missing"),
    ],
)
def test_a_missing_value_says_why(key, reason, words):
    assert missing(kpi_named(key), seen(key, None, null_reason=reason)) == words


@pytest.mark.parametrize("reason", NullReason)
def test_every_reason_has_words(reason):
    assert missing(kpi_named("nps"), seen("nps", None, null_reason=reason))


def test_a_period_nobody_computed_has_no_data():
    assert missing(kpi_named("nps"), None) == "no data"


def finding(key="logo_churn_rate", **changes):
    lead = leaving().lead
    return replace(lead, cell=replace(lead.cell, kpi=key), **changes)


def told(key, **changes):
    kpi, said = kpi_named(key), finding(key, **changes)
    return alert_title(kpi, said), alert_news(kpi, said)


def test_customers_are_leaving_in_plain_words():
    assert told("logo_churn_rate") == (
        "Customers are leaving: Starter · EMEA",
        "Starter/EMEA is leaving",
    )


def test_fewer_customers_leaving_is_not_leaving():
    assert told("logo_churn_rate", direction="down")[0] == (
        "Customer churn rate is down: Starter · EMEA"
    )


def test_an_alert_about_everybody_names_no_segment():
    lead = finding()
    everybody = replace(lead, cell=replace(lead.cell, segment_dimension=ALL, segment=ALL))
    kpi = kpi_named("logo_churn_rate")
    assert alert_title(kpi, everybody) == "Customers are leaving"
    assert alert_news(kpi, everybody) == "customers are leaving"


def test_bad_news_has_words_of_its_own_and_any_other_is_up_or_down():
    assert told("csat", direction="down") == (
        "Customers are less satisfied: Starter · EMEA",
        "Starter/EMEA: Customers are less satisfied",
    )
    assert told("csat", direction="up")[0] == "CSAT is up: Starter · EMEA"
    assert told("first_response_time", direction="down")[0].startswith(
        "First response, median, is down"
    )
    assert told("csat", direction="data")[0] == "CSAT: the data look incomplete: Starter · EMEA"


def test_a_slash_inside_one_segment_is_part_of_its_name():
    lead = finding()
    plan = replace(lead, cell=replace(lead.cell, segment_dimension="plan", segment="A/B"))
    assert alert_title(kpi_named("csat"), plan) == "CSAT is up: A/B"


def test_churn_is_bad_when_it_goes_up():
    assert kpi_named("logo_churn_rate").good is Direction.DOWN


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Five of 61 left; usually one", "Five of 61 left"),
        ("NRR is 104.1 % (chance by luck: 1 in 9)", "NRR is 104.1 %"),
        ("Five left.", "Five left"),
        ("Five left. It began in May.", "Five left"),
    ],
)
def test_a_preheader_takes_the_first_clause(text, clause):
    assert first_clause(text) == clause


def test_sentences_begin_with_a_capital_and_end_with_a_stop():
    assert as_sentence("five left") == "Five left."
    assert as_sentence("crm: 3 rows") == "Crm: 3 rows."
    assert as_sentence("all deals.csv: 3 rows") == "all deals.csv: 3 rows."
    assert as_sentence("fx_rates: 3 rows") == "fx_rates: 3 rows."
    assert as_sentence("Five left.") == "Five left."


def test_nouns_agree_with_their_number():
    assert counted(1, "alert") == "1 alert"
    assert counted(3, "smaller move is", "smaller moves are") == "3 smaller moves are"


@pytest.mark.parametrize(
    ("dimension", "segment", "said", "whose"),
    [
        ("region", "EMEA", "5 of 61 customers left.", "5 of 61 customers in EMEA left."),
        ("plan", "Pro", "8 customers gave notice.", "8 customers on Pro gave notice."),
        ("owner", "Ana", "31 tickets for 61 customers.", "31 tickets for 61 customers of Ana."),
        ("tenure_band", "under 90 days", "9 customers left.", "9 customers of under 90 days left."),
        ("region", "EMEA", "CSAT 84 %. 9 customers.", "EMEA: CSAT 84 %. 9 customers."),
        ("region", "EMEA", "5 left in EMEA.", "5 left in EMEA."),
        ("ALL", "ALL", "5 of 61 customers left.", "5 of 61 customers left."),
    ],
)
def test_a_sentence_says_whose_customers_it_is_about(dimension, segment, said, whose):
    lead = finding(sentence=said)
    cell = replace(lead.cell, segment_dimension=dimension, segment=segment)
    assert in_a_sentence(replace(lead, cell=cell)) == whose


def test_a_day_is_not_named_twice():
    assert titled(CALENDAR.period("2026-11-15")) == "Sun 15 Nov 2026"
    assert titled(CALENDAR.period("2026-W47")) == "Week 47, 16-22 Nov 2026"


def test_a_goal_that_is_missed_is_not_off_pace():
    missed = told("csat", rule="goal_pacing", goal_status=GoalStatus.MISSED)
    assert missed[0] == "CSAT has missed its goal: Starter · EMEA"
    behind = told("csat", rule="goal_pacing", goal_status=GoalStatus.OFF_PACE)
    assert behind[0] == "CSAT is off pace for its goal: Starter · EMEA"
