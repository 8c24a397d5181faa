"""Yearly contracts: when they come due, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from tasks.sample import story
from tasks.sample.chance import chance
from tasks.sample.files import Export, rows
from tasks.sample.lives import CENT, LATEST_BILLING_DAY, MONTHS_A_YEAR, Change, Life
from tasks.sample.timeline import DAY, Timeline

NAMES = (
    "contract_id customer_id due_at acv outcome decided_at renewed_acv starts_on term_months "
    "notice_by auto_renews currency"
)
NOTICE = timedelta(days=30)
DECIDED_BEFORE_DAYS = (2, 40)
DECIDED_LATE_DAYS = (1, 15)
LATE_SHARE = 0.08
RENEWS_BY_ITSELF_SHARE = 0.6


def contracts(timeline: Timeline, seed: int, lives: tuple[Life, ...]) -> Export:
    """Return the contracts due from the first day of the history to a year from now.

    The amounts are in dollars, as the CRM keeps them, whatever the customer is billed in.
    """
    rng = chance(seed, "contracts")
    found = [row for life in lives if life.yearly for row in _terms(timeline, rng, life)]
    numbered = [(f"K{number:04d}", *row) for number, row in enumerate(found, start=1)]
    return Export("crm", "contracts", rows(NAMES, numbered))


def _terms(
    timeline: Timeline, rng: np.random.Generator, life: Life
) -> Iterator[tuple[object, ...]]:
    renews = bool(rng.random() < RENEWS_BY_ITSELF_SHARE)
    for starts_at, due_at in _years(timeline, life):
        outcome, decided_at = _decision(timeline, rng, life, due_at)
        after = _value(life, due_at + DAY) if outcome == "renewed" else Decimal(0)
        yield (
            life.profile.id,
            due_at,
            _value(life, due_at - DAY),
            outcome,
            decided_at,
            None if outcome == "pending" else after,
            timeline.calendar.local_day(starts_at),
            MONTHS_A_YEAR,
            timeline.calendar.local_day(due_at - NOTICE),
            renews,
            story.CURRENCY,
        )


def _years(timeline: Timeline, life: Life) -> Iterator[tuple[datetime, datetime]]:
    """Return the terms of ``life`` that end after the history begins, the running one included."""
    start = life.first_paid_at
    while (
        start is not None
        and start < timeline.now
        and (life.ends_at is None or start < life.ends_at)
    ):
        due = start.replace(year=start.year + 1, day=min(start.day, LATEST_BILLING_DAY))
        if due >= timeline.first_at:
            yield start, due
        start = due


def _decision(
    timeline: Timeline, rng: np.random.Generator, life: Life, due_at: datetime
) -> tuple[str, datetime | None]:
    early, late = (int(rng.integers(*days)) for days in (DECIDED_BEFORE_DAYS, DECIDED_LATE_DAYS))
    decided_at = due_at + late * DAY if rng.random() < LATE_SHARE else due_at - early * DAY
    if life.ends_at is not None and life.ends_at <= due_at:
        notice = life.now.notice
        return "lost", notice.requested_at if notice else life.ends_at
    return ("renewed", decided_at) if decided_at < timeline.now else ("pending", None)


def _value(life: Life, at: datetime) -> Decimal:
    """Return what ``life`` is worth a year, in dollars at the rate locked for that year."""
    known = [change for change in life.changes if change.at <= at] or life.changes[:1]
    amount = life.a_month(_paid(known)) * MONTHS_A_YEAR
    rate = locked_rate(at.year) if life.currency != story.CURRENCY else Decimal(1)
    return (amount * rate).quantize(CENT)


def _paid(known: list[Change]) -> Change:
    """Return the last of ``known`` that had a price to pay."""
    return next((change for change in reversed(known) if change.status == "active"), known[-1])


def locked_rate(year: int) -> Decimal:
    """Return how many dollars a euro counts in ``year``; outside the table, its nearest year."""
    years = story.LOCKED_RATES
    return years[min(years, key=lambda known: abs(known - year))]
