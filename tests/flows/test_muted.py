"""What is muted is silent everywhere: no push, no lead of a digest, one quiet line in a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.cli import run
from tasks.alerts.due import Occasion, due
from tasks.episode import Episode, Key, Push
from tasks.messages.digest import digest_view
from tasks.store.mutes import Mute
from tests.alerts.lives import lived, signs
from tests.flows.leaving import leave, write
from tests.messages.stories import OPEN, good_week

FIVE = ("S01", "S02", "S03", "S04", "S05")
ALERTS = 'alerts: {mode: live, to: ["file:people"]}\nchannels: {file: {path: ./out}}\n'
BEFORE, LATER, MONDAY = "2026-11-25T16:30:00Z", "2026-11-25T17:30:00Z", "2026-11-30T13:30:00Z"
Typed = Callable[..., str]


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """The command line of a company that five customers have just left."""
    write(tmp_path)
    path = tmp_path / "keepwell.yaml"
    path.write_text(path.read_text("utf-8") + ALERTS, "utf-8")

    def type_(*words: str, now: str) -> str:
        leave(tmp_path, *FIVE, known=datetime.fromisoformat(now))
        capsys.readouterr()
        timed = [] if "ack" in words else ["--now", now]
        run([*words, "--config", str(path), *timed])
        return capsys.readouterr().out

    return type_


def test_a_muted_alert_is_one_quiet_line_of_the_watch(typed: Typed) -> None:
    assert "New: logo_churn_rate Starter (critical)" in typed("watch", "--send", now=BEFORE)
    typed("alerts", "mute", "logo_churn_rate", "--for", "2w", "--by", "Ana", now=BEFORE)
    first, *others = typed("watch", "--send", now=LATER).splitlines()
    assert first == "All quiet in 2026-W47."
    assert [one.partition(":")[0] for one in others] == ["Muted until 2026-12-09 by Ana"]
    assert "5 of" not in "".join(others)


def test_a_muted_alert_does_not_lead_the_digest(typed: Typed) -> None:
    typed("watch", "--send", now=BEFORE)
    loud = typed("digest", "--preview", now=MONDAY)
    assert "Customers are leaving" in loud
    typed("alerts", "mute", "logo_churn_rate", "--for", "3w", "--by", "Ana", now=MONDAY)
    quiet = typed("digest", "--preview", now=MONDAY)
    assert "Customers are leaving" not in quiet
    lead = quiet.partition("RETENTION")[0]
    assert "5 of" not in lead
    assert "Customers lost (above, bad)" not in lead  # they are the same customers
    assert quiet.count("muted until 21 Dec by Ana") == 1


def test_the_same_customers_in_another_segment_are_not_told_instead() -> None:
    whole = opened(1, Key("spike", "logo_churn_rate"))
    part = opened(2, replace(whole.key, segment_dimension="plan", segment="Starter"))
    other = opened(3, replace(whole.key, kpi="csat", direction="down"))
    mute = Mute("logo_churn_rate", date(2026, 12, 1), "Ana", datetime.now(), episode_id=1)  # noqa: DTZ005
    for day, heard in ((date(2026, 11, 1), [3]), (date(2026, 12, 1), [1, 2, 3])):
        found = due([whole, part, other], [mute], Occasion(day))
        assert [(one.episode.id, one.push) for one in found] == [(id_, Push.ALERT) for id_ in heard]


def opened(number: int, key: Key) -> Episode:
    episode = lived(signs("X"))[-1].episode
    assert episode is not None
    return replace(episode, id=number, key=key)


def test_a_digest_counts_no_muted_alert_and_names_a_kpi_once() -> None:
    first = replace(OPEN[1], phase="muted", until=date(2026, 12, 6), by="Ben", note="")
    second = replace(first, number=10, cell=replace(first.cell, segment="EMEA"))
    view = digest_view(replace(good_week(), open_alerts=(first, second)))
    assert view.alerts_counted == ""
    (line,) = view.alerts
    assert line.title == "First response, median: APAC, and 1 more alert"
    assert line.state == "Alert 9, since 26 Oct, muted until 6 Dec by Ben"


def test_the_list_says_until_when_once_and_why_where_somebody_wrote_it(typed: Typed) -> None:
    typed("watch", "--send", now=BEFORE)
    typed("alerts", "mute", "1", "--until", "2026-12-12", now=LATER)
    assert typed("alerts", "list", now=LATER).count("2026-12-12") == 1
    typed("alerts", "mute", "1", "--until", "2026-12-13", "--note", "we know", now=LATER)
    assert "        note: we know\n" in typed("alerts", "list", now=LATER)


def test_the_status_counts_the_alerts_that_are_not_over(typed: Typed) -> None:
    typed("watch", "--send", now=BEFORE)
    assert "alerts are not over; see 'keepwell alerts list'" in typed("status", now=LATER)
    typed("alerts", "mute", "1", "--for", "2w", now=LATER)
    typed("alerts", "ack", "2", "--by", "Ana", now=LATER)
    assert ": 1 acknowledged, 1 muted, " in typed("status", now=LATER)
