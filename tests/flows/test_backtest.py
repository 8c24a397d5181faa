"""`keepwell backtest`: what the rules would have sent over the stored history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.calendar import Calendar
from tasks.model import ALL, Grain, Observation
from tasks.store import open_store, record
from tests.flows.small import CONFIG, Keepwell

LAST = Calendar("America/New_York").period("2026-W47")
CALM = [2, 1, 3, 2, 2] * 11
BURST = [*CALM[:40], 22, *CALM[:14]]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LOUD = "rules: {logo_churn_rate: [{rule: spike, sensitivity: high}]}\n"
OFF = "rules: {logo_churn_rate: [{rule: spike, enabled: false}]}\n"


def churn(lost: Iterable[int], segment: tuple[str, str] = (ALL, ALL)) -> list[Observation]:
    """Return one observation a week up to week 47."""
    calendar, numbers = Calendar("America/New_York"), list(lost)
    periods = [calendar.previous(LAST, len(numbers) - 1 - place) for place in range(len(numbers))]
    return [
        Observation(
            "logo_churn_rate", "default", one.grain, one.key, "ratio", one.end_at, *segment,
            Decimal(number), Decimal(604), 604,
        )
        for one, number in zip(periods, numbers, strict=True)
    ]  # fmt: skip


@pytest.fixture
def stored(company: Path) -> Path:
    """The folder of a company whose store knows a year of churn, with one bad week."""
    with open_store(f"sqlite:///{company / 'keepwell.db'}") as store:
        record(store, churn(BURST), recorded_at=NOW)
    return company


def contents(company: Path) -> bytes:
    return (company / "keepwell.db").read_bytes()


def test_the_bad_week_is_in_the_table_with_its_reason(stored: Path, keepwell: Keepwell):
    before = contents(stored)
    code, out, err = keepwell("backtest")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == [
        "opened", "closed", "KPI", "segment", "severity", "why",
    ]  # fmt: skip
    assert out.splitlines()[1].split("  ")[0] == "2026-W33"
    assert "22 of 604 customers left this week." in out
    assert "1 alert in 55 weeks: about one every 13 months." in out
    assert "Nothing was sent, nothing was stored." in out
    assert contents(stored) == before


def test_a_goal_of_a_quarter_is_said_with_its_year(stored: Path, keepwell: Keepwell):
    path = stored / "keepwell.yaml"
    goal = "goals: [{kpi: logo_churn_rate, grain: quarter, at_most: 0.01}]\n"
    path.write_text(path.read_text("utf-8") + goal, "utf-8")
    quarter = Calendar("America/New_York").period("2026-Q2")
    late = replace(churn([90])[0], grain=Grain.QUARTER, period="2026-Q2", as_of=quarter.end_at)
    with open_store(f"sqlite:///{stored / 'keepwell.db'}") as store:
        record(store, [late], recorded_at=NOW)
    assert "Q2 2026: 90 of 604 customers left" in keepwell("backtest")[1]


def test_as_json_it_says_the_same(stored: Path, keepwell: Keepwell):
    code, out, _ = keepwell("backtest", "--json")
    facts = json.loads(out)
    assert code == 0
    assert (facts["from"], facts["to"], facts["periods"]) == ("2025-W45", "2026-W47", 55)
    (alert,) = facts["rules"][0]["alerts"]
    assert (alert["opened"], alert["ending"]) == ("2026-W33", "calm")
    assert "2026-W35" <= alert["closed"] <= "2026-W41"
    assert (alert["rule"], alert["kpi"], alert["severity"]) == (
        "spike", "logo_churn_rate", "critical",
    )  # fmt: skip
    assert alert["chance"] < 1e-6


def test_other_rules_stand_beside_ours(stored: Path, keepwell: Keepwell):
    (stored / "off.yaml").write_text(OFF, encoding="utf-8")
    code, out, _ = keepwell("backtest", "--rules", "off.yaml")
    assert code == 0
    assert "With off.yaml:\nNo alert in 55 weeks." in out
    assert (
        "configured: 1, off.yaml: 0; only in off.yaml: nothing; "
        "only in configured: 2026-W33 Customer churn rate."
    ) in out


def test_the_same_incident_is_in_neither_alone(stored: Path, keepwell: Keepwell):
    (stored / "whole.yaml").write_text(CONFIG + LOUD, encoding="utf-8")
    _, out, _ = keepwell("backtest", "--rules", "whole.yaml", "--json")
    facts = json.loads(out)
    assert facts["only"]["configured"] == []
    assert [one["name"] for one in facts["rules"]] == ["configured", "whole.yaml"]


@pytest.mark.parametrize("name", ["chart.png", "chart.svg"])
def test_it_is_drawn_to_a_file(stored: Path, keepwell: Keepwell, name: str):
    code, _, err = keepwell("backtest", "--chart", name)
    assert (code, err) == (0, f"chart: {name}\n")
    drawn = (stored / name).read_bytes()
    assert drawn.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")
    assert len(drawn) > 5_000
    keepwell("backtest", "--chart", f"again-{name}")
    again = (stored / f"again-{name}").read_bytes()
    assert again == drawn


def test_without_alerts_the_whole_is_drawn(stored: Path, keepwell: Keepwell):
    assert keepwell("backtest", "--to", "2026-W30", "--chart", "calm.png")[0] == 0
    assert (stored / "calm.png").stat().st_size > 5_000


def test_a_stretch_and_a_kpi_can_be_asked_for(stored: Path, keepwell: Keepwell):
    assert "No alert in 2 weeks." in keepwell("backtest", "--from", "2026-W46")[1]
    assert "1 alert in 19 weeks" in keepwell("backtest", "--from", "2026-W29")[1]
    assert "1 alert in" in keepwell("backtest", "--kpi", "logo_churn_rate")[1]
    code, out, _ = keepwell("backtest", "--kpi", "nps")
    assert (code, out.splitlines()[0]) == (
        0, "Nothing is stored to judge; run 'keepwell measure' first.",
    )  # fmt: skip


def test_a_kpi_off_the_scorecard_is_judged_when_it_is_named(company: Path, keepwell: Keepwell):
    burst = churn(BURST)
    tickets = [
        Observation("ticket_volume", "default", one.grain, one.period, "count", one.as_of,
                    numerator=(one.numerator or Decimal(0)) * 20, n=40)
        for one in burst
    ]  # fmt: skip
    with open_store(f"sqlite:///{company / 'keepwell.db'}") as store:
        record(store, tickets, recorded_at=NOW)
    assert "Tickets" in keepwell("backtest", "--kpi", "ticket_volume")[1]


def test_without_history_it_says_what_to_do(company: Path, keepwell: Keepwell):
    code, out, _ = keepwell("backtest")
    assert code == 0
    assert "run 'keepwell measure' first" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kpi", "churn"), "unknown KPI 'churn'"),
        (("--chart", "chart.pdf"), "chart.pdf is no chart."),
        (("--rules", "nowhere.yaml"), "cannot read nowhere.yaml"),
        (("--rules", "none.yaml"), "none.yaml holds no rules."),
        (("--rules", "wrong.yaml"), "wrong.yaml"),
        (("--from", "2026-W40", "--to", "2026-W30"), "2026-W30 ends before 2026-W40."),
        (("--chart", "no/such/folder.png"), "cannot write"),
        (("--history", "in.csv"), "--history and --out belong together"),
        (("--history", "in.csv", "--out", "o.csv", "--json"), "nothing else goes with them"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    stored: Path, keepwell: Keepwell, arguments: tuple[str, ...], said: str
):
    (stored / "none.yaml").write_text("company: {name: Other}\n", encoding="utf-8")
    (stored / "wrong.yaml").write_text(LOUD.replace("high", "loud"), encoding="utf-8")
    code, _, err = keepwell("backtest", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_hostile_segment_breaks_no_table_and_no_chart(company: Path, keepwell: Keepwell):
    with open_store(f"sqlite:///{company / 'keepwell.db'}") as store:
        record(store, churn(BURST, ("plan", "<!channel>\n$x$ =1+1")), recorded_at=NOW)
    code, out, _ = keepwell("backtest", "--chart", "hostile.png")
    assert code == 0
    assert len(out.splitlines()) == 4
