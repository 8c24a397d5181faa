"""After a quiet quarter a few events are no burst where a year of weeks has seen as many."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.alerts.longer import in_longer_view
from tasks.model import Finding, Grain, Observation, Severity
from tests.alerts.company import SUBJECTS, cell, seen

CHURN, CSAT, TICKETS = (cell(kpi) for kpi in ("logo_churn_rate", "csat", "ticket_volume"))
THIS_WEEK = "2026-W47"
FEW = [1, 3, 2, 0, 0, 0, 3, 1, 0, 0, 0, 0, 0] * 4


def burst(where=CHURN, number=4, of=337 * 3, *, direction="up", days=3, chance=1e-7):
    return Finding(
        "spike",
        replace(where, grain=Grain.DAY),
        "2026-11-18",
        Severity.CRITICAL,
        direction,
        "4 of 337 left; chance by luck less than 1 in 100,000.",
        observed=Decimal(number),
        denominator=None if of is None else Decimal(of),
        chance=chance,
        window=days,
    )


def longer(finding: Finding, weeks: tuple[Observation, ...]) -> Finding:
    return in_longer_view(finding, SUBJECTS.of(finding.cell), weeks, THIS_WEEK)


def test_four_losses_in_three_days_where_the_year_had_forty_in_52_weeks():
    found = longer(burst(), seen(CHURN, [*FEW, 4], 337))
    # at least 4 where 40.5 / 52 * 3 / 5 are due
    assert found.chance == pytest.approx(0.0015, rel=0.1)
    assert found.sentence == "4 of 337 left; chance by luck 1 in 700."


def test_a_real_burst_stays_one():
    assert longer(burst(number=15), seen(CHURN, [*FEW, 15], 337)) == burst(number=15)


def test_the_week_of_the_burst_tells_nothing_of_what_was_usual():
    quiet = longer(burst(), seen(CHURN, [*[0] * 52, 4], 337))
    assert quiet == longer(burst(), seen(CHURN, [*[0] * 52, 40], 337))
    assert quiet.chance < 1e-6


def test_bad_answers_are_counted_out_of_as_many_answers():
    found = longer(burst(CSAT, 6, 10, direction="down"), seen(CSAT, [18, 19, 17, 20] * 13, 20))
    assert found.chance == pytest.approx(0.008, rel=0.01)  # at least 4 of 10 where 0.77 are due


@pytest.mark.parametrize(
    ("finding", "weeks"),
    [
        (burst(TICKETS, 90, None), seen(TICKETS, [200] * 52)),  # not rare: days tell enough
        (burst(TICKETS, 0, None, direction="down"), seen(TICKETS, [2] * 52)),  # a lack is no burst
        (burst(), seen(CHURN, FEW[:8], 337)),  # too few weeks to know better
        (burst(), ()),
        (replace(burst(), cell=CHURN), seen(CHURN, FEW, 337)),  # a week has its own past
        (replace(burst(), chance=None), seen(CHURN, FEW, 337)),
        (burst(chance=0.9), seen(CHURN, FEW, 337)),  # the larger chance counts
    ],
)
def test_anything_else_stays_as_it_is(finding, weeks):
    assert longer(finding, weeks) == finding
