"""Laws on companies drawn at random: two calculations agree, parts add up, order is nothing."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.engine.opinion.compare import compared
from tasks.engine.opinion.opine import opine, opinions
from tasks.engine.opinion.registry import OPINIONS
from tasks.model import ALL
from tests.engine.companies import BASIS, SEGMENTS, Company, asked, companies, measured

CUT = HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large


def _room(calculate) -> str:
    """Return which room a calculation stands in."""
    return calculate.__module__.rpartition(".")[2]


few = settings(max_examples=5, deadline=None, suppress_health_check=CUT)
SHOPS = frozenset({"money", "selling", "doing"})  # see test_second_opinion_of_packs.py
KEYS = tuple(
    sorted({kpi for kpi, variant in opinions() if _room(OPINIONS[kpi, variant]) not in SHOPS})
)
BY_EVENT = {"ticket_volume", "cancellation_notices", "renewals_pending", "new_customers"}
ADD_UP = BY_EVENT | {"mrr", "mrr_opening", "churned_mrr", "churned_customers", "customers_closing"}


def shown(company: Company, *periods: str, **more: object):
    """Return what the engine chosen makes of a company, and what pandas does."""
    request = asked(*periods, kpis=KEYS, **more)
    with TemporaryDirectory() as folder:
        facts = company.facts(Path(folder))
        return measured(facts, request), opine(facts, BASIS, request)


def disagreements(company: Company, *periods: str, **more: object) -> list[str]:
    """Return what the engine chosen and pandas do not agree on."""
    found, opinion = shown(company, *periods, **more)
    assert opinion is not None
    assert found.breaks == ()
    _, differing = compared(found.observations, opinion)
    return [f"{one.shown.period} {one.shown.variant} {one.what}" for one in differing]


def amounts(company: Company, *periods: str):
    """Return what the engine chosen says, by KPI, variant, period, dimension and segment."""
    found, _ = shown(company, *periods)
    return {
        (one.kpi, one.variant, one.period, one.segment_dimension, one.segment): (
            one.numerator,
            one.denominator,
            one.n,
            one.null_reason,
        )
        for one in found.observations
    }


@few
@given(companies())
def test_pandas_and_the_engine_agree_on_any_company_and_its_books_balance(company):
    assert disagreements(company, "2026-01", "2026-02", "2026-W06") == []


@few
@given(companies(), st.sampled_from(["2026-02-01", "2026-02-17"]))
def test_they_agree_on_what_was_known_on_a_day(company, day):
    known = BASIS.calendar.midnight(BASIS.calendar.period(day).first_day)
    assert disagreements(company, "2026-01", "2026-02", as_of=known) == []


@few
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(company, random):
    turned = {name: random.sample(rows, len(rows)) for name, rows in company.tables.items()}
    assert amounts(Company(turned), "2026-02") == amounts(company, "2026-02")


@few
@given(companies())
def test_segments_add_up_and_so_do_the_months_of_a_quarter(company):
    found = amounts(company, "2026-01", "2026-02", "2026-03", "2026-Q1")
    # a dimension of which no customer has a value is not told at all
    cut_by = [one for one in SEGMENTS if one in {key[3] for key in found}]
    by_dimension = defaultdict[tuple[str, ...], Decimal](Decimal)
    over_time = defaultdict[tuple[str, str], Decimal](Decimal)
    for (kpi, variant, period, dimension, _), (numerator, *_, reason) in found.items():
        if kpi in ADD_UP and reason is None:
            by_dimension[kpi, variant, period, dimension] += numerator
        if kpi in BY_EVENT and dimension == ALL and period != "2026-Q1":
            over_time[kpi, variant] += numerator or 0
    for (kpi, variant, period, dimension), (numerator, *_, reason) in whole(found).items():
        if kpi in ADD_UP and reason is None:
            parts = [by_dimension[kpi, variant, period, one] for one in cut_by]
            assert parts == [numerator] * len(cut_by), (kpi, period, dimension)
        if kpi in ("ticket_volume", "new_customers") and period == "2026-Q1":
            assert over_time[kpi, variant] == (numerator or 0)


def whole(found):
    """Return the overall values."""
    return {key[:4]: value for key, value in found.items() if key[3] == ALL}
