"""One run of the engine over a made-up company, or of the scan that it can't do without.

Started by engine.py as a process of its own; the last line it prints says what it took. ``full``
and ``incremental`` are the scorecard, ``alike`` what rivals.py computes: the same ten KPIs of the
same periods, overall only.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import UTC, date, time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402 - see above

import tasks.engine  # noqa: E402
import tasks.kpis  # noqa: E402, F401 - fills the catalogue
from bench.companies import NOW, SIZES, Company  # noqa: E402
from tasks.calendar import BusinessHours, Calendar  # noqa: E402
from tasks.config.packs import PACKS  # noqa: E402
from tasks.engine.base import Limits  # noqa: E402
from tasks.engine.basis import Basis  # noqa: E402
from tasks.engine.current import Facts  # noqa: E402
from tasks.engine.measure import Lake, Request, measure  # noqa: E402
from tasks.model import Grain, Period  # noqa: E402

CALENDAR = Calendar("Europe/Berlin", fiscal_year_start=1)
OFFICE = BusinessHours(frozenset(range(5)), time(9), time(17), frozenset())
SEGMENTS = ("segment", "plan", "region")
LAST_DAY, FIRST_MONTH, FIRST_WEEK = date(2026, 10, 31), date(2025, 10, 1), date(2025, 10, 27)
CUT_BY_TIME = frozenset({"usage_events", "survey_responses"})  # a ticket may be solved much later
NEWEST_MONTH = "2026-10"
NEWEST = frozenset({NEWEST_MONTH, "2026-11"})
LIMITS = Limits("800MB", 2, None)
ALIKE = (
    *("logo_churn_rate", "churned_mrr", "expansion_mrr", "contraction_mrr", "mrr_new"),
    *("ticket_volume", "first_response_time", "nps", "csat", "account_adoption_rate"),
)
NEEDED = {
    "usage_events": ("customer_id", "event_at"),
    "tickets": (
        *("customer_id", "created_at", "created_by", "first_agent_reply_at", "first_solved_at"),
        *("reopened_at", "replies_before_first_solve", "merged_into", "is_spam"),
    ),
    "survey_responses": (
        *("survey", "customer_id", "respondent_id", "responded_at", "score", "scale_min"),
        *("scale_max", "high_is"),
    ),
    "subscription_versions": (
        *("subscription_id", "customer_id", "status", "valid_from", "valid_to", "unit_amount"),
        *("quantity", "currency", "interval", "interval_count", "discount_pct", "change_kind"),
        *("cancel_at", "cancel_requested_at", "cancel_reason"),
    ),
    "contracts": ("customer_id", "due_at", "acv", "outcome", "decided_at", "renewed_acv"),
    "customers": ("customer_id", *SEGMENTS, "is_test", "merged_into", "parent_id"),
}


def scan(made: Company, mode: str) -> list[float]:
    """Read every value of the columns that the KPIs need, and do nothing else with them."""
    with duckdb.connect(config={"threads": LIMITS.threads}) as connection:
        for name, columns in NEEDED.items():
            months = NEWEST if mode != "full" and name in CUT_BY_TIME else frozenset()
            read = ", ".join(f"bit_xor(hash({column}))" for column in columns)
            files = made.paths(name, months)
            connection.execute(f"SELECT {read} FROM read_parquet({files})").fetchall()  # noqa: S608 - ours
    return []


def ours(made: Company, mode: str) -> list[float]:
    """Compute the KPIs of a company that sells software; return the ten of the newest month."""
    kpis, segments = (ALIKE, ()) if mode == "alike" else (PACKS["saas"], SEGMENTS)
    basis = Basis(CALENDAR, OFFICE, "USD", "locked", segments)
    facts = Facts("duckdb", made.root, made.files, {}, LIMITS)
    request = Request(_periods(mode), NOW.replace(tzinfo=UTC), None, kpis)
    with facts.open() as session:
        found = measure(session, basis, Lake(facts.tables, {}), request).observations
    newest = {one.kpi: one.value for one in found if one.period == NEWEST_MONTH}
    return [float(newest[key] or 0) for key in kpis if mode == "alike"]


def _periods(mode: str) -> tuple[Period, ...]:
    every = (*_between(Grain.WEEK, FIRST_WEEK), *_between(Grain.MONTH, FIRST_MONTH))
    newest = {period.grain: period for period in every}
    return tuple(newest.values()) if mode == "incremental" else every


def _between(grain: Grain, first: date) -> tuple[Period, ...]:
    ends = (CALENDAR.containing(grain, day) for day in (first, LAST_DAY))
    return tuple(CALENDAR.between(*ends))


def spent_s() -> float:
    """Return the CPU-seconds of this process, all threads together."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Do one thing and say what it took, without the start of Python and its imports."""
    what, mode, root = sys.argv[1:]
    made = Company(Path(root), SIZES[Path(root).name])
    before = spent_s()
    last = {"scan": scan, "ours": ours}[what](made, mode)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cpu_s": spent_s() - before, "rss": most, "last": last}))


if __name__ == "__main__":
    main()
