"""From forms to the NPS on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.cli import run
from tests.doubles.typeform import nps, text
from tests.flows.small import CUSTOMERS, VERSIONS, as_rows

CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: exports, kind: files, path: ./exports}}
  - {{name: surveys, kind: typeform, base_url: "{base_url}", token: "${{TOKEN}}",
      calls_per_s: 100000}}
kpis: {{include: [pack, nps]}}
"""
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)  # 08:00 in New York
WEEK = ("--grain", "week", "--from", "2026-W09", "--to", "2026-W09", "--by", "ALL")


def test_the_nps_of_a_week(typeform, tmp_path, monkeypatch, capsys):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    written = CONFIG.format(base_url=typeform.base_url)
    (tmp_path / "keepwell.yaml").write_text(written, encoding="utf-8")
    monkeypatch.setenv("TOKEN", typeform.token)
    monkeypatch.chdir(tmp_path)
    typeform.now = datetime(2026, 2, 24, 14, tzinfo=UTC)
    form = typeform.add_form("Recommend us?", nps("q1"), text("q2"))
    for number, score in enumerate((10, 9, 7, 2), start=1):
        typeform.answer(form, {"q1": score}, customer_id=f"c{number}", contact_id=f"p{number}")
    typeform.now = MONDAY
    for command in (("sync",), ("measure", "--all-variants")):
        assert run([*command, "--now", MONDAY.isoformat()]) == 0
    capsys.readouterr()
    assert run(["values", *WEEK, "--format", "csv"]) == 0
    found = {row["kpi"]: row["value"] for row in as_rows(capsys.readouterr().out)}
    assert found["nps"] == "25"
