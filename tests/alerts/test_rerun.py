"""A past that is judged period by period tells what people would have been told, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tasks.alerts.cases import Question
from tasks.alerts.past import Then, first_looks, past_of, until
from tasks.alerts.rerun import rerun
from tasks.config import RuleEntry, Rules
from tasks.episode import Ending
from tasks.model import Cell, Goal, Grain, Severity, Status
from tasks.rules.history import History
from tasks.rules.spike import SpikeSettings
from tests.alerts.company import CALENDAR, SUBJECTS, book, cell, seen, usual

CHURN = cell("logo_churn_rate")
TICKETS = cell("ticket_volume")
MONTHLY = Goal("logo_churn_rate", Grain.MONTH, at_most=Decimal("0.02"))
LAST = CALENDAR.period("2026-W47")
CALM = [2, 1, 3, 2, 2] * 12


def judged(observations, *, rules=None, goals=(), on_the_way=(), weeks=26, scorecard=None):
    past = past_of(observations, on_the_way, CALENDAR)

    def asked_at(period):
        return Question(
            period, CALENDAR, SUBJECTS, rules or Rules(), lambda _: goals, scorecard, {}
        )

    periods = [CALENDAR.previous(LAST, back) for back in range(weeks - 1, -1, -1)]
    return rerun(past, asked_at, periods)


def test_a_burst_opens_one_alert_and_it_ends():
    (one,) = judged(seen(CHURN, [*CALM[:50], 20, *CALM[:10]], 604))
    assert one.opened.key == "2026-W37"
    assert one.episode.ending is Ending.CALM
    assert "2026-W39" <= one.episode.ended.key <= "2026-W44"
    assert one.alert.severity is Severity.CRITICAL
    assert one.alert.lead.sentence.startswith("20 of 604 customers left this week.")


def test_a_calm_past_tells_nothing():
    assert judged(seen(CHURN, CALM, 604)) == ()
    assert judged(()) == ()
    assert judged(seen(CHURN, CALM, 604), weeks=0) == ()


def test_an_alert_that_goes_on_is_open():
    (one,) = judged(seen(CHURN, [*CALM, 20, 22], 604))
    assert (one.opened.key, one.episode.ended) == ("2026-W46", None)


def test_what_goes_on_for_a_quarter_is_the_new_normal_and_told_once():
    rising = [round(200 * 1.2**week) for week in range(14)]
    (one,) = judged(seen(TICKETS, [*[100, 110, 90, 105, 95] * 8, *rising]), weeks=40)
    assert one.opened.key == "2026-W34"
    assert one.episode.ending is Ending.NEW_NORMAL


def test_what_was_before_a_new_normal_is_not_looked_at():
    past = past_of(seen(CHURN, CALM, 604), (), CALENDAR)
    asked = Question(LAST, CALENDAR, SUBJECTS, Rules(), lambda _: (), None, {})
    day = CALENDAR.period("2026-W40").first_day
    book = Then(past, asked, {CHURN: day})
    assert book.history(CHURN).periods[0].key == "2026-W40"
    assert len(book.history(CHURN)) == len(book.siblings(CHURN)[0]) == 8
    assert len(Then(past, asked).history(CHURN)) == 60


def test_what_comes_later_is_not_known_yet():
    sooner = judged(seen(CHURN, [*CALM, 20], 604, CALENDAR.period("2026-W40")))
    later = judged(
        (
            *seen(CHURN, [*CALM, 20], 604, CALENDAR.period("2026-W40")),
            *seen(CHURN, [9, 90, 90, 90, 90], 604, CALENDAR.period("2026-W45")),
        )
    )
    assert sooner[0].alert == later[0].alert
    assert sooner[0].opened == later[0].opened


def test_segments_of_one_kpi_are_told_together():
    table = """
                EMEA   US
        Starter 9/61   8/70
        Growth  0/200  0/270
    """
    (one,) = judged([each for some in book(table).values() for each in some])
    assert one.alert.kpi == "logo_churn_rate"
    assert one.alert.lead.cell.segment in {"Starter", "ALL"}


def test_only_the_scorecard_alerts():
    assert judged(seen(CHURN, [*CALM, 20], 604), scorecard=("csat",)) == ()


def test_a_rule_that_has_to_last_opens_later():
    patient = Rules(of={"logo_churn_rate": (RuleEntry("spike", None, SpikeSettings(lasting=2)),)})
    burst = seen(CHURN, [*CALM, 20, 22, 19], 604)
    assert judged(burst)[0].opened.key == "2026-W45"
    assert judged(burst, rules=patient)[0].opened.key == "2026-W46"
    assert judged(seen(CHURN, [*CALM, 20], 604), rules=patient) == ()


def test_incomplete_data_are_told_as_such_and_not_as_good_news():
    csat = cell("csat")
    answers = [*seen(csat, [212] * 40, 233, CALENDAR.period("2026-W45"))]
    answers += seen(csat, [60], 62, CALENDAR.period("2026-W46"))
    answers += seen(csat, [211], 233)
    (one,) = judged(answers)
    assert (one.alert.lead.rule, one.opened.key) == ("data_quality", "2026-W46")


def monthly(losses, last="2026-11"):
    return seen(cell("logo_churn_rate", grain=Grain.MONTH), losses, 606, CALENDAR.period(last))


def test_a_goal_that_was_missed_is_told_when_its_month_was_over():
    weekly = seen(CHURN, CALM, 604)
    found = judged((*weekly, *monthly([9, 9, 30, 9], "2026-10")), goals=(MONTHLY,))
    (one,) = [each for each in found if each.alert.lead.rule == "goal_miss"]
    assert one.opened.key == "2026-W40"  # of the last days of September
    assert one.alert.lead.sentence.startswith("September: 30 of 606 customers left")
    assert one.episode.ended is None


def test_a_pace_is_told_where_the_month_was_measured_while_it_ran():
    weekly = seen(CHURN, CALM, 604)
    (november,) = monthly([14])
    on_the_way = replace(
        november, status=Status.PROVISIONAL, as_of=CALENDAR.period("2026-W46").end_at
    )
    (one,) = judged(weekly, goals=(MONTHLY,), on_the_way=(on_the_way,))
    assert (one.alert.lead.rule, one.opened.key) == ("goal_pacing", "2026-W46")
    assert "November so far: 14 of 606" in one.alert.lead.sentence


def test_first_looks_are_what_was_known_first_after_the_close():
    (first,) = seen(CHURN, [5], 604)
    early = replace(
        first,
        numerator=Decimal(1),
        as_of=first.as_of - timedelta(days=3),
        status=Status.PROVISIONAL,
    )
    restated = replace(first, numerator=Decimal(9), revision=2, status=Status.RESTATED)
    assert first_looks((restated, early, first), CALENDAR) == (first,)
    assert first_looks((early,), CALENDAR) == ()


def test_a_new_definition_takes_the_place_of_the_old_one():
    old = seen(CHURN, [5, 6, 7], 604)
    new = tuple(replace(one, definition_version=2) for one in old[1:])
    assert first_looks((*old, *new), CALENDAR) == new


def test_a_history_that_is_cut_is_the_same_as_one_that_ended_then():
    whole = History(CHURN, *_pairs(seen(CHURN, [1, 2, 3, 4, 5], 604)))
    week = CALENDAR.period("2026-W45")
    cut, short = until(whole, week), History(CHURN, whole.periods[:3], whole.observations[:3])
    assert cut == short
    assert cut.numerators.tolist() == short.numerators.tolist() == [1, 2, 3]
    assert cut.values.tolist() == short.values.tolist()
    assert until(whole, LAST) is whole


def _pairs(observations):
    return tuple(CALENDAR.period(one.period) for one in observations), observations


def test_a_cell_nobody_knows_is_left_alone():
    strange = Cell("moon_phase", "default", Grain.WEEK)
    assert judged(seen(strange, usual(9), 604)) == ()


def test_tickets_and_churn_are_two_alerts():
    weekly = (*seen(CHURN, [*CALM, 20], 604), *seen(TICKETS, [*[150, 160, 140] * 20, 300]))
    assert {one.alert.kpi for one in judged(weekly)} == {"logo_churn_rate", "ticket_volume"}
