"""A real Request Tracker 5, of Debian, read end to end: from a token to what the command line says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from flows.cli import run
from flows.workspace import opened
from tasks.store import current_files
from tests.connectors.rt.real.server import is_installed, tracker_in

IN_CI = "KEEPWELL_PEERS"  # set by .ci/peers, which installs it
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        not is_installed() and IN_CI not in os.environ,
        reason="no Request Tracker is installed here: run .ci/peers, or apt-get install"
        " request-tracker5 rt5-standalone rt5-db-sqlite",
    ),
]

NOW = datetime.now(UTC).replace(microsecond=0)
MONTH = (NOW.replace(day=1) - timedelta(days=1)).replace(day=1)  # the last one that is over
BEGUN = MONTH.replace(day=14, hour=9, minute=0, second=0)
CONFIG = """\
company: {{name: Tiny, timezone: UTC, currency: USD}}
store: "sqlite:///keepwell.db"
kpis: {{include: [ticket_volume, first_response_time, reopen_rate]}}
sources:
  - {{name: exports, kind: files, path: ./exports}}
  - {{name: desk, kind: rt, base_url: "{url}", token: "{token}", satisfaction_field: Score,
     requests_per_second: 1000}}
"""
CUSTOMERS = """\
customer_id,name,segment,industry,country,acquired_via,referrer_id,is_test,merged_into
Acme Ltd,Acme,SMB,retail,US,ads,,false,
Müller & Söhne,Müller,SMB,retail,DE,ads,,false,
"""
TIMES = ("first_agent_reply_at", "first_solved_at", "reopened_at", "last_solved_at")


def _lines(page):
    return gzip.decompress(page.read_bytes()).decode().splitlines()


class Keepwell:
    """A company in a folder that reads the desk with one of its tokens."""

    def __init__(self, folder, url, token):
        self.folder, self.token = folder, token
        (folder / "exports").mkdir(parents=True)
        (folder / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
        said = CONFIG.format(url=url, token=token)
        (folder / "keepwell.yaml").write_text(said, encoding="utf-8")

    def typed(self, *arguments, codes=(0,)):
        out = io.StringIO()
        with chdir(self.folder), redirect_stdout(out), redirect_stderr(io.StringIO()) as told:
            assert run(list(arguments)) in codes, out.getvalue()[-2000:] + told.getvalue()[-2000:]
        return out.getvalue()

    def checked(self):
        """What is said of the sources; 1 is for the many tables that nobody fills here."""
        said = self.typed("check", "--connect", codes=(0, 1))
        return said.partition("SOURCES, ASKED NOW")[2]

    def sync(self, days=0):
        """Read on; return which tickets came."""
        before = set(self.folder.rglob("*.gz"))
        self.typed("sync", "--now", (datetime.now(UTC) + timedelta(days=days)).isoformat())
        came = set(self.folder.rglob("desk/tickets/**/*.gz")) - before
        rows = [json.loads(line) for page in came for line in _lines(page)]
        return sorted(int(row["id"]) for row in rows if "Subject" in row)

    def rows(self, table):
        """What is loaded of the desk, by its first column."""
        with chdir(self.folder), opened(self.folder / "keepwell.yaml", os.environ) as there:
            lake, files = there.settings.lake_path, current_files(there.store)
        paths = [lake / one.path for one in files if one.table == table]
        rows = [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]
        return {next(iter(row[key] for key in row if key.endswith("_id"))): row for row in rows}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Both companies, and what they have read: at first, after changes, and a week later."""
    with tracker_in(tmp_path_factory.mktemp("rt")) as tracker:
        tokens = tracker.does("before.pl", BEGUN)
        folder = tmp_path_factory.mktemp("companies")
        companies = {
            zone: Keepwell(folder / zone, tracker.base_url, token)
            for zone, token in zip(("west", "utc"), tokens, strict=True)
        }
        found = {zone: [] for zone in companies}

        def sync(days=0):
            for zone, company in companies.items():
                came = company.sync(days)
                tables = {
                    name: company.rows(name) for name in ("tickets", "contacts", "survey_responses")
                }
                found[zone].append((came, tables))

        for company in companies.values():
            company.never = company.checked()
        sync()
        for company in companies.values():
            company.once = company.checked()
        tracker.does("after.pl", datetime.now(UTC))
        sync()
        sync(days=8)
        yield companies, found


@pytest.fixture(params=["west", "utc"])
def zone(request):
    """Whose token asks: one in America/Los_Angeles with the least rights, one in UTC who sees more."""
    return request.param


def minute(moment, begun=BEGUN):
    return None if moment is None else (moment - begun.replace(tzinfo=None)).total_seconds() / 60


def test_every_ticket_comes_once_but_the_deleted_one(read, zone):
    came, tables = read[1][zone][0]
    assert came == [one for one in range(1, 32) if one != 4]
    assert sorted(map(int, tables["tickets"])) == came
    assert [minute(tables["tickets"][str(one)]["created_at"]) for one in came] == came


def test_what_happened_stands_at_its_minute(read, zone):
    tickets = read[1][zone][0][1]["tickets"]
    told = {known: [minute(row[name]) for name in TIMES] for known, row in tickets.items()}
    assert {known: times for known, times in told.items() if any(times)} == {
        "1": [60, 70, 80, 90],  # the comment in minute 40 is no reply
        "2": [100, None, None, None],
        "5": [None, 130, None, 130],
    }


def test_who_and_whose(read, zone):
    tables = read[1][zone][0][1]
    tickets = tables["tickets"]
    assert {row["customer_id"] for row in tickets.values()} == {"Acme Ltd", "Müller & Söhne", None}
    assert (tickets["29"]["customer_id"], tickets["29"]["subject"]) == (
        "Müller & Söhne",
        "Grüße 🎈",
    )
    assert tickets["30"]["customer_id"] is None
    assert [tickets[one]["created_by"] for one in ("1", "31")] == ["customer", "agent"]
    assert tickets["31"]["customer_id"] == "Acme Ltd"
    assert [one for one, row in tickets.items() if row["agent_id"]] == ["7"]
    assert {row["email"]: row["customer_id"] for row in tables["contacts"].values()} == {
        "ada@example.com": "Acme Ltd",
        "bob@example.com": "Müller & Söhne",
    }


def test_a_merge_and_a_score(read, zone):
    tables = read[1][zone][0][1]
    merged = {known: row["merged_into"] for known, row in tables["tickets"].items()}
    assert {known: into for known, into in merged.items() if into} == {"2": "3"}
    (score,) = tables["survey_responses"].values()
    assert (score["ticket_id"], float(score["score"])) == ("6", 4)
    assert minute(score["responded_at"]) == 140


def test_a_second_sync_brings_what_changed_and_loses_nothing(read, zone):
    (_, first), (came, then), _ = read[1][zone]
    assert came == [6, 8, 10, 32]  # of a merge RT shows the survivor as updated, not what is gone
    assert set(then["tickets"]) == {*first["tickets"], "32"}
    assert then["tickets"]["9"]["merged_into"] == "10"
    answered = then["tickets"]["8"]
    assert answered["last_solved_at"] - answered["first_agent_reply_at"] == timedelta(minutes=1)
    (score,) = then["survey_responses"].values()
    assert float(score["score"]) == 2
    same = set(first["tickets"]) - {*map(str, came), "9"}
    assert {one: then["tickets"][one] for one in same} == {
        one: first["tickets"][one] for one in same
    }


def test_what_was_deleted_goes_with_the_weekly_listing(read, zone):
    _, (_, then), (_, later) = read[1][zone]
    assert set(then["tickets"]) - set(later["tickets"]) == {"11"}


def test_both_time_zones_read_the_same(read):
    def told(zone):
        return [
            (came, {name: {k: dict(r) for k, r in rows.items()} for name, rows in t.items()})
            for came, t in read[1][zone]
        ]

    assert told("west") == told("utc")


def test_the_command_line_says_that_it_answers_and_what_it_counts(read, zone):
    company = read[0][zone]
    assert "desk: 1 of 1 streams answer; not read yet." in company.never
    assert "desk: 1 of 1 streams answer; read until" in company.once
    assert company.token not in company.never + company.once
    month = f"{MONTH:%Y-%m}"
    company.typed("measure", "--grain", "month", "--from", month, "--to", month)
    said = company.typed("values", "--format", "csv")
    values = {
        (row["kpi"], row["variant"]): float(row["value"])
        for row in csv.DictReader(io.StringIO(said))
        if row["segment"] == "ALL" and row["value"]
    }
    assert (
        values["ticket_volume", "default"] == 26
    )  # 31, less 4 and 11 (deleted), 2 and 9 (merged), 31 (by an agent)
    assert values["first_response_time", "median_min"] == 59
