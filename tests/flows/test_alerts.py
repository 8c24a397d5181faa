"""Alerts by hand: listed, acknowledged, muted, explained and judged, and who did it is logged."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.alertaudit import audit_lines
from flows.alerts import open_episodes
from flows.workspace import Workspace, opened
from tasks.episode import Push
from tasks.messages.ongoing import Audited
from tasks.model import Finding
from tasks.store import Outgoing
from tasks.store import record as record_values
from tasks.store.episodes import episodes, newest_episodes, record
from tasks.store.telling import Notice, tell
from tests.alerts.lives import CALENDAR, KPI, lived, signs
from tests.channels.messages import WEEKLY
from tests.flows.small import Keepwell
from tests.store.drawn import drawn

TODAY = date(2026, 10, 20)
NOW = ("--now", "2026-10-20T12:00:00+00:00")


@pytest.fixture
def workspace(company: Path) -> Iterator[Workspace]:
    """The company's workspace, with one alert that has been open since week 41."""
    with opened(company / "keepwell.yaml", os.environ) as found:
        happen(found, "!X")
        yield found


def happen(workspace: Workspace, drawn: str, first: str = "2026-W41") -> None:
    """Let signs change what is stored."""
    last = next(iter(newest_episodes(workspace.store).values()), None)
    record(workspace.store, lived(signs(drawn, first), last), today=TODAY)


def seen(company: Path) -> None:
    """Let the store know the segment Pro."""
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        pro = drawn("dimension | segment | value\nplan | Pro | 2/61")
        record_values(workspace.store, pro, recorded_at=pro[0].as_of)


def told(workspace: Workspace, *, is_live: bool = True) -> None:
    """Tell people, or on trial the operators, of what is open."""
    to = (Outgoing(WEEKLY, ("file:people",)),)
    notice = Notice(Push.ALERT, episodes(workspace.store), to, is_live=is_live)
    tell(workspace.store, [notice], company="Tiny", today=TODAY)


def listed(keepwell: Keepwell, *options: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(
        keepwell("alerts", "list", "--json", *options, *NOW)[1]
    )
    return found


def test_nothing_is_open(company: Path, keepwell: Keepwell) -> None:
    assert keepwell("alerts", "list") == (0, "No alert is open.\n", "")
    assert listed(keepwell) == {"alerts": [], "mutes": []}
    assert keepwell("alerts", "audit")[1] == "No alert has opened in this time.\n"


def test_the_list_is_a_table(workspace: Workspace, keepwell: Keepwell) -> None:
    head, line, below = keepwell("alerts", "list", *NOW)[1].splitlines()
    assert head.split() == ["number", "kpi", "segment", "rule", "severity", "state", "since"]
    assert line.split() == ["1", KPI, "ALL", "spike", "critical", "open", "2026-10-05"]
    assert below == "        High in 2026-W42."


def test_what_people_wrote_does_nothing_to_a_screen(
    workspace: Workspace, keepwell: Keepwell
) -> None:
    keepwell("alerts", "note", "1", "red \x1b[31m\nalert", "--by", "\x1b[2J")
    for command in ("list", "audit"):
        out = keepwell("alerts", command, *NOW if command == "list" else ())[1]
        assert "\x1b" not in out
        assert "red  [31m alert" in out


def test_the_json_has_stable_keys(workspace: Workspace, keepwell: Keepwell) -> None:
    (alert,) = listed(keepwell)["alerts"]
    assert list(alert) == [
        *("number", "name", "rule", "kpi", "variant", "segment_dimension", "segment", "direction"),
        *("severity", "phase", "since", "opened", "newest", "chance", "sentence", "is_escalated"),
        *("acknowledged_by", "muted_until", "note", "told", "shown_on_trial"),
        *("ended", "ending", "reason"),
    ]
    assert alert["name"] == "logo_churn_rate/ALL/spike-up#1"


@pytest.mark.parametrize("name", ["1", "#1", f"{KPI}/ALL#1", f"{KPI}/ALL/spike-up#1"])
def test_an_alert_is_acknowledged_by_any_of_its_names(
    workspace: Workspace, keepwell: Keepwell, name: str
) -> None:
    said = keepwell("alerts", "ack", name, "--by", "Ana", "--note", "I am on it")
    assert said == (0, "logo_churn_rate/ALL/spike-up#1 is acknowledged.\n", "")
    (alert,) = listed(keepwell)["alerts"]
    assert (alert["phase"], alert["acknowledged_by"]) == ("acknowledged", "Ana")
    assert alert["note"] == "I am on it"
    assert "acknowledged by Ana" in keepwell("alerts", "list", *NOW)[1]


def test_an_unknown_alert_is_answered_with_what_was_meant(
    workspace: Workspace, keepwell: Keepwell
) -> None:
    code, out, err = keepwell("alerts", "ack", "logo_churn/ALL#1")
    assert (code, out) == (2, "")
    assert err == (
        "keepwell: unknown alert 'logo_churn/ALL#1'; did you mean 'logo_churn_rate/ALL#1'?\n"
    )
    assert keepwell("alerts", "useful", "12")[2] == (
        "keepwell: There is no alert 12. See 'keepwell alerts list --all'.\n"
    )


def test_an_alert_is_muted_for_a_while(workspace: Workspace, keepwell: Keepwell) -> None:
    said = keepwell("alerts", "mute", "1", "--for", "2w", "--by", "Ana", *NOW)
    assert said == (0, "logo_churn_rate/ALL/spike-up#1 is silent until 2026-11-03.\n", "")
    (alert,) = listed(keepwell)["alerts"]
    assert (alert["phase"], alert["muted_until"]) == ("muted", "2026-11-03")
    assert "muted until 2026-11-03" in keepwell("alerts", "list", *NOW)[1]
    after = ("--now", "2026-11-03T12:00:00+00:00")
    assert " open " in keepwell("alerts", "list", *after)[1]
    assert keepwell("alerts", "unmute", "1")[1].endswith("is heard again.\n")
    assert listed(keepwell)["alerts"][0]["phase"] == "open"


def test_a_kpi_or_a_segment_is_muted_before_anything_happens(
    company: Path, keepwell: Keepwell
) -> None:
    seen(company)
    for target in (KPI, f"{KPI}:ALL", f"{KPI}:Pro", f"{KPI}:plan=Pro"):
        said = keepwell("alerts", "mute", target, "--until", "2026-12-24", "--by", "Ana", *NOW)
        assert said == (0, f"{target} is silent until 2026-12-24.\n", "")
    what = [one["what"] for one in listed(keepwell)["mutes"]]
    assert what == [KPI, f"{KPI}:ALL=ALL", f"{KPI}:Pro", f"{KPI}:plan=Pro"]
    assert f"{KPI}:Pro is muted until 2026-12-24, by Ana." in keepwell("alerts", "list", *NOW)[1]
    assert keepwell("alerts", "unmute", f"{KPI}:Pro", *NOW)[0] == 0
    assert keepwell("alerts", "unmute", f"{KPI}:Pro", *NOW)[2] == (
        f"keepwell: {KPI}:Pro is not muted. See 'keepwell alerts list'.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("logo_churn_rat",), "did you mean 'logo_churn_rate'?"),
        (
            (f"{KPI}/Pro",),
            "unknown target 'logo_churn_rate/Pro'; did you mean 'logo_churn_rate:Pro'?",
        ),
        (
            ("nosuch",),
            "There is no alert and no KPI called 'nosuch'. See 'keepwell alerts list' and",
        ),
        ((f"{KPI}:Prro",), "unknown segment 'Prro'; did you mean 'Pro'?"),
    ],
)
def test_what_is_not_there_is_not_muted(
    company: Path, keepwell: Keepwell, arguments: tuple[str, ...], said: str
) -> None:
    seen(company)
    code, _, err = keepwell("alerts", "mute", *arguments, "--for", "2w")
    assert code == 2
    assert said in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "A mute needs one end."),
        (("--for", "2w", "--until", "2026-12-24"), "A mute needs one end."),
        (("--for", "forever"), "'forever' is not a length of time."),
        (("--for", "99999999999w"), "is longer than any calendar."),
        (("--until", "2026-10-20"), "2026-10-20 is not in the future."),
        (("--for", "0d"), "2026-10-20 is not in the future."),
    ],
)
def test_a_mute_has_an_end(
    workspace: Workspace, keepwell: Keepwell, options: tuple[str, ...], said: str
) -> None:
    code, _, err = keepwell("alerts", "mute", "1", *options, *NOW)
    assert code == 2
    assert said in err
    assert "--until 2026-12-24, or --for 2w" in err


def test_a_note_with_a_rebase_explains_the_alert(workspace: Workspace, keepwell: Keepwell) -> None:
    said = keepwell("alerts", "note", "1", "price change", "--rebase", "2026-10-01")
    assert said == (0, "logo_churn_rate/ALL/spike-up#1 is noted.\n", "")
    happen(workspace, "!", "2026-W43")
    assert listed(keepwell)["alerts"] == []
    (over,) = listed(keepwell, "--all")["alerts"]
    assert (over["ending"], over["note"]) == ("explained", "price change (normal since 2026-10-01)")
    assert "over: explained" in keepwell("alerts", "list", "--all", *NOW)[1]
    assert keepwell("alerts", "ack", "1")[2] == (
        "keepwell: logo_churn_rate/ALL/spike-up#1 is over. See 'keepwell alerts list'.\n"
    )


def test_the_audit_counts_what_was_sent_and_what_people_said(
    workspace: Workspace, keepwell: Keepwell
) -> None:
    told(workspace)
    happen(workspace, "..!", "2026-W43")
    told(workspace)
    for answer in (("useful", "1"), ("not-useful", "1"), ("not-useful", "2"), ("useful", "2")):
        assert keepwell("alerts", *answer, "--by", "Ana")[0] == 0
    head, line, *_ = keepwell("alerts", "audit", "--from", "2026-10", "--to", "2026-11")[1].split(
        "\n"
    )
    assert head.split() == [
        *("rule", "opened", "sent", "useful", "not", "useful", "unanswered", "open", "median"),
        "days",
    ]
    assert line.split() == ["spike", "2", "2", "1", "1", "0", "1", "28"]
    assert audit_lines(workspace.store, CALENDAR.period("2026-10")) == (Audited("spike", 1, 0, 1),)
    assert audit_lines(workspace.store, CALENDAR.period("2026-09")) == ()


def test_the_audit_says_who_did_what(workspace: Workspace, keepwell: Keepwell) -> None:
    told(workspace, is_live=False)
    keepwell("alerts", "ack", "1", "--by", "Ana", "--note", "mine")
    keepwell("alerts", "mute", KPI, "--until", "2030-01-01", "--by", "Ben")
    code, out, _ = keepwell("alerts", "audit")
    assert code == 0
    facts = json.loads(keepwell("alerts", "audit", "--json")[1])
    assert list(facts) == ["rules", "log"]
    assert [(one["who"], one["what"]) for one in facts["log"]] == [
        ("keepwell", "opened"),
        ("keepwell", "escalated"),
        ("keepwell", "alert to operators"),
        ("Ana", "ack"),
        ("Ben", "mute"),
    ]
    assert facts["log"][-1]["note"] == "until 2030-01-01"
    assert out.splitlines()[-2].split()[2:] == [
        "Ana",
        "ack",
        "logo_churn_rate/ALL/spike-up#1",
        "mine",
    ]


def test_who_speaks_is_the_user_unless_somebody_is_named(
    workspace: Workspace, keepwell: Keepwell
) -> None:
    from getpass import getuser

    keepwell("alerts", "ack", "1")
    assert listed(keepwell)["alerts"][0]["acknowledged_by"] == getuser()


def test_a_digest_tells_what_is_open_and_what_is_new(workspace: Workspace) -> None:
    def is_new(period: str) -> list[bool]:
        found = open_episodes(workspace.store, CALENDAR.period(period), today=TODAY)
        return [one.is_new for one in found]

    assert is_new("2026-W41") == [True]
    assert is_new("2026-W42") == [False]
    assert is_new("2026-10") == [True]


def test_an_incident_is_one_open_alert_and_the_one_people_were_told_of(
    workspace: Workspace,
) -> None:
    told(workspace)
    (first,) = episodes(workspace.store)
    louder = signs("XX", "2026-W41")
    parts = [replace(one, finding=_of_plan(one.finding)) for one in louder]
    record(workspace.store, lived(parts), today=TODAY)
    assert len(episodes(workspace.store)) == 2
    found = open_episodes(workspace.store, CALENDAR.period("2026-W42"), today=TODAY)
    assert [one.number for one in found] == [first.id]


def _of_plan(finding: Finding | None) -> Finding:
    assert finding is not None
    return replace(finding, cell=replace(finding.cell, segment_dimension="plan", segment="Pro"))
