"""Many periods asked about at once tell what each tells on its own, whoever adds them up."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.engine.measure import MANY
from tests.engine.companies import BASIS, asked, companies, measured

CUT = HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large
few = settings(max_examples=3, deadline=None, suppress_health_check=CUT)
MONTHS = ("2025-12", "2026-01", "2026-02")
WEEKS = ("2026-W01", "2026-W05", "2026-W06", "2026-W10")
KPIS = (
    *("mrr", "nrr", "churned_mrr", "logo_churn_rate", "cancellation_notices", "ticket_volume"),
    *("fcr_rate", "nps", "account_adoption_rate"),
)


def told(facts, *periods, **more):
    """Return everything that is said of these periods."""
    found = measured(facts, asked(*periods, kpis=KPIS, **more))
    assert found.breaks == ()
    return set(found.observations)


@few
@given(companies(), st.sampled_from([None, "2026-02-17"]))
def test_many_periods_at_once_are_what_each_is_alone(company, day):
    known = None if day is None else BASIS.calendar.midnight(BASIS.calendar.period(day).first_day)
    with TemporaryDirectory() as folder:
        facts = company.facts(Path(folder))
        assert len(MONTHS) < MANY <= len(MONTHS + WEEKS)
        few_at_once = told(facts, *MONTHS, as_of=known) | told(facts, *WEEKS, as_of=known)
        assert told(facts, *WEEKS, *MONTHS, as_of=known) == few_at_once
