"""What a reader has seen, and what it has become since."""

from __future__ import annotations

from pathlib import Path

from tests.flows.small import NOW, VERSIONS, Keepwell

A_WEEK_LATER = "2026-03-09T13:00:00+00:00"


def a_late_cancellation(company: Path) -> None:
    """Customer 9 turns out to have left in the last week of February, too."""
    told_late = VERSIONS.replace(
        "w9,s9,c9,core,active,2025-11-03T05:00:00Z,,",
        "w9,s9,c9,core,active,2025-11-03T05:00:00Z,2026-02-26T17:00:00Z,",
    )
    (company / "exports" / "subscription_versions.csv").write_text(told_late, encoding="utf-8")


def test_a_cancellation_that_arrives_late_is_said_once(keepwell: Keepwell, company: Path) -> None:
    first = keepwell("digest", "--preview", now=NOW)[1]
    a_late_cancellation(company)
    second = keepwell("digest", "--preview", now=A_WEEK_LATER)[1]
    third = keepwell("digest", "--preview", now="2026-03-16T13:00:00+00:00")[1]
    said = "Restated: Customers lost in week 9 was 1, now 2."
    assert [said in " ".join(text.split()) for text in (first, second, third)] == [
        False,
        True,
        False,
    ]
