"""Which variant of a KPI is shown: the one written down, that of a preset, of a setting, the first."""

from __future__ import annotations

from pathlib import Path

import pytest

import tasks.connectors
import tasks.kpis  # noqa: F401 - both fill a catalogue
from tasks.config.kpichoice import Kpis
from tasks.config.load import settings_of
from tasks.errors import ConfigurationInvalid

LEAST = """\
company: {name: Tiny, timezone: UTC, currency: USD}
store: "sqlite:///keepwell.db"
sources: [{name: exports, kind: files, path: ./exports}]
"""


def kpis(text: str) -> Kpis:
    """Return the part of a configuration that says ``kpis: text``."""
    return settings_of(f"{LEAST}kpis: {text}\n", Path("keepwell.yaml"), {}).kpis


@pytest.mark.parametrize(
    ("settings", "key", "shown"),
    [
        ("{gross_margin: 0.7}", "cac_payback_months", "gm70"),
        ("{gross_margin: 0.725}", "cac_payback_months", "gm72.5"),
        ("{survival: {horizon_months: 36}}", "lifetime_months_km", "h36"),
        ("{survival: {horizon_months: 36}}", "clv_survival", "h36_undiscounted"),
        ("{call_service_level: {within_seconds: 30}}", "call_service_level", "30s"),
    ],
)
def test_a_setting_that_names_another_value_names_what_is_shown(
    settings: str, key: str, shown: str
) -> None:
    assert kpis(f"{{settings: {settings}}}").variants[key] == shown
    chosen = f"{{settings: {settings}, variants: {{{key}: {shown}}}}}"
    assert kpis(chosen).variants[key] == shown


def test_the_usual_settings_show_the_first_variants() -> None:
    assert kpis("{}").variants == {}
    assert kpis("{settings: {gross_margin: 0.80}}").variants == {}


def test_what_is_written_down_counts_more_than_a_setting() -> None:
    both = "{settings: {gross_margin: 0.7}, variants: {cac_payback_months: gm80}}"
    assert kpis(both).variants["cac_payback_months"] == "gm80"


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("call_service_level: quick", "unknown variant 'quick'"),
        ("cohort_retention: cohort_winter", "unknown variant 'cohort_winter'"),
        ("renewal_rate: count_as_of_easter", "unknown variant 'count_as_of_easter'"),
        ("cart_abandonment_rate: window_soon", "unknown variant 'window_soon'"),
        ("feature_adoption_rate: export", "'export' cannot be chosen: names from the data are all"),
        ("feedback_theme_share: prices", "'prices' cannot be chosen: names from the data are all"),
    ],
)
def test_no_text_is_taken_for_a_variant(variant: str, said: str) -> None:
    with pytest.raises(ConfigurationInvalid) as raised:
        kpis(f"{{variants: {{{variant}}}}}")
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "variant",
    [
        "call_service_level: 45s",
        "cohort_retention: cohort_2026-01",
        "renewal_rate: count_as_of_2026-04-01",
        "feedback_theme_share: support",
        "nps: tenure_lt_30d",
        "at_risk_mrr: health_lt_60",
        "clv_simple: gm72.5_net_of_cac",
    ],
)
def test_what_settings_or_data_can_name_may_be_chosen(variant: str) -> None:
    key, _, name = variant.partition(": ")
    assert kpis(f"{{variants: {{{variant}}}}}").variants == {key: name}
