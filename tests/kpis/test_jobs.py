"""Of the jobs that providers took on, how many were done, and done well?"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World
from tests.facts.drawn import one, refused

JOBS = """
    accepted_at      | ended_at         | outcome               | had_issue
    2026-02-03 15:00 | 2026-02-03 16:00 | completed             | false
    2026-02-04 15:00 | 2026-02-20 16:00 | completed             | -
    2026-02-05 15:00 | 2026-02-05 15:05 | cancelled_by_provider | false
    2026-02-06 15:00 | 2026-02-06 16:00 | completed             | true
    2026-02-07 15:00 | 2026-02-07 15:02 | cancelled_by_customer | false
    2026-02-27 15:00 | -                | no_show               | false
    2026-02-28 23:59 | -                | in_progress           | -
    2026-03-01 00:00 | 2026-03-01 01:00 | completed             | false
"""
GIGS = World({"jobs": JOBS})
KPI = "gig_completion_rate"


def test_jobs_done_without_an_issue_over_jobs_that_are_over():
    assert GIGS.value(KPI) == Fraction(2, 5)
    assert GIGS.value(KPI, variant="uber_completed_over_accepted") == Fraction(3, 7)


def test_a_job_under_way_is_not_over_yet():
    assert GIGS.value(KPI, now=datetime(2026, 2, 10, 5, tzinfo=UTC)) == Fraction(1, 3)


def test_without_a_job_there_is_no_rate():
    assert GIGS.value(KPI, "2026-05") == "zero_denominator"
    assert GIGS.value(KPI, "2026-05", variant="uber_completed_over_accepted") == "zero_denominator"


def test_where_nobody_notes_issues_nothing_is_known():
    world = World({"jobs": "accepted_at | outcome\n2026-02-03 | completed"})
    assert world.value(KPI) == "source_unavailable"


def test_a_job_that_ends_before_it_was_accepted_is_refused():
    table = one(
        "jobs",
        """
        job_id | accepted_at          | ended_at
        J1     | 2026-02-03T15:00:00Z | 2026-02-03T15:00:00Z
        J2     | 2026-02-03T15:00:00Z | 2026-02-03T14:00:00Z
        """,
        outcome="completed",
    )
    assert [(key, column) for key, column, *_ in refused(table)] == [("J2", "ended_at")]
