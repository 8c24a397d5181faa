"""The configurations we ship: they load as they stand, and their SQL says what it should."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import tasks.channels
import tasks.connectors
import tasks.engine
import tasks.kpis
import tasks.rules  # noqa: F401 - the five fill the catalogues
from tasks.config import Settings, load_settings, scorecard
from tasks.connectors.files import FilesSettings
from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.sample import write_company

DEPLOY = Path(__file__).parents[2] / "deploy"
MICRO = DEPLOY / "examples" / "micro" / "keepwell.yaml"
RAVENSTACK = DEPLOY / "examples" / "ravenstack" / "keepwell.yaml"
EXPLAINED = DEPLOY / "keepwell.example.yaml"

ACCOUNTS = """
account_id,account_name,industry,country,signup_date,referral_source,plan_tier,seats,is_trial,churn_flag
A-1,One,EdTech,US,2024-01-01,organic,Basic,9,FALSE,FALSE
A-2,Two,FinTech,DE,2024-02-01,ads,Pro,3,FALSE,TRUE
"""
SUBSCRIPTIONS = """
subscription_id,account_id,start_date,end_date,plan_tier,seats,mrr_amount,arr_amount,is_trial,upgrade_flag,downgrade_flag,churn_flag,billing_frequency,auto_renew_flag
S-1,A-1,2024-01-01,,Basic,9,100,1200,FALSE,FALSE,FALSE,FALSE,annual,TRUE
S-2,A-2,2024-02-01,2024-12-15,Pro,3,300,3600,FALSE,FALSE,FALSE,TRUE,monthly,TRUE
S-3,A-2,2024-12-01,,Pro,3,0,0,TRUE,FALSE,FALSE,FALSE,monthly,TRUE
S-4,A-1,2024-06-01,2025-01-01,Basic,2,50,600,FALSE,FALSE,FALSE,TRUE,monthly,TRUE
"""
TICKETS = """
ticket_id,account_id,submitted_at,closed_at,resolution_time_hours,priority,first_response_time_minutes,satisfaction_score,escalation_flag
T-1,A-1,2024-03-01,2024-03-02,26,high,74,4,FALSE
T-2,A-2,2024-03-05,2024-03-05,1,low,90,,TRUE
"""
USAGE = """
usage_id,subscription_id,usage_date,feature_name,usage_count,usage_duration_secs,error_count,is_beta_feature
U-1,S-1,2024-03-01,feature_1,9,60,0,FALSE
U-1,S-2,2024-03-02,feature_2,1,30,0,FALSE
"""
CHURN = """
churn_event_id,account_id,churn_date,reason_code,refund_amount_usd,preceding_upgrade_flag,preceding_downgrade_flag,is_reactivation,feedback_text
X-1,A-2,2024-12-15,pricing,0,FALSE,FALSE,FALSE,
"""


def loaded(path: Path, **environ: str) -> Settings:
    return load_settings(path, environ)


@pytest.fixture
def raw(tmp_path) -> duckdb.DuckDBPyConnection:
    """The five raw files as views named after them, all columns text."""
    files = {
        "accounts": ACCOUNTS,
        "subscriptions": SUBSCRIPTIONS,
        "support_tickets": TICKETS,
        "feature_usage": USAGE,
        "churn_events": CHURN,
    }
    connection = duckdb.connect()
    for name, text in files.items():
        file = tmp_path / f"ravenstack_{name}.csv"
        file.write_text(text.lstrip())
        connection.execute(
            f"CREATE VIEW {file.stem} AS FROM read_csv('{file}', all_varchar = true)"
        )
    return connection


@pytest.fixture
def ravenstack(tmp_path) -> FilesSettings:
    source = loaded(RAVENSTACK, KEEPWELL_DATA=str(tmp_path)).sources[0]
    assert isinstance(source, FilesSettings)
    return source


def test_the_worked_example_loads_with_the_engine_from_the_environment():
    settings = loaded(MICRO, KEEPWELL_DATA="/data", KEEPWELL_HOME="/srv/me")
    assert settings.store_url == "sqlite:////srv/me/keepwell.db"
    assert settings.lake_path == Path("/srv/me/lake")
    assert settings.engine.kind == "duckdb"
    assert settings.engine.url is None
    assert settings.company.currency == "USD"
    assert [str(day) for day in settings.kpis.settings["renewal_rate"]["as_of_dates"]] == [
        "2026-04-01"
    ]


def test_ravenstack_loads_with_its_data_folder_from_the_environment(ravenstack, tmp_path):
    assert ravenstack.path == str(tmp_path)
    assert len(ravenstack.checks) == 10
    assert set(ravenstack.tables) == {
        "customers",
        "subscription_versions",
        "tickets",
        "survey_responses",
        "usage_events",
    }


def test_the_explained_configuration_loads_without_any_variable():
    settings = loaded(EXPLAINED)
    assert [goal.kpi for goal in settings.goals] == ["logo_churn_rate", "csat", "nrr"]
    assert len(scorecard(settings)) >= 10


def test_the_sample_configuration_loads(tmp_path):
    settings = loaded(write_company(tmp_path).configuration)
    assert settings.company.name == "Tern & Harrow"
    assert settings.segments == ("segment", "plan", "region", "plan/region")
    assert [audience.name for audience in settings.audiences] == ["leadership"]


def test_each_select_gives_the_columns_of_its_table(ravenstack, raw):
    for name, table in ravenstack.tables.items():
        columns = set(raw.sql((RAVENSTACK.parent / table.sql).read_text()).columns)
        ours = FACTS[name]
        assert set(ours.columns.keys()) - set(about(ours).optional) <= columns
        assert columns <= set(ours.columns.keys())


def rows(raw: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple[object, ...]]:
    select = (RAVENSTACK.parent / f"{table}.sql").read_text()
    return raw.sql(f"SELECT {columns} FROM ({select}) ORDER BY 1, 2").fetchall()


def test_a_subscription_is_one_version_and_a_trial_is_no_customer(raw):
    assert rows(raw, "subscription_versions", "version_id, status, unit_amount, valid_to") == [
        ("S-1", "active", "100", None),
        ("S-2", "active", "300", "2024-12-15"),
        ("S-3", "trialing", "0", None),
        ("S-4", "active", "50", "2025-01-01"),
    ]


def test_reply_and_solution_are_counted_from_the_day_a_ticket_came(raw):
    found = rows(
        raw, "tickets", "ticket_id, CAST(first_agent_reply_at AS TEXT), last_solved_at::TEXT"
    )
    assert found == [
        ("T-1", "2024-03-01 01:14:00", "2024-03-02 02:00:00"),
        ("T-2", "2024-03-05 01:30:00", "2024-03-05 01:00:00"),
    ]


def test_an_unanswered_ticket_is_no_survey_answer(raw):
    assert rows(raw, "survey_responses", "response_id, score, responded_at") == [
        ("CSAT-T-1", "4", "2024-03-02")
    ]


def test_both_rows_of_a_usage_id_are_handed_over(raw):
    assert rows(raw, "usage_events", "event_id, customer_id") == [("U-1", "A-1"), ("U-1", "A-2")]


def test_every_check_answers_with_its_own_numbers(ravenstack, raw):
    said = []
    for check in ravenstack.checks:
        relation = raw.sql(check.sql)
        row = dict(zip(relation.columns, relation.fetchall()[0], strict=True))
        assert set(check.expect) <= set(row), check.name
        said.append(check.says.format(**row))
    assert said[:4] == [
        "1 of 2 accounts carry the churn flag.",
        "1 of 2 tickets were escalated.",
        "1 of 1 answers to tickets are a 4 or a 5.",
        "The subscriptions in force at the close of 2024 add up to an MRR of 150.",
    ]
    assert said[4].startswith("1 accounts have churn events, but only 1 carry the churn flag")
    assert said[5].startswith("1 subscriptions end in December 2024 and 1 accounts are lost")
    assert said[6].startswith("1 usage ids stand twice")
    assert said[7].startswith("1 tickets have a first response later")
    assert said[8].startswith("1 subscriptions are trials")
    assert said[9].startswith("0 tickets were closed on another day")
