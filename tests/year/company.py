"""A small company that lives for a year: its exports grow, and fail it in every way exports can."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd

from tests.stories.doings import _customers, csat, nps, subscriptions, tickets
from tests.stories.world import FIRST_MONDAY, WEEK, Twist, World, customers

SOURCES = ("crm", "desk")
CRISIS = (74, 78)  # weeks in which replies are slow and ratings bad
CUSTOMERS, WEEKS = 60, 112
HOLIDAYS = ("2026-01-01", "2026-06-01", "2026-07-03", "2026-09-07", "2026-12-25", "2027-01-01")
RESTATED_WEEK = 63  # of which three answers turn out to be none, weeks later

CONFIG = """\
company: {{name: Year, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: crm, kind: files, path: ./exports/crm}}
  - {{name: desk, kind: files, path: ./exports/desk, max_age: 30h}}
segments: [plan]
kpis: {{include: [mrr, logo_churn_rate, csat, first_response_time, ticket_volume]}}
business_hours: {{holidays: [{holidays}]}}
audiences:
  - {{name: leadership, digest: week, at: "Mon 08:00", to: ["email:leadership@acme.example"]}}
  - {{name: berlin, digest: week, at: "Mon 09:00", timezone: Europe/Berlin,
     to: ["email:berlin@acme.example"]}}
  - {{name: tokyo, digest: week, at: "Tue 08:00", timezone: Asia/Tokyo,
     to: ["email:tokyo@acme.example"]}}
  - {{name: board, digest: month, to: ["email:board@acme.example"]}}
  - {{name: finance, digest: quarter, to: ["email:finance@acme.example"]}}
alerts: {{mode: live, to: ["email:oncall@acme.example"], quiet_hours: "19:00-08:00"}}
operators: {{to: ["email:ops@acme.example"]}}
channels:
  email: {{host: 127.0.0.1, port: {port}, tls: starttls, ca_file: "{ca_file}",
          username: kpi, password: secret, from: "Keepwell <kpi@acme.example>"}}
"""


@dataclass(slots=True)
class Exports:
    """The folders that the company's systems write into; ``down`` are those that do not."""

    folder: Path
    seed: int
    down: set[str] = field(default_factory=set)
    written: dict[str, datetime] = field(default_factory=dict)

    def write(self, now: datetime, *, lag: timedelta = timedelta(0)) -> None:
        """Let every system that works write what it knows; ``lag`` is how far the desk is behind."""
        for source in SOURCES:
            if source not in self.down:
                self._write(source, now - (lag if source == "desk" else timedelta(0)))

    def _write(self, source: str, told: datetime) -> None:
        place = self.folder / "exports" / source
        place.mkdir(parents=True, exist_ok=True)
        known = _known(self.seed, (told - FIRST_MONDAY) / WEEK, source)
        for name, rows in known.items():
            rows.to_csv(place / f"{name}.csv", index=False)
        self.written[source] = told

    def lose(self, source: str) -> None:
        """Take a source's folder away, as an expired share does."""
        shutil.rmtree(self.folder / "exports" / source, ignore_errors=True)
        self.down.add(source)

    def again(self) -> None:
        """Send the last export once more, as it was."""
        for source, told in self.written.items():
            if source not in self.down:
                self._write(source, told)


@cache
def _world(seed: int) -> World:
    twist = Twist(*CRISIS, slow_replies=8.0, bad_ratings=5.0)
    return World(seed=seed, weeks=WEEKS, told=WEEKS, customers=CUSTOMERS, twist=twist)


def _known(seed: int, told: float, source: str) -> Mapping[str, pd.DataFrame]:
    """Return what a source knows after ``told`` weeks; three answers are withdrawn in the end."""
    world = _world(seed)
    now = World(world.seed, world.weeks, told, world.customers, world.twist)
    people = _people(seed)
    if source == "crm":
        paid = subscriptions(now, people)
        return {
            "customers": _customers(now, people),
            "subscription_versions": paid[paid.valid_from != ""],
        }
    asked = tickets(now, people)
    answers = pd.concat([csat(now, asked), nps(now, people)])
    answers = answers[answers.responded_at != ""]
    if told >= RESTATED_WEEK + 4:
        begins = world.monday(RESTATED_WEEK).isoformat()[:10]
        answers = answers.drop(index=answers[answers.responded_at >= begins].head(3).index)
    known = asked[asked.created_at != ""].drop(columns=["week", "solved"])
    return {"tickets": known, "survey_responses": answers}


@cache
def _people(seed: int) -> pd.DataFrame:
    return customers(_world(seed))


def configured(folder: Path, port: int, ca_file: str) -> Path:
    """Write the configuration, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    days = ", ".join(f'"{day}"' for day in HOLIDAYS)
    path = folder / "keepwell.yaml"
    path.write_text(CONFIG.format(holidays=days, port=port, ca_file=ca_file), encoding="utf-8")
    return path
