"""How scorecard, alerts and digest read in the Prefect UI: written without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from flows.charts import Gallery
from flows.pages import alert_rows, alerts_page, by_cell, digest_page, scorecard_rows
from flows.runreport import Report, SourceDone, as_markdown
from tasks.episode import Episode, Key, Mark, Phase, Verdict
from tasks.errors import SourceRejected
from tasks.messages.view import Chart
from tasks.model import DataNote, Grain, Message, NullReason, Observation, Period, Severity
from tasks.store import StreamRun

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = Period(Grain.WEEK, date(2026, 11, 16), date(2026, 11, 23), "2026-W47", NOON, NOON)
SEEN = Observation(
    kpi="logo_churn_rate",
    variant="default",
    grain=Grain.WEEK,
    period="2026-W47",
    unit="ratio",
    as_of=NOON,
    numerator=Decimal(7),
    denominator=Decimal(604),
    n=604,
)


def episode(segment: str = "Starter", sentence: str = "5 of 61 customers left.") -> Episode:
    mark = Mark(Grain.WEEK, WEEK.first_day, WEEK.end_day, Verdict.LOUD, Severity.CRITICAL)
    return Episode(
        Key("spike", "logo_churn_rate", "default", "plan", segment),
        *(1, Phase.OPEN, WEEK, WEEK, WEEK, Severity.CRITICAL, 0.001, mark, (mark,)),
        sentence=sentence,
        id=9,
    )


def test_the_scorecard_shows_a_value_beside_the_one_before(company: Path) -> None:
    from flows.workspace import settings_at

    settings = settings_at(company / "keepwell.yaml", {})
    before = replace(SEEN, period="2026-W46", numerator=Decimal(3))
    (row,) = scorecard_rows(settings, by_cell([before, SEEN]), Grain.WEEK)
    assert row == {
        "KPI": "Customer churn rate",
        "Value": "1.2 %",
        "Before": "0.5 %",
        "Change": "▲ 0.7 pt",
        "Counted": "7 of 604",
        "Data": "2026-W47 final",
    }
    missing = replace(SEEN, numerator=None, null_reason=NullReason.SOURCE_STALE)
    (row,) = scorecard_rows(settings, by_cell([missing]), Grain.WEEK)
    assert (row["Value"], row["Before"], row["Counted"]) == ("source stale", "", "")


def test_an_alert_is_a_narrow_row_and_a_whole_sentence() -> None:
    (row,) = alert_rows([episode()])
    assert row == {
        "Alert": "Customer churn rate",
        "Where": "Starter",
        "Severity": "critical",
        "Since": "2026-11-16",
        "State": "open",
        "No.": "9",
    }
    page = alerts_page([episode()], {str(episode()): "New"}, ["Over: all calm"], "/runs")
    assert "# 1 open alert\n" in page
    line = "* **New: Customer churn rate in Starter** (No. 9, critical): 5 of 61 customers left."
    assert line in page
    assert "* Over: all calm" in page


def test_what_says_the_same_stands_below_the_alert_that_speaks() -> None:
    loud = episode("Starter")
    quiet = replace(loud, key=replace(loud.key, kpi="churned_customers"), chance=0.01, id=10)
    page = alerts_page([quiet, loud], {}, [], "/runs")
    assert "# 2 open alerts, 1 incident\n" in page
    assert "(No. 9, critical): 5 of 61 customers left.\n  * also: Customers lost in Starter" in page


def test_a_hostile_name_breaks_no_page_of_the_ui() -> None:
    evil = "| a | [x](javascript:1) <script>alert(1)</script>\n# big"
    page = alerts_page([episode(evil, evil)], {}, [], "/runs")
    assert "<script" not in page.replace("\\<script", "")
    assert "\n# big" not in page
    assert "](javascript" not in page.replace("\\](", "")


def test_the_digest_is_as_sent_then_its_charts_then_the_way_to_its_run() -> None:
    message = Message(
        "digest", "company", "2026-W47", "s", "p", "t", "h", "# Week 47\n\nText\n", ()
    )
    page = digest_page(message, [("Churn", "data:image/svg+xml;base64,AA==")], "[The run](/runs)")
    assert page.startswith("# Week 47\n\nText\n\n![Churn](data:image/svg+xml;base64,AA==)")
    assert page.endswith("\n---\n\n[The run](/runs)\n")


def test_a_chart_that_was_drawn_here_is_a_vector_and_another_the_picture_that_was_sent() -> None:
    gallery = Gallery()
    ticks = ((0.0, "0"), (4.0, "4"))
    chart = Chart("chart-1", "Left", "5 left", ("W46", "W47"), (1.0, 5.0), "5", ticks)
    image = gallery.draw(chart)
    assert gallery.data_url(image).startswith("data:image/svg+xml;base64,")
    assert len(gallery.data_url(image)) < 60_000
    assert gallery.drawn() == gallery.shown([image])
    assert Gallery().data_url(image).startswith("data:image/png;base64,")


STREAM = StreamRun(
    *("crm", "deals", 1, NOON, NOON),
    pages=12,
    rows=1_180,
    new=30,
    changed=4,
    cursor_in="2026-11-22T00:00:00Z",
    cursor_out="2026-11-23T00:00:00Z",
)


def test_the_report_tells_rows_requests_cursors_durations_and_notes_of_each_source() -> None:
    crm = SourceDone(
        *("crm", 1180, 1178, 2, NOON, 71.0),
        streams=(STREAM,),
        problems=(SourceRejected("crm: contacts was refused.", todo="Give it the scope."),),
        notes=(DataNote("gone", "crm", "crm: owners had 4 rows the last time."),),
    )
    report = Report(
        title="sync, 1 source",
        ended="PartlyLoaded: 1 source had news.",
        timezone="Europe/Berlin",
        seconds=80.4,
        sources=(crm,),
        steps=(("read crm", 71.0), ("load crm", 0.01)),
        links={"what was loaded": "/artifacts/artifact/1"},
    )
    page = as_markdown(report)
    assert "PartlyLoaded: 1 source had news. It took 1 min 20 s." in page
    assert "See [what was loaded](/artifacts/artifact/1)" in page
    assert "| crm | 1,180 | 1,178 | 2 | 12 | 1 min 11 s | 2026-11-23 13:00 |" in page
    assert "| crm deals | 12 | 1,180 | 30 | 4 | 0 | `2026-11-22T00:00:00Z` |" in page
    assert "* **crm: contacts was refused. Give it the scope.**" in page
    assert "* crm: owners had 4 rows the last time." in page
    assert "| read crm | 1 min 11 s |" in page
    assert "| 1 step of no time | |" in page


def test_a_run_without_news_says_so() -> None:
    page = as_markdown(Report("digest 2026-W47", "1 message went out.", "UTC", 0.4))
    assert page.startswith("# digest 2026-W47\n\n1 message went out. It took 0.4 s.\n")
    assert "None had anything new." in page
