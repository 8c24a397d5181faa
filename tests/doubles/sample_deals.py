"""The sample company's subscriptions as deals: what was sold, changed, renewed and lost.

A monthly subscription is a deal without an end, a yearly one a deal until its first due date and
a renewal for each year after it. Every other change of seats, price or plan is an amendment. A
cancellation is a renewal that was lost; what ends in the middle of its year is cut short first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from tests.doubles.hubspot_portal import iso
from tests.doubles.sample_company import ZONE, Exports, Row, company_id, local_day

PRODUCT = "Shift planning, by the seat"
BILLED = {"month": "monthly", "year": "annually"}
SOLD = ("active", "past_due", "paused")  # trials and what is written off are nobody's deal
MONTHS_OF_A_PAUSE = 24  # free until an amendment resumes it
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A deal as the portal takes it, with its line items; ``company`` is the portal's id."""

    company: str
    decided_at: datetime
    properties: dict[str, Any]
    lines: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a subscription comes to from a day on."""

    day: date
    line: dict[str, str]


@dataclass(slots=True)
class Life:
    """One subscription from the first day that is paid to the last."""

    rows: list[Row]
    terms: list[Row] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """Its changes; what changes nothing that is paid is none."""
        found = [Step(local_day(row["valid_from"]), _line(row)) for row in self.rows]
        return found[:1] + [now for before, now in pairwise(found) if now.line != before.line]

    @property
    def ends(self) -> date | None:
        last = self.rows[-1]
        ended = last["valid_to"] or last["cancel_at"]
        return local_day(ended) if ended else None

    def at(self, day: date) -> dict[str, str]:
        return [step.line for step in self.steps if step.day <= day][-1]


def deals_of(exports: Exports, now: datetime) -> list[Made]:
    """All deals, those that others name before them: a deal's id is in its property deal_number."""
    terms: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("crm", "contracts"):
        terms[row["customer_id"]].append(row)
    lives: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("billing", "subscription_versions"):
        if row["status"] in SOLD:
            lives[row["subscription_id"]].append(row)
    found = [Life(rows, _own(terms[rows[0]["customer_id"]], rows)) for rows in lives.values()]
    return [deal for life in found for deal in _deals(life)]


def _own(terms: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """The terms that this subscription was paid in, of all those of its customer."""
    first, last = local_day(rows[0]["valid_from"]), rows[-1]["valid_to"]
    gone = local_day(last) if last else date.max
    return [
        term
        for term in terms
        if local_day(term["due_at"]) > first and date.fromisoformat(term["starts_on"]) < gone
    ]


def _deals(life: Life) -> Iterator[Made]:
    first, begun = life.steps[0].day, set()
    for starts, ends in _terms(life):
        kind = "newbusiness" if starts == first else "renewal"
        yield _won(life, kind, starts, _decided(life, starts), ends)
        begun.add(starts)
    for step in life.steps:
        if step.day not in begun:
            yield _won(life, "amendment", step.day, step.day)
    if life.ends is not None:
        yield from _lost(life, life.ends)


def _terms(life: Life) -> Iterator[tuple[date, date | None]]:
    """From when to when each term is agreed; what is paid by the month has one without an end."""
    starts = life.steps[0].day
    for term in life.terms:
        due = local_day(term["due_at"])
        yield starts, due
        if term["outcome"] != "renewed" or (life.ends and life.ends <= due):
            return
        starts = due
    yield starts, None


def _decided(life: Life, starts: date) -> date:
    """The day on which it was agreed to go on from ``starts``; that day itself at first."""
    renewed = (term for term in life.terms if local_day(term["due_at"]) == starts)
    return next((local_day(term["decided_at"]) for term in renewed), starts)


def _lost(life: Life, ends: date) -> Iterator[Made]:
    last = life.rows[-1]
    asked = local_day(last["cancel_requested_at"]) if last["cancel_requested_at"] else ends
    due = {local_day(term["due_at"]) for term in life.terms}
    if due and ends not in due:  # in the middle of its year
        yield Made(
            company_id(last["customer_id"]),
            _noon(asked),
            _properties(life, "amendment", "sales_won", asked, ends - DAY, ends - DAY),
        )
    properties = _properties(life, "renewal", "renewals_lost", asked, ends, None)
    reason = {"closed_lost_reason": last["cancel_reason"] or None}
    yield Made(company_id(last["customer_id"]), _noon(asked), {**properties, **reason})


def _won(life: Life, kind: str, starts: date, decided: date, ends: date | None = None) -> Made:
    stage = "renewals_won" if kind == "renewal" else "sales_won"
    return Made(
        company_id(life.rows[0]["customer_id"]),
        _noon(decided),
        _properties(life, kind, stage, decided, starts, ends - DAY if ends else None),
        (life.at(starts),),
    )


def _properties(
    life: Life, kind: str, stage: str, decided: date, starts: date, last_day: date | None
) -> dict[str, Any]:
    row = life.rows[0]
    return {
        "dealname": f"{row['customer_id']}: {kind}",
        "dealtype": kind,
        "dealstage": stage,
        "pipeline": stage.partition("_")[0],
        "closedate": iso(_noon(decided)),
        "deal_currency_code": row["currency"],
        "contract_start_date": starts.isoformat(),
        "contract_end_date": last_day.isoformat() if last_day else None,
        "subscription_number": row["subscription_id"],
    }


def _line(row: Row) -> dict[str, str]:
    line = {
        "name": PRODUCT,
        "price": row["unit_amount"],
        "quantity": row["quantity"],
        "hs_discount_percentage": row["discount_pct"],
        "recurringbillingfrequency": BILLED[row["interval"]],
    }
    paused = {"hs_billing_start_delay_months": str(MONTHS_OF_A_PAUSE)}
    return line | (paused if row["status"] == "paused" else {})


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)
