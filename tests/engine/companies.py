"""Small companies drawn at random, in a lake of their own: what laws are tried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tasks.calendar import Calendar
from tasks.engine.base import Limits
from tasks.engine.basis import Basis
from tasks.engine.current import Facts
from tasks.engine.measure import Lake, Measured, Request, measure
from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.load import LakeFile
from tests.engine.worlds import CHOSEN, NOW, OFFICE, engine

WHO = ("a", "b", "c", "d", "e")
SEGMENTS = ("plan", "segment", "plan/segment")
ZONE = "America/New_York"
BEGIN = datetime(2025, 11, 20)  # noqa: DTZ001 - the lake's instants have no zone
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Company:
    """Rows by table; what is not named in a row is empty."""

    tables: Mapping[str, Sequence[Row]]

    def facts(self, root: Path) -> Facts:
        """Return the company in a lake below ``root``."""
        root.mkdir(parents=True, exist_ok=True)
        files = [_written(root, name, rows) for name, rows in self.tables.items()]
        return Facts(CHOSEN["engine"], root, files, {}, Limits(url=CHOSEN["url"]))


def _written(root: Path, name: str, rows: Sequence[Row]) -> LakeFile:
    schema = schema_of(FACTS[name])
    columns = {field.name: [row.get(field.name) for row in rows] for field in schema}
    pq.write_table(pa.table(columns, schema=schema), root / f"{name}.parquet")
    return LakeFile("company", name, f"{name}.parquet", "all", len(rows), 0, "load")


BASIS = Basis(Calendar(ZONE), OFFICE, "USD", segments=SEGMENTS)


def asked(*keys: str, **more: Any) -> Request:
    """Return the request for these periods."""
    periods = tuple(BASIS.calendar.period(key) for key in keys)
    return Request(periods, **{"now": NOW, **more})


def measured(facts: Facts, request: Request) -> Measured:
    """Return what the engine chosen makes of it."""
    with engine().open(facts.root, facts.files, facts.limits) as session:
        return measure(session, BASIS, Lake(facts.tables, {}), request)


MINUTES = st.integers(0, 60 * 24 * 130).map(lambda n: BEGIN + timedelta(minutes=n))
# the instants at which months and weeks begin in New York: where mistakes like to be
EDGES = st.sampled_from(
    [datetime(2026, month, day, 5) for month, day in ((1, 1), (2, 1), (2, 2), (2, 9), (3, 1))]  # noqa: DTZ001
)
TIMES = st.one_of(MINUTES, EDGES)
MONEY = st.sampled_from(["0", "9.99", "100", "333.33", "1200", "0.01"]).map(Decimal)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return the same, or nothing."""
    return st.one_of(st.none(), strategy)


@st.composite
def customers(draw: st.DrawFn) -> list[Row]:
    """Draw customers, some of them tests, duplicates of others or their children."""
    pointer = maybe(st.sampled_from(WHO)) if draw(st.booleans()) else st.none()
    return [
        {
            "customer_id": one,
            "plan": draw(st.sampled_from(["Pro", "Starter", None, ""])),
            "segment": draw(st.sampled_from(["SMB", "ENT"])),
            "is_test": draw(st.sampled_from([False, False, False, True, None])),
            "merged_into": draw(pointer),
            "parent_id": draw(pointer),
        }
        for one in WHO
    ]


@st.composite
def attributes(draw: st.DrawFn) -> list[Row]:
    """Draw who moved from one segment to another, and when."""
    moves = draw(st.dictionaries(st.sampled_from(WHO), st.sets(TIMES, max_size=3), max_size=3))
    segment = st.sampled_from(["SMB", "ENT", None])
    return [
        {"customer_id": one, "valid_from": at, "segment": draw(segment)}
        for one, times in moves.items()
        for at in sorted(times)
    ]


@st.composite
def subscriptions(draw: st.DrawFn) -> list[Row]:
    """Draw subscriptions, each a few versions: side by side, with gaps, with an open end."""
    rows: list[Row] = []
    for number, who in enumerate(draw(st.lists(st.sampled_from(WHO), min_size=1, max_size=7))):
        times = sorted(draw(st.sets(TIMES, min_size=2, max_size=4)))
        currency = draw(st.sampled_from(["USD", "USD", "EUR", "CHF"]))
        for place, (since, until) in enumerate(pairwise(times)):
            is_last = place == len(times) - 2
            goes_on = draw(st.booleans()) and is_last
            gap = draw(st.sampled_from([0, 0, 1]))
            rows.append(
                {
                    **draw(_priced()),
                    "version_id": f"v{number}-{place}",
                    "subscription_id": f"s{number}",
                    "customer_id": who,
                    "currency": currency,
                    "valid_from": since,
                    "valid_to": None if goes_on else max(since, until - timedelta(hours=30 * gap)),
                    "cancel_requested_at": draw(maybe(TIMES)),
                    "cancel_at": draw(maybe(TIMES)) if goes_on else None,
                }
            )
    return rows


def _priced() -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "status": st.sampled_from(
                ["active", "active", "past_due", "paused", "paused", "unpaid", "trialing"]
            ),
            "unit_amount": MONEY,
            "quantity": st.sampled_from(["1", "3", "0", "2.5"]).map(Decimal),
            "interval": st.sampled_from(["month", "year", "week", "day", "usage"]),
            "interval_count": st.sampled_from([1, 1, 3]),
            "discount_pct": maybe(st.sampled_from(["20", "12.5", "100"]).map(Decimal)),
        }
    )


@st.composite
def tickets(draw: st.DrawFn) -> list[Row]:
    """Draw tickets: answered, solved, opened again, spam, of nobody known."""
    return [
        {
            "ticket_id": f"t{number}",
            "customer_id": draw(maybe(st.sampled_from(WHO))),
            "created_at": draw(TIMES),
            "created_by": draw(st.sampled_from(["customer", "customer", "agent", None])),
            "first_agent_reply_at": draw(maybe(TIMES)),
            "first_solved_at": draw(maybe(TIMES)),
            "reopened_at": draw(maybe(TIMES)),
            "last_solved_at": draw(maybe(TIMES)),
            "replies_before_first_solve": draw(st.sampled_from([0, 1, 1, 2, None])),
            "merged_into": draw(st.sampled_from([None, None, "t0"])),
            "is_spam": draw(st.sampled_from([False, False, True, None])),
        }
        for number in range(draw(st.integers(0, 8)))
    ]


SCALES = ((0, 10, "good"), (1, 5, "good"), (1, 5, "bad"), (0, 1, "good"), (1, 7, "bad"))


@st.composite
def answers(draw: st.DrawFn) -> list[Row]:
    """Draw answers to surveys, some given twice, some empty."""
    rows: list[Row] = []
    for number in range(draw(st.integers(0, 8))):
        survey = draw(st.sampled_from(["nps", "csat", "CSAT"]))
        low, high, high_is = SCALES[0] if survey == "nps" else draw(st.sampled_from(SCALES[1:]))
        rows.append(
            {
                "response_id": f"r{number}",
                "survey": survey,
                "customer_id": draw(maybe(st.sampled_from(WHO))),
                "respondent_id": draw(st.sampled_from([None, "ann", "bob"])),
                "ticket_id": draw(st.sampled_from([None, "t0", "t1"])),
                "responded_at": draw(TIMES),
                "score": draw(maybe(st.integers(low, high).map(Decimal))),
                "scale_min": Decimal(low),
                "scale_max": Decimal(high),
                "high_is": high_is,
            }
        )
    return rows


@st.composite
def contracts(draw: st.DrawFn) -> list[Row]:
    """Draw contracts that come due, some decided late or not at all."""
    return [
        {
            "contract_id": f"k{number}",
            "customer_id": draw(st.sampled_from(WHO)),
            "due_at": draw(TIMES),
            "acv": draw(MONEY),
            "outcome": draw(st.sampled_from(["renewed", "lost", "pending", None])),
            "decided_at": draw(maybe(TIMES)),
            "term_months": draw(st.sampled_from([None, 1, 12])),
        }
        for number in range(draw(st.integers(0, 5)))
    ]


def _happenings(key: str, at: str) -> st.SearchStrategy[list[Row]]:
    one = st.tuples(st.sampled_from(WHO), TIMES)
    return st.lists(one, max_size=6).map(
        lambda found: [
            {key: f"{key}{number}", "customer_id": who, at: when}
            for number, (who, when) in enumerate(found)
        ]
    )


RATES = [  # nobody says what a CHF is worth
    {"currency": "EUR", "rate_date": day, "rate_to_usd": Decimal(rate), "kind": "locked"}
    for day, rate in ((date(2025, 1, 1), "1.1"), (date(2026, 1, 1), "1.25"))
]


def companies() -> st.SearchStrategy[Company]:
    """Draw a whole company."""
    return st.fixed_dictionaries(
        {
            "customers": customers(),
            "customer_versions": attributes(),
            "subscription_versions": subscriptions(),
            "tickets": tickets(),
            "survey_responses": answers(),
            "contracts": contracts(),
            "usage_events": _happenings("event_id", "event_at"),
            "touches": _happenings("touch_id", "at"),
            "fx_rates": st.just(RATES),
        }
    ).map(Company)
