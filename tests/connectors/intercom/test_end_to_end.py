"""From conversations to the first response on the command line: Intercom's own numbers.

Complaint 24: in calendar minutes and in those of business hours, over a weekend on which the
clocks change; who was not answered is no zero.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.cli import run
from tests.flows.small import CUSTOMERS, VERSIONS, as_rows

pytestmark = pytest.mark.long

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY, MONDAY = datetime(2026, 3, 6, 16, 50), datetime(2026, 3, 9, 9, 10)  # noqa: DTZ001 - local
NOW = datetime(2026, 3, 16, 9, tzinfo=NEW_YORK)
CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
business_hours: {{days: mon-fri, from: "09:00", to: "17:00"}}
sources:
  - {{name: exports, kind: files, path: ./exports}}
  - {{name: desk, kind: intercom, base_url: "{base_url}", token: "${{TOKEN}}",
      calls_per_10s: 100000}}
kpis: {{include: [first_response_time]}}
"""
WEEK = ("--grain", "week", "--from", "2026-W11", "--to", "2026-W11")


def said(there):
    """A conversation of Friday that is answered on Monday, and one that nobody answers."""
    there.office = (NEW_YORK, 9, 17)
    ada = there.add_contact("Ada", there.add_company("c1", "Customer 1"))
    there.now = FRIDAY.replace(tzinfo=NEW_YORK)
    talk = there.converse(ada)
    there.converse(ada)
    there.now = datetime.fromtimestamp(MONDAY.replace(tzinfo=NEW_YORK).timestamp(), UTC)
    there.reply(talk)
    return there.conversations[talk]["statistics"]


def test_first_response_is_intercoms(intercom, there, tmp_path, monkeypatch, capsys):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    written = CONFIG.format(base_url=intercom.base_url)
    (tmp_path / "keepwell.yaml").write_text(written, encoding="utf-8")
    monkeypatch.setenv("TOKEN", intercom.token)
    monkeypatch.chdir(tmp_path)
    told = said(there)
    there.now = NOW
    for command in (("sync",), ("measure", *WEEK, "--all-variants")):
        assert run([*command, "--now", NOW.isoformat()]) == 0
    capsys.readouterr()
    assert run(["values", *WEEK, "--by", "ALL", "--all-variants", "--format", "csv"]) == 0
    rows = as_rows(capsys.readouterr().out)
    found = {row["variant"]: row["value"] for row in rows if row["kpi"] == "first_response_time"}
    assert found["median_business_min"] == str(told["time_to_admin_reply"] // 60) == "20"
    assert found["mean_min"] == str(63 * 60 + 20)  # an hour less than the clocks on the wall say
