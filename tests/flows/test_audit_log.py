"""What people and flows do is listed: sends, mutes, actions, and which part of a file changed."""

from __future__ import annotations

import json

import pytest

from flows.workspace import opened
from tasks.store import deeds
from tests.flows.small import CONFIG


@pytest.fixture
def says(company, keepwell):
    """Sync with more in the configuration; return what is noted of it."""

    def says(more: str) -> list[str]:
        (company / "keepwell.yaml").write_text(CONFIG + more, encoding="utf-8")
        code, _, err = keepwell("sync")
        assert code == 0, err
        with opened(company / "keepwell.yaml", {}) as workspace:
            found = deeds(workspace.store, what="configured")
        return [deed.detail.partition(" [")[0] for deed in found]

    return says


def test_a_configuration_that_changed_is_noted_once_with_its_parts(says):
    assert says("") == ["first used"]
    assert says("") == ["first used"]
    goal = "goals: [{kpi: nrr, grain: month, at_least: 1}]\n"
    assert says(goal)[1:] == ["changed: goals"]
    assert says(f"{goal}privacy: {{drop: {{contacts: [email]}}}}\n")[2:] == ["changed: privacy"]
    assert says("")[3:] == ["changed: goals, privacy"]


def test_a_renewed_secret_is_no_change_and_in_no_line(says, company):
    mail = "channels: {email: {host: 127.0.0.1, username: a, password: %s, from: a@b.example}}\n"
    says(mail % "first-password")
    assert says(mail % "second-password") == ["first used"]
    assert b"second-password" not in (company / "keepwell.db").read_bytes()


def test_what_was_sent_and_by_whom_is_listed(keepwell, monkeypatch):
    monkeypatch.setenv("KEEPWELL_USER", "ana")
    assert keepwell("audit")[1] == "Nobody has done anything yet.\n"
    assert keepwell("digest", "--grain", "week", "--send")[0] == 0
    code, out, _ = keepwell("audit", "--what", "sent", "--json")
    (sent,) = json.loads(out)
    assert code == 0
    assert sent["who"] == "ana"
    assert sent["about"].startswith("digest 2026-W09 ")
    assert sent["detail"] == "file:board"
    _, table, _ = keepwell("audit", "--last", "1")
    assert table.splitlines()[0].split() == ["when", "who", "what", "about", "detail"]
    assert "ana  sent  digest 2026-W09" in table


def test_a_kind_that_nobody_knows_is_refused(keepwell):
    code, _, err = keepwell("audit", "--what", "mutd")
    assert code == 2
    assert "did you mean 'muted'" in err
