"""What a digest advised is remembered, and the next one opens with what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from flows.advice import became, remember
from flows.steps import by_hand
from flows.workspace import opened
from flows.writing import Desk
from tasks.model import Cell, Finding, Grain, Severity
from tasks.store import advice_given
from tests.flows.small import VERSIONS

NEXT = "2026-03-09T13:00:00+00:00"  # the Monday after the week that follows
SUPPORT = """\
company: {name: Tiny, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan]
kpis: {include: [logo_churn_rate, ticket_volume]}
audiences:
  - {name: board, digest: week, to: ["file:board"]}
"""
TICKETS = (
    "ticket_id,customer_id,requester_id,created_at,created_by,channel,first_agent_reply_at,"
    "first_solved_at,reopened_at,last_solved_at,replies_before_first_solve,merged_into,is_spam\n"
)


def tickets():
    """A year of two tickets a week from anybody, and thirty in the last week from c1 and c2."""
    rows, number = [], 0
    first = date(2025, 11, 3)
    for week in range(17):
        monday = first + timedelta(weeks=week)
        whose = ["c1", "c2", "acme"] * 10 if week == 16 else ["c3", "c4"]
        for customer in whose:
            number += 1
            day = monday + timedelta(days=number % 3)
            rows.append(f"t{number},{customer},,{day}T15:00:00Z,customer,email,,,,,0,,false")
    return TICKETS + "\n".join(rows) + "\n"


@pytest.fixture
def asked(company: Path) -> Path:
    """A company whose customers c1, c2 and acme suddenly ask a lot."""
    exports = company / "exports"
    (company / "keepwell.yaml").write_text(SUPPORT, encoding="utf-8")
    (exports / "tickets.csv").write_text(tickets(), encoding="utf-8")
    return company


def touched(company: Path, *rows: str) -> None:
    head = "touch_id,customer_id,kind,at\n"
    (company / "exports" / "touches.csv").write_text(head + "\n".join(rows), encoding="utf-8")


def text_of(keepwell, now, *more):
    code, out, _ = keepwell("digest", "--grain", "week", *more, now=now)
    assert code == 0, out
    return " ".join(out.split())


def test_a_digest_advises_those_who_are_still_here_and_keeps_it(asked, keepwell):
    text_of(keepwell, "2026-03-02T13:00:00+00:00", "--send")
    with opened(asked / "keepwell.yaml", {}) as workspace:
        given = [
            one
            for one in advice_given(workspace.store, ("digest",), ("2026-W09",))
            if one.kpi == "ticket_volume"
        ]
    assert [one.subject_key for one in given] == ["company"]
    # acme asked as well, and left before the week was over
    assert sorted(name for _, name in given[0].customers) == ["Customer 1", "Customer 2"]


def test_looking_at_a_digest_remembers_nothing(asked, keepwell):
    text_of(keepwell, "2026-03-02T13:00:00+00:00")
    with opened(asked / "keepwell.yaml", {}) as workspace:
        assert advice_given(workspace.store, ("digest",), ("2026-W09",)) == ()


def test_the_next_digest_opens_with_what_became_of_it(asked, keepwell):
    text_of(keepwell, "2026-03-02T13:00:00+00:00", "--send")
    touched(asked, "1,c1,call,2026-03-04T15:00:00Z", "2,c2,call,2026-03-01T15:00:00Z")
    said = text_of(keepwell, NEXT)
    assert "Last week we said: call the 2 customers with tickets who are still here." in said
    assert "1 was contacted, still here; 1 was not: Customer 2." in said


def test_without_contacts_only_who_stayed_is_told(asked, keepwell):
    text_of(keepwell, "2026-03-02T13:00:00+00:00", "--send")
    gone = VERSIONS.replace(
        "w2,s2,c2,core,active,2025-11-03T05:00:00Z,,",
        "w2,s2,c2,core,active,2025-11-03T05:00:00Z,2026-03-05T05:00:00Z,",
    )
    (asked / "exports" / "subscription_versions.csv").write_text(gone, encoding="utf-8")
    assert "1 is still here, 1 left: Customer 2." in text_of(keepwell, NEXT)


def test_a_week_later_it_is_not_told_again(asked, keepwell):
    text_of(keepwell, "2026-03-02T13:00:00+00:00", "--send")
    assert "Last week we said" not in text_of(keepwell, "2026-03-16T13:00:00+00:00")


def test_beside_customers_who_left_those_who_ask_are_named(asked, keepwell):
    """An alert about leaving has nobody left to call: those with tickets who are still here are."""
    from flows.advice import counsels
    from flows.sync import bring_in_news
    from tasks.model import Alert, Member

    moment = datetime.fromisoformat("2026-03-02T13:00:00+00:00")
    churn, asks = (
        Finding(
            "spike",
            Cell(kpi, "default", Grain.WEEK),
            "2026-W09",
            Severity.CRITICAL,
            "up",
            "x",
            chance=1e-6,
        )
        for kpi in ("logo_churn_rate", "ticket_volume")
    )
    left = Alert(
        "logo_churn_rate", "2026-W09", Severity.CRITICAL, churn, members=(Member("acme", "Acme"),)
    )
    with opened(asked / "keepwell.yaml", {}) as workspace:
        bring_in_news(by_hand(), workspace, now=moment)
        period = workspace.settings.calendar.period("2026-W09")
        made = counsels(
            by_hand(), workspace, [left], {"logo_churn_rate": (asks,)}, period, now=moment
        )["logo_churn_rate"]
        assert made.said == "Call the 2 customers with tickets who are still here."
        assert (
            made.line
            == "Call the 2 customers with tickets who are still here: Customer 1, Customer 2."
        )
        again = Alert(
            "mrr",
            "2026-W09",
            Severity.CRITICAL,
            replace(churn, cell=replace(churn.cell, kpi="mrr")),
        )
        both = {"logo_churn_rate": (asks,), "mrr": (asks,)}
        twice = counsels(by_hand(), workspace, [left, again], both, period, now=moment)
        assert list(twice) == ["logo_churn_rate"]  # nobody is to be called for two reasons
        remember(workspace, {"logo_churn_rate": made}, period, audience="company", now=moment)
        after = workspace.settings.calendar.period("2026-W10")
        later = datetime.fromisoformat(NEXT)
        (told,) = became(workspace, after, audience="company", now=later)
    assert [(one.name, one.is_contacted, one.has_left) for one in told.customers] == [
        ("Customer 1", None, False),
        ("Customer 2", None, False),
    ]


def test_a_quiet_week_advises_nothing(company, keepwell):
    moment = datetime.fromisoformat("2026-02-16T13:00:00+00:00")
    keepwell("sync")
    with opened(company / "keepwell.yaml", {}) as workspace:
        period = workspace.settings.calendar.last_complete(Grain.WEEK, moment)
        assert Desk(by_hand(), workspace, period, moment).whole().advice == {}


def test_nobody_is_told_to_call_a_hundred_customers():
    from flows.advice import _counsel
    from flows.catalogue import filled
    from tasks.alerts.subjects import Subjects
    from tasks.kpis.base import catalogue
    from tasks.model import Alert, Member

    filled()
    asks = Finding(
        "spike",
        Cell("ticket_volume", "default", Grain.WEEK),
        "2026-W09",
        Severity.CRITICAL,
        "up",
        "x",
    )
    members = tuple(Member(f"c{n}", f"Customer {n}") for n in range(120))
    alert = Alert("ticket_volume", "2026-W09", Severity.CRITICAL, asks, members=members)
    here = frozenset(one.customer_id for one in members[1:])
    made = _counsel(alert, (asks,), {asks: members}, here, Subjects(catalogue()))
    assert made.said == "Call the first 25 of 119 customers with tickets who are still here."
    assert len(made.customers) == 25
