"""What days without a value say of an alert about the data: look at the last ones that had one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tasks.alerts.cases import Book, Question
from tasks.alerts.lifecycle import advance
from tasks.alerts.signs import calm_signs, loud_signs
from tasks.config import Rules
from tasks.episode import Key
from tasks.model import Grain, NullReason
from tests.alerts.company import CALENDAR, SUBJECTS, assessed, cell, seen

CSAT = cell("csat", grain=Grain.DAY)
DATA = Key("data_quality", CSAT.kpi, CSAT.variant, direction="data")
FRIDAY, SUNDAY, LATER = (CALENDAR.period(f"2026-11-{day}") for day in ("13", "15", "22"))
WEEKS_BEFORE = 10


def days(until, *newest):
    """Return ten weeks of answers, none on Sundays, and then ``newest`` up to a day."""
    first = CALENDAR.previous(until, len(newest) + 7 * WEEKS_BEFORE - 1)
    usual = [
        0 if CALENDAR.following(first, n).first_day.weekday() == 6 else 100
        for n in range(7 * WEEKS_BEFORE)
    ]
    counts = [*usual, *newest]
    drawn = seen(CSAT, [round(0.9 * count) for count in counts], 100, until)
    return {
        CSAT: tuple(
            replace(one, denominator=Decimal(count), n=count)
            if count
            else replace(one, numerator=None, denominator=None, n=0, null_reason=NOBODY)
            for one, count in zip(drawn, counts, strict=True)
        )
    }


NOBODY = NullReason.NO_RESPONSES


def looked(past, period, known=()):
    """Return the signs of one look about the alert."""
    question = Question(period, CALENDAR, SUBJECTS, Rules(), lambda _: (), None, {})
    found = assessed(past, period=period).findings
    loud = [sign for key, sign in loud_signs(found, CALENDAR.period) if key == DATA]
    calm = calm_signs(question, Book(past, question), known, found, CALENDAR.period)
    return [*loud, *(sign for _, sign in calm)]


def opened():
    (loud,) = looked(days(FRIDAY, 20), FRIDAY)
    return advance(None, loud, today=date(2026, 11, 14)).episode


def test_a_sunday_does_not_keep_an_alert_about_the_data_open():
    episode = opened()
    past = days(LATER, 20, 100, 0, *[100] * 6, 0)  # from that Friday on: all is there again
    for sign in looked(past, LATER, [DATA]):
        episode = advance(episode, sign).episode
    assert episode.ending == "calm"
    assert episode.ended.key == "2026-11-21"


def test_a_sunday_after_bad_days_says_nothing_new():
    episode = opened()
    for sign in looked(days(SUNDAY, 20, 20, 0), SUNDAY, [DATA]):
        episode = advance(episode, sign).episode
    assert episode.is_open


def test_a_sunday_whose_data_are_not_there_says_nothing():
    past = days(LATER, 20, 100, 0, *[100] * 6, 0)
    gone = replace(past[CSAT][-1], null_reason=NullReason.SOURCE_STALE)
    (sign,) = looked({CSAT: (*past[CSAT][:-1], gone)}, LATER, [DATA])
    assert sign.verdict == "no_data"
