"""How a number comes about, and what it would be under everybody else's definitions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.small import NOW, Keepwell

MORE = (  # dash only joined and left; nap pauses since last May, longer than 90 days
    "v3,s-dash,dash,core,active,2026-02-03T17:00:00Z,2026-02-12T17:00:00Z,30,1,USD,month,1,0,,\n"
    "v4,s-nap,nap,core,active,2025-01-03T17:00:00Z,2025-12-05T17:00:00Z,30,1,USD,month,1,0,,\n"
    "v5,s-nap,nap,core,paused,2025-12-05T17:00:00Z,,30,1,USD,month,1,0,,\n"
)
THEY = "".join(f"{one},{one},SMB,retail,US,ads,,false,,Pro\n" for one in ("dash", "nap"))


@pytest.fixture
def explain(keepwell: Keepwell):
    """Explain a number; give the exit code and the facts."""

    def asked(*arguments: str) -> tuple[int, dict]:
        code, out, err = keepwell("explain", *arguments, "--now", NOW, "--json")
        return code, json.loads(out) if code == 0 else {"err": err}

    return asked


def test_a_recorded_number_with_everything_behind_it(keepwell, explain):
    keepwell("sync")
    keepwell("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    code, told = explain("logo_churn_rate", "2026-W09")
    assert code == 0
    assert (told["numerator"], told["denominator"], told["value"]) == ("1", "10", "0.1")
    assert (told["numerator_is"], told["denominator_is"]) == ("customers left", "customers")
    assert (told["status"], told["as_of"], told["revision"]) == ("final", "2026-03-02T05:00:00Z", 1)
    assert told["recorded_at"] == "2026-03-02T13:00:00Z"
    assert [(one["customer_id"], one["amount"]) for one in told["customers"]] == [("acme", "100")]
    assert len(told["rests_on"]) == 1
    assert told["rests_on"][0].startswith("subscription_versions from exports")


def test_people_read_it_as_a_page(keepwell):
    keepwell("sync")
    keepwell("measure", "--grain", "week", "--from", "2026-W09", "--to", "2026-W09")
    _, out, _ = keepwell("explain", "logo_churn_rate", "2026-W09", "--now", NOW)
    lines = out.splitlines()
    assert lines[0] == "Customer churn rate (logo_churn_rate, default), 2026-W09: 10 %"
    assert "  Components  1 customers left / 10 customers = 0.1; n 10" in lines
    assert "1 behind its numerator, $100 of MRR, largest first" in lines
    assert lines[-1].split() == ["Acme", "acme", "$100"]


def test_what_was_not_measured_is_computed_and_not_recorded(keepwell, explain):
    keepwell("sync")
    code, told = explain("mrr", "2026-02")
    assert (code, told["value"], told["recorded_at"], told["revision"]) == (0, "950", None, None)
    assert keepwell("values", "--kpi", "mrr", "--format", "csv")[1].count("\n") == 1


def test_a_segment_and_a_variant(keepwell, explain):
    keepwell("sync")
    _, told = explain("logo_churn_rate", "2026-02", "--segment", "plan=Starter")
    assert (told["value"], told["segment_dimension"], told["segment"]) == ("1", "plan", "Starter")
    _, told = explain("mrr_new", "2026-02", "--variant", "event")
    assert (told["variant"], told["value"]) == ("event", "50")


def test_no_value_says_why(keepwell, explain):
    keepwell("sync")
    code, told = explain("logo_churn_rate", "2025-11")
    assert (code, told["value"], told["customers"]) == (0, None, [])
    assert told["null_reason"] in {"zero_denominator", "insufficient_inputs"}
    _, out, _ = keepwell("explain", "csat", "2026-02", "--now", NOW)
    assert "no value: no source (source_unavailable)" in out
    assert "  Rests on    survey_responses, which no source has" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("logo_chrn_rate", "2026-02"), "logo_churn_rate"),
        (("mrr", "soon"), "soon"),
        (("mrr", "2026-02", "--variant", "sport"), "spot"),
        (("mrr", "2026-02", "--segment", "Pro"), "plan=Pro"),
        (("mrr", "2026-02", "--segment", "plna=Pro"), "plan"),
        (("mrr", "2026-02", "--segment", "plan=Nobody"), "plan=Nobody"),
        (("mrr", "2027-02"), "has begun"),
        (("cohort_retention", "2026-02"), "--variant"),
    ],
)
def test_what_is_not_there_is_wrong_use(keepwell, explain, arguments, said):
    keepwell("sync")
    code, told = explain(*arguments)
    assert (code, said in told["err"]) == (2, True)


def test_without_facts_nothing_is_explained(explain):
    code, told = explain("mrr", "2026-02")
    assert (code, "there are no facts yet" in told["err"]) == (2, True)
    code, told = explain("mrr", "2026-02", "--compare-presets")
    assert (code, "there are no facts yet" in told["err"]) == (2, True)


@pytest.fixture
def moving(company: Path, keepwell: Keepwell) -> None:
    """A company where definitions make a difference."""
    for table, rows in (("subscription_versions", MORE), ("customers", THEY)):
        path = company / "exports" / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    keepwell("sync")


@pytest.mark.usefixtures("moving")
def test_every_preset_comes_with_its_number_and_its_reason(explain):
    code, told = explain("logo_churn_rate", "2026-02", "--compare-presets")
    assert code == 0
    found = {one["definitions"]: one for one in told["presets"]}
    # eleven at the opening: ten who pay and nap, whose pause is 58 days old
    parts = {name: (one["numerator"], one["denominator"]) for name, one in found.items()}
    assert parts == {
        "default": ("1", "11"),
        "stripe": ("2", "13"),
        "seed_literal": ("1", "11"),
        "chartmogul": ("1", "11"),
        "profitwell": ("1", "11"),
        "baremetrics": ("2", "11"),
    }
    assert found["stripe"]["variant"] == "stripe_opening_plus_new"
    assert found["stripe"]["why"].startswith("Stripe also counts who left within the period")
    assert found["profitwell"]["why"] is None  # nothing is other than ours yet


@pytest.mark.usefixtures("moving")
def test_a_setting_of_a_preset_is_named_where_it_matters(explain, keepwell):
    _, told = explain("customers_closing", "2026-03", "--compare-presets")
    found = {one["definitions"]: one for one in told["presets"]}
    assert (found["default"]["value"], found["profitwell"]["value"]) == ("11", "11")
    _, out, _ = keepwell(
        *("explain", "customers_closing", "2026-03", "--compare-presets"),
        *("--now", "2026-04-02T13:00:00+00:00"),
    )
    assert "profitwell    default     11" in out
    assert "default       default     10" in out
    assert "profitwell: ProfitWell keeps who pauses as a customer for as long as it lasts" in out
    assert "stripe, seed_literal, chartmogul, baremetrics: as ours." in out


@pytest.mark.usefixtures("moving")
def test_the_chosen_definitions_are_measured_and_shown(company, keepwell, explain):
    config = company / "keepwell.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}kpis: {{definitions: stripe}}\n", encoding="utf-8")
    _, told = explain("logo_churn_rate", "2026-02")
    assert (told["variant"], told["numerator"]) == ("stripe_opening_plus_new", "2")
    _, out, _ = keepwell("check")
    assert "Stripe looks at the last 30 days on any day" in out


def test_a_variant_that_settings_name_needs_no_naming(keepwell, explain):
    keepwell("sync")
    _, told = explain("call_service_level", "2026-02")
    assert told["variant"] == "20s"
    _, told = explain("at_risk_mrr", "2026-02")
    assert told["variant"] == "health_lt_50"
