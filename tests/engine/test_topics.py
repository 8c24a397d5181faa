"""What tickets were about."""

from __future__ import annotations

from tasks.engine.members import Question
from tasks.engine.topics import topics
from tests.engine.worlds import NOW, World

DESK = World(
    {
        "customers": """
            customer_id | plan
            a           | Starter
            b           | Scale
        """,
        "tickets": """
            customer_id | created_at | tags
            a           | 2026-02-03 | billing
            a           | 2026-02-03 | billing;urgent
            a           | 2026-02-03 | bug
            b           | 2026-02-03 | billing
            a           | 2026-03-03 | billing
        """,
    },
    segments=("plan",),
)


def about(kpi, *segment):
    question = Question(kpi, DESK.basis.calendar.period("2026-02"), *segment)
    with DESK.session() as session:
        (found,) = topics(session, DESK.basis, (question,), now=NOW)
    return [(one.tag, one.count) for one in found]


def test_tickets_of_a_segment_are_counted_by_their_first_tag():
    assert about("tickets_per_customer", "plan", "Starter") == [("billing", 2), ("bug", 1)]
    assert about("ticket_volume") == [("billing", 3), ("bug", 1)]


def test_what_has_no_tags_is_about_nothing():
    assert about("logo_churn_rate") == []
