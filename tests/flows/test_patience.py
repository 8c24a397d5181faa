"""How soon an alert opens and ends is said in the configuration, for all rules or for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.incidents import limits_at
from flows.workspace import settings_at
from tasks.episode import Key
from tasks.errors import ConfigurationInvalid
from tasks.model import Grain
from tests.flows.small import CONFIG, Keepwell

CHURN = Key("spike", "logo_churn_rate")
TICKETS = Key("spike", "ticket_volume")
DATA = Key("data_quality", "ticket_volume")


def configured(company: Path, rules: str) -> Path:
    path = company / "keepwell.yaml"
    path.write_text(f"{CONFIG}rules: {rules}\n", encoding="utf-8")
    return path


def calm(path: Path, key: Key) -> int:
    return limits_at(settings_at(path, {}), key, Grain.WEEK).calm


def test_two_calm_periods_end_an_alert_where_nobody_says_otherwise(company: Path):
    path = configured(company, "{}")
    assert [calm(path, key) for key in (CHURN, TICKETS, DATA)] == [2, 2, 2]


def test_recover_says_how_many_for_every_rule_and_for_one(company: Path):
    own = "{defaults: {recover: 3}, logo_churn_rate: [{rule: spike, recover: 1}]}"
    path = configured(company, own)
    assert [calm(path, key) for key in (CHURN, TICKETS, DATA)] == [1, 3, 3]


def test_an_alert_needs_a_calm_period_to_end(company: Path):
    path = configured(company, "{defaults: {recover: 0}}")
    with pytest.raises(ConfigurationInvalid, match="recover"):
        settings_at(path, {})


def test_the_schema_explains_it(keepwell: Keepwell):
    schema = json.dumps(json.loads(keepwell("schema")[1]))
    assert "end an alert only after so many calm periods in a row" in schema
