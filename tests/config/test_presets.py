"""Whose definitions: a preset chooses among variants that exist, and what is written down wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.catalogue import filled
from tasks.config import Settings, load_settings
from tasks.config.presets import PRESETS
from tasks.errors import ConfigurationInvalid
from tasks.kpis.base import kpi_named

LEAST = """\
company: {name: Acme, timezone: UTC, currency: USD}
store: "sqlite:///keepwell.db"
sources: [{name: exports, kind: files, path: ./exports}]
"""


@pytest.fixture
def settings(tmp_path: Path):
    filled()

    def read(kpis: str) -> Settings:
        (tmp_path / "keepwell.yaml").write_text(f"{LEAST}kpis: {kpis}\n", encoding="utf-8")
        return load_settings(tmp_path / "keepwell.yaml", {})

    return read


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_chooses_what_there_is(preset):
    filled()
    for key, choice in preset.choices.items():
        assert choice.variant in kpi_named(key).variants
        assert choice.variant != kpi_named(key).default_variant
    assert all(text.endswith(".") for text in (preset.about, *preset.cannot))
    assert all(choice.why.endswith(".") for choice in preset.choices.values())
    assert bool(preset.settings) == bool(preset.settings_why)


def test_ours_changes_nothing(settings):
    assert dict(settings("{}").kpis.variants) == {}


def test_a_preset_chooses_the_variants(settings):
    chosen = settings("{definitions: seed_literal}").kpis.variants
    assert chosen == {
        "revenue_churn_rate": "seed_literal",
        "csat": "seed_surveyed_denominator",
        "fcr_rate": "seed_created_denominator",
        "customer_retention_rate": "trap_n_first_time_only",
    }


def test_what_is_written_down_counts_first(settings):
    written = settings("{definitions: seed_literal, variants: {revenue_churn_rate: net}}").kpis
    assert written.variants["revenue_churn_rate"] == "net"
    assert written.variants["csat"] == "seed_surveyed_denominator"
    assert settings("{definitions: profitwell}").kpis.settings["pause_days"] == 36_500
    kept = settings("{definitions: profitwell, settings: {pause_days: 30}}").kpis
    assert kept.settings["pause_days"] == 30


def test_nobody_elses_name_is_taken(settings):
    with pytest.raises(ConfigurationInvalid, match=r"kpis\.definitions"):
        settings("{definitions: strip}")
