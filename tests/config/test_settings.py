"""What a configuration means, and what it means where it says nothing."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time as clock
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.calendar import Calendar
from tasks.catalog import KPIS
from tasks.config import (
    PACKS,
    Alerts,
    At,
    Audience,
    Hours,
    QuietHours,
    due_at,
    load_settings,
    scorecard,
)
from tasks.config.context import Context
from tasks.errors import WrongUse
from tasks.model import Grain, Severity
from tests.config.small import (
    HERE,
    LEAST,
    SMALL,
    WHOLE,
    Email,
    File,
    Files,
    GoalMiss,
    Hubspot,
    Kind,
    Spike,
    settings_in,
    with_least,
)

WHOLE_SETTINGS = settings_in(WHOLE)
LEAST_SETTINGS = settings_in(LEAST)


def test_the_company_has_a_calendar() -> None:
    assert WHOLE_SETTINGS.calendar == Calendar("America/New_York", 0, fiscal_year_start=2)
    assert (WHOLE_SETTINGS.company.currency, WHOLE_SETTINGS.company.locale) == ("USD", "en_US")


def test_what_is_not_said_has_a_default() -> None:
    settings = LEAST_SETTINGS
    assert settings.calendar == Calendar("America/New_York", 0, 1)
    assert (settings.company.business, settings.company.locale) == ("saas", "en_US")
    assert (settings.engine.kind, settings.engine.url) == ("duckdb", None)
    assert (settings.lake, settings.segments, settings.fx.mode) == (
        "./lake",
        ("segment",),
        "locked",
    )
    assert (settings.goals, settings.audiences, dict(settings.rules.of)) == ((), (), {})
    assert (settings.alerts.mode, settings.alerts.to, settings.operators.to) == (None, (), ())
    assert (settings.kpis.include, dict(settings.kpis.variants)) == (("pack",), {})
    hours = settings.hours
    assert (hours.days, hours.opens, hours.closes) == (frozenset(range(5)), time(9), time(17))
    assert hours.holidays == frozenset()


def test_the_definitions_leave_open_what_the_micro_data_set_assumes() -> None:
    assert LEAST_SETTINGS.kpis.settings == {
        "gross_margin": Decimal("0.8"),
        "pause_days": 90,
        "reactivation_gap_days": 30,
        "movement_grouping_minutes": 60,
        "late_renewal_grace": 30,
        "mrr_precedence": "billing",
        "usage_mrr": "out",
        "csat": {"positive": (4, 5), "good": (1,)},
        "nps": {"tenure_days": 90},
        "fcr": {"window_days": 7},
        "renewal_rate": {"as_of_dates": ()},
        "call_abandonment_rate": {"short_seconds": 5},
        "call_service_level": {"within_seconds": 20},
        "self_service_rate": {"window_hours": 24},
        "cart_abandonment_rate": {"window_hours": (24, 168)},
        "average_rating": {"prior_mean": 4, "prior_weight": 5},
        "product_usage_score": {
            "weights": {"active_days": 40, "features": 30, "seats": 30},
            "target_days": 4,
            "features": 4,
        },
        "health_score": {
            "weights": {"usage": Decimal("0.5"), "nps": Decimal("0.3"), "support": Decimal("0.2")},
            "points_per_ticket": 25,
            "nps_valid_days": 90,
            "minimum_coverage": Decimal("0.5"),
            "red_below": 50,
        },
        "employee_survey": {"minimum_answers": 5},
        "survival": {"horizon_months": 12, "observed_since": date(1900, 1, 1)},
    }


@pytest.mark.parametrize("written", ["45", '"45"', "45d"])
def test_a_grace_is_written_with_or_without_its_unit(written: str) -> None:
    settings = with_least(f"kpis: {{settings: {{late_renewal_grace: {written}}}}}").kpis.settings
    assert settings["late_renewal_grace"] == 45


def test_kpi_settings_are_laid_over_the_defaults() -> None:
    settings = WHOLE_SETTINGS.kpis.settings
    assert settings["gross_margin"] == Decimal("0.75")
    assert settings["csat"] == {"positive": (5,), "good": (1,)}
    assert settings["pause_days"] == 90


def test_a_kpi_of_one_s_own_has_its_settings_under_its_key() -> None:
    settings = with_least("kpis: {settings: {handshakes: {firm: true}}}").kpis.settings
    assert settings["handshakes"] == {"firm": True}


def test_dates_need_no_quotes() -> None:
    more = 'kpis: {settings: {renewal_rate: {as_of_dates: [2026-04-01, "2026-05-01"]}}}'
    dates = with_least(more).kpis.settings["renewal_rate"]["as_of_dates"]
    assert dates == (date(2026, 4, 1), date(2026, 5, 1))


def test_sources_are_what_their_connector_makes_of_them() -> None:
    crm, exports = WHOLE_SETTINGS.sources
    assert isinstance(crm, Hubspot)
    assert isinstance(exports, Files)
    assert (crm.name, crm.kind, crm.token.get_secret_value()) == ("crm", "hubspot", "hub")
    assert exports.tables["customers"].sql == "customers.sql"


def test_channels_are_what_their_kind_makes_of_them() -> None:
    email = WHOLE_SETTINGS.channels["email"]
    assert isinstance(email, Email)
    assert (email.port, email.sender) == (587, "Keepwell <kpi@example.com>")


def test_a_channel_without_required_settings_is_there_without_being_named() -> None:
    assert LEAST_SETTINGS.channels == {"file": File()}
    assert with_least("channels: {file: {path: ./post}}").channels == {"file": File(path="./post")}
    audience = "audiences: [{name: us, digest: week, to: ['file:leadership']}]"
    assert with_least(audience).audiences[0].to == ("file:leadership",)


def test_audiences_have_people_and_times() -> None:
    leadership, csms = WHOLE_SETTINGS.audiences
    assert (leadership.digest, leadership.at) == (Grain.WEEK, At(time(8), 0))
    assert leadership.to == ("slack:#cs-weekly", "email:ceo@example.com")
    assert (csms.split_by, csms.at) == ("owner", At(time(8), None))


@pytest.mark.parametrize(
    ("at", "zone", "due"),
    [
        ("", "", "2026-05-26 12:00"),  # Monday 25 May is Memorial Day
        ("at: '09:30'", "", "2026-05-26 13:30"),
        ("at: Mon 08:00", "", "2026-05-25 12:00"),
        ("at: friday 08:00", "", "2026-05-29 12:00"),
        ("at: Mon 08:00", "timezone: Europe/Berlin", "2026-05-25 06:00"),
    ],
)
def test_a_digest_is_due_after_its_period(at: str, zone: str, due: str) -> None:
    words = ", ".join(filter(None, ["name: us, digest: week, to: ['file:us']", at, zone]))
    settings = with_least(f"business_hours: {{holidays: US}}\naudiences: [{{{words}}}]")
    week = settings.calendar.period("2026-W21")
    expected = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert due_at(settings, settings.audiences[0], week) == expected


def test_alerts_know_when_not_to_disturb() -> None:
    alerts = WHOLE_SETTINGS.alerts
    assert (alerts.mode, alerts.to, alerts.holidays) == ("live", ("slack:#cs-alerts",), "US")
    assert alerts.quiet_hours == QuietHours(time(19), time(8))


@pytest.mark.parametrize(
    ("hours", "at", "is_quiet"),
    [
        ("19:00-08:00", time(19), True),
        ("19:00-08:00", time(7, 59), True),
        ("19:00-08:00", time(8), False),
        ("12:00-13:00", time(12, 30), True),
        ("12:00-13:00", time(13), False),
    ],
)
def test_quiet_hours_may_span_midnight(hours: str, at: time, is_quiet: bool) -> None:
    quiet = with_least(f"alerts: {{quiet_hours: '{hours}'}}").alerts.quiet_hours
    assert quiet is not None
    assert quiet.covers(at) is is_quiet


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ('"mon, wed-thu"', {0, 2, 3}),
        ("[Monday, sat]", {0, 5}),
        ("sunday", {6}),
    ],
)
def test_business_days_are_written_as_people_write_them(days: str, weekdays: set[int]) -> None:
    assert with_least(f"business_hours: {{days: {days}}}").hours.days == weekdays


def test_business_hours_may_last_until_midnight() -> None:
    hours = with_least('business_hours: {from: "00:00", to: "24:00"}').hours
    assert hours.closes_at_midnight


def test_business_hours_have_holidays() -> None:
    assert date(2026, 11, 26) in WHOLE_SETTINGS.hours.holidays
    listed = with_least("business_hours: {holidays: [2026-12-24]}").hours
    assert listed.holidays == {date(2026, 12, 24)}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("sqlite:///keepwell.db", "sqlite:////srv/acme/keepwell.db"),
        ("sqlite:///var/k.db?timeout=5", "sqlite:////srv/acme/var/k.db?timeout=5"),
        ("sqlite:////data/k.db", "sqlite:////data/k.db"),
        ("sqlite:///~/k.db", f"sqlite:///{Path.home()}/k.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_an_sqlite_store_is_relative_to_the_configuration(written: str, url: str) -> None:
    assert settings_in(LEAST.replace("sqlite:///keepwell.db", written)).store_url == url


def test_paths_are_relative_to_the_configuration() -> None:
    settings = LEAST_SETTINGS
    assert (settings.path, settings.root) == (HERE, HERE.parent)
    assert settings.lake_path == HERE.parent / "lake"
    assert settings.resolve("/data/x.csv") == Path("/data/x.csv")
    assert settings.resolve("~/x.csv") == Path.home() / "x.csv"


def test_rules_carry_their_own_settings_over_the_defaults() -> None:
    (entry,) = WHOLE_SETTINGS.rules.for_kpi("logo_churn_rate")
    assert (entry.rule, entry.grain) == ("spike", None)
    assert entry.settings == Spike(sensitivity="high", severity=Severity.CRITICAL)
    assert WHOLE_SETTINGS.rules.for_kpi("nrr") == ()


def test_a_rule_nobody_configured_runs_with_the_defaults() -> None:
    rules, spike = WHOLE_SETTINGS.rules, Kind("spike", Spike)
    assert rules.settings_of(spike, "nrr", Grain.WEEK) == Spike(sensitivity="low")
    assert rules.settings_of(Kind("goal_miss", GoalMiss), "nrr", Grain.WEEK) == GoalMiss()


def test_a_rule_can_be_for_one_grain() -> None:
    written = "{rule: goal_miss}, {rule: spike, grain: month, enabled: false}"
    rules = with_least(f"rules: {{nrr: [{written}]}}").rules
    spike = Kind("spike", Spike)
    assert rules.settings_of(spike, "nrr", Grain.MONTH) == Spike(enabled=False)
    assert rules.settings_of(spike, "nrr", Grain.WEEK) == Spike()


@pytest.mark.parametrize(
    ("include", "keys"),
    [
        ("pack", ["nrr", "logo_churn_rate", "csat"]),
        ("[csat, handshakes]", ["csat", "handshakes"]),
        ("[handshakes, pack, csat]", ["handshakes", "nrr", "logo_churn_rate", "csat"]),
    ],
)
def test_the_scorecard_has_what_there_is_of_the_pack(include: str, keys: list[str]) -> None:
    settings = with_least(f"kpis: {{include: {include}}}")
    assert list(scorecard(settings, frozenset(SMALL.kpis.keys()))) == keys


def test_the_scorecard_is_of_the_catalogue() -> None:
    assert set(scorecard(LEAST_SETTINGS)) <= set(KPIS.keys())


@pytest.mark.parametrize("business", PACKS)
def test_a_pack_is_a_screenful_of_kpis(business: str) -> None:
    assert 12 <= len(PACKS[business]) == len(set(PACKS[business])) <= 15
    company = LEAST.replace("currency: USD", f"currency: USD, business: {business}")
    assert settings_in(company).company.business == business


def test_settings_can_be_built_by_hand() -> None:
    """As tests and the sample company do: what is already read is taken as it is."""
    whole = WHOLE_SETTINGS
    context = Context(SMALL, HERE, frozenset(whole.channels), whole.segments)
    parts = {name: getattr(whole, name) for name in type(whole).model_fields}
    assert type(whole).model_validate(parts, context=context) == whole
    hours = {"days": ["mon", "fri"], "from": time(9), "to": time(17)}
    assert Hours.model_validate(hours).days == {0, 4}
    assert Audience.model_validate(
        {"name": "us", "digest": "week", "to": ["file:us"], "at": At(time(7))},
        context=context,
    ).at == At(time(7))
    assert Alerts(quiet_hours=QuietHours(time(19), time(8))).quiet_hours is not None


def test_secrets_are_never_shown() -> None:
    text = WHOLE.replace("sqlite:///keepwell.db", "postgresql://u:hunter2@h/d")
    shown = f"{settings_in(text)!r} {settings_in(text)}"
    assert not any(secret in shown for secret in ("hunter2", "xoxb", "pass'", "hub'"))


def test_settings_can_travel_between_processes() -> None:
    arrived = pickle.loads(pickle.dumps(WHOLE_SETTINGS))  # noqa: S301  # our own
    assert arrived == WHOLE_SETTINGS
    assert arrived.path == HERE
    assert arrived.goals[0].at_most == Decimal("0.02")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keepwell.yaml"
    path.write_text("\ufeff" + LEAST, encoding="utf-8")  # a byte order mark, as Windows writes it
    assert load_settings(path, {}, SMALL).root == tmp_path


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="No such file or directory"):
        load_settings(tmp_path / "keepwell.yaml", {}, SMALL)


def test_importing_the_room_is_quick_and_loads_no_pandas() -> None:
    script = "import sys, tasks.config; print('pandas' in sys.modules, 'babel' in sys.modules)"
    began = clock.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
    assert clock.perf_counter() - began < 5  # 0.3 s when the machine is idle


def test_space_around_a_recipient_makes_nobody_else_of_it() -> None:
    assert with_least('operators: {to: ["file: ops "]}').operators.to == ("file:ops",)
