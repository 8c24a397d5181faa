"""A screen never holds back what a rule would find when it is asked period by period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tasks.catalog import RULES
from tasks.model import Severity
from tasks.rules.base import Case, Rule
from tasks.rules.history import History, position
from tests.rules.drawing import CALENDAR, CHURN, CSAT, MRR, NEW_MRR, NPS, TICKETS, weeks

LOUD = {Severity.CRITICAL, Severity.WARNING}
WEEKS = 45
PLANS = ("Pro", "Starter", "Growth")
SCREENED = pytest.mark.parametrize(
    "rule", [one for one in RULES if one.screen], ids=lambda r: r.key
)


def drawn(subject, seed):
    """Return four segments with a burst, a step and a collapse somewhere in their past."""
    random = np.random.default_rng(seed)
    made = []
    for place, segment in enumerate((("ALL", "ALL"), *(("plan", name) for name in PLANS))):
        size = np.full(WEEKS, 300 if place else 900)
        if place == 2:
            size[30 + seed] = 60
        rate = np.where(np.arange(WEEKS) > 34, 0.09, 0.03) if place == 1 else np.full(WEEKS, 0.03)
        rate[20 + seed] = 0.15
        made.append(_history(subject, random, size, rate, segment))
    return made


def _history(subject, random, size, rate, segment):
    if subject in (CHURN, CSAT):
        share = rate if subject is CHURN else 1 - rate
        return weeks(random.binomial(size, share).tolist(), size.tolist(), subject=subject,
                     segment=segment)  # fmt: skip
    if subject is NPS:
        seen = (size * (30 - rate * 200) + random.normal(0, 20, WEEKS) * np.sqrt(size)).round()
        return weeks(seen.astype(int).tolist(), size.tolist(), subject=subject,
                     squares=(size * 2500).tolist(), segment=segment)  # fmt: skip
    seen = random.poisson(size * rate * 20)
    if subject is MRR:
        seen = 400_000 + np.cumsum(random.normal(900, 900, WEEKS)) - seen * 10
    return weeks([int(one) for one in seen], subject=subject, segment=segment)


def until(history, count):
    return History(history.cell, history.periods[:count], history.observations[:count])


def found(rule, subject, histories, row, count):
    """Return what the rule finds in one segment when ``count`` periods were known."""
    then = tuple(until(one, count) for one in histories)
    return rule.judge(Case(subject, then[row], then[row].periods[-1], siblings=then),
                      rule.settings())  # fmt: skip


@SCREENED
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "subject", [CHURN, CSAT, TICKETS, NPS, MRR, NEW_MRR], ids=lambda subject: subject.key
)
def test_nothing_loud_is_held_back(rule: Rule, subject, seed):
    histories = drawn(subject, seed)
    screens = rule.screen(histories, subject, rule.settings())
    for row, screen in enumerate(screens):
        for count in range(10, WEEKS + 1):
            if any(one.severity in LOUD for one in found(rule, subject, histories, row, count)):
                assert count - 1 in screen.loud, (row, count)


def test_a_rule_that_was_made_loud_is_asked_everywhere():
    trend = RULES.get("trend")
    (quiet,) = trend.screen((weeks("1 2 3"),), CHURN, trend.settings())
    (loud,) = trend.screen((weeks("1 2 3"),), CHURN, trend.settings(severity=Severity.WARNING))
    assert (len(quiet.loud), len(loud.loud)) == (0, 3)


@SCREENED
def test_what_is_calm_at_once_is_calm_when_it_is_asked(rule: Rule):
    histories = drawn(TICKETS, 0)
    screens = rule.screen(histories, TICKETS, rule.settings())
    for row, screen in enumerate(screens):
        for place in range(20, WEEKS) if screen.calm and rule.is_calm else ():
            then = tuple(until(one, place + 1) for one in histories)
            asked = Case(TICKETS, then[row], then[row].periods[-1], siblings=then)
            for side, places in screen.calm.items():
                said = rule.is_calm(asked, rule.settings(), side)
                assert said is None or said is (place in places), (row, place, side)


@SCREENED
def test_few_periods_are_left_to_be_judged(rule: Rule):
    _, *parts = drawn(CSAT, 1)
    for screen in rule.screen(parts, CSAT, rule.settings()):
        assert len(screen.loud) < WEEKS / 3


@SCREENED
def test_a_family_without_history_has_an_empty_screen(rule: Rule):
    empty = History(weeks("1", subject=CHURN).cell, (), ())
    (screen,) = rule.screen((empty,), CHURN, rule.settings())
    assert not screen.loud
    some = weeks([3, 2, 4] * 10, of=300)
    later = replace(some, periods=some.periods[5:], observations=some.observations[5:])
    first, second, third = rule.screen((some, empty, later), CHURN, rule.settings())
    assert not second.loud
    assert len(first.loud) >= len(third.loud)
    assert position(CALENDAR.period("2026-W47")) - position(some.periods[0]) == 29
