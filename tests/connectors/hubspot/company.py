"""A company whose HubSpot is our double, and the command line to sync and read it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.cli import run
from tests.doubles.hubspot import HubSpot

CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - name: crm
    kind: hubspot
    token: "${{HUBSPOT_TOKEN}}"
    base_url: "{base_url}"
    calls_per_10s: 100000  # nobody else asks this account, so no test has to wait
    searches_per_s: 1000
{more}
segments: [segment]
audiences:
  - {{name: board, digest: week, to: ["file:board"]}}
"""
DEAL_STAGES = (
    {"id": "open", "label": "Open", "metadata": {"isClosed": "false", "probability": "0.4"}},
    {"id": "won", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}},
    {"id": "lost", "label": "Lost", "metadata": {"isClosed": "true", "probability": "0.0"}},
)
TICKET_STAGES = (
    {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN"}},
    {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED"}},
)


@dataclass(slots=True)
class Company:
    """The folder, the vendor, and the command line standing in that folder."""

    folder: Path
    hubspot: HubSpot
    read: Any

    @property
    def now(self) -> datetime:
        return self.hubspot.portal.now

    def typed(self, *arguments: str) -> tuple[int, str, str]:
        """Type a command at the portal's time: exit code, stdout, stderr."""
        self.read()
        code = run([*arguments, "--now", self.now.isoformat()])
        out, err = self.read()
        return code, out, err

    def sync(self) -> tuple[int, str, str]:
        return self.typed("sync")

    def table(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """The rows of the lake as they are now, in order."""
        from flows.lakeside import files_now
        from flows.workspace import opened

        with opened(self.folder / "keepwell.yaml", {"HUBSPOT_TOKEN": self.hubspot.token}) as space:
            lake = space.settings.lake_path
            paths = [str(lake / file.path) for file in files_now(space) if file.table == name]
        if not paths:
            return []
        chosen = ", ".join(columns) or "*"
        return duckdb.sql(f"SELECT {chosen} FROM read_parquet({paths}) ORDER BY ALL").fetchall()


@contextmanager
def standing_in(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    more: str = "",
) -> Iterator[Company]:
    """A company in ``folder`` with an empty portal; ``more`` are more lines of its source."""
    with HubSpot() as hubspot:
        config = CONFIG.format(base_url=hubspot.base_url, more=more)
        (folder / "keepwell.yaml").write_text(config, encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HUBSPOT_TOKEN", hubspot.token)
        hubspot.portal.add_pipeline("deals", "default", "Sales", *DEAL_STAGES)
        hubspot.portal.add_pipeline("tickets", "0", "Support", *TICKET_STAGES)
        yield Company(folder, hubspot, capsys.readouterr)


def customer(hubspot: HubSpot, name: str, yearly: str, closed: str, **more: str) -> str:
    """A company that bought something for a year; return its id."""
    portal = hubspot.portal
    firm = portal.add("companies", name=name, hubspot_owner_id="31", **more)
    deal = portal.add(
        "deals",
        dealstage="won",
        pipeline="default",
        amount=yearly,
        closedate=closed,
        term_months="12",
    )
    portal.associate("deals", deal, "companies", firm, "Primary")
    return firm
