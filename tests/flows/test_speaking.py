"""One incident is one line: what says the same as another alert stands behind it."""

from __future__ import annotations

from dataclasses import replace

from flows.speaking import incidents
from flows.watch import in_short
from tasks.episode import Episode, Event, Phase, Push, Sign, Step
from tasks.model import Severity
from tests.alerts.test_telling import WEEK, episode

EVERYWHERE = episode("logo_churn_rate")
STARTER = replace(
    episode("logo_churn_rate", "plan/region", "Starter/EMEA"), chance=1e-9, sentence="5 of 61 left."
)
SIGN = Sign(WEEK.grain, WEEK, None, is_calm=None)
ANSWERS = replace(episode("csat", direction="down"), severity=Severity.WARNING, sentence="CSAT 71.")


def opened(one: Episode) -> Step:
    return Step(None, one, SIGN, Event.OPENED)


def test_the_least_likely_speaks_for_what_says_the_same() -> None:
    assert incidents([EVERYWHERE, ANSWERS, STARTER]) == {ANSWERS: (), STARTER: (EVERYWHERE,)}


def test_what_people_were_told_goes_on_speaking() -> None:
    told = replace(EVERYWHERE, told=frozenset({Push.ALERT}))
    assert incidents([STARTER, told]) == {told: (STARTER,)}


def test_a_run_counts_incidents_and_names_the_gravest() -> None:
    events = [opened(one) for one in (EVERYWHERE, ANSWERS, STARTER)]
    assert in_short(events) == "2 New. New: 5 of 61 left."
    assert in_short([events[0], events[2]]) == "New: 5 of 61 left."


def test_every_end_is_told() -> None:
    over = [
        Step(one, replace(one, phase=Phase.CLOSED), SIGN, Event.CLOSED, "calm again.")
        for one in (EVERYWHERE, STARTER)
    ]
    assert in_short(over).startswith("2 ")
