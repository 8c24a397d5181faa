"""`keepwell check --connect`: every source is asked for a page of each stream, and nothing is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from tests.doubles.typeform import Typeform, nps
from tests.doubles.zendesk import EMAIL, Zendesk
from tests.flows.small import CUSTOMERS, VERSIONS

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
HEAD = """\
company: {name: Tiny, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
kpis: {include: [pack, nps]}
sources:
  - {name: exports, kind: files, path: ./exports}
"""
SURVEYS = (
    '  - {{name: surveys, kind: typeform, base_url: "{url}", token: "{token}", forms: {forms}}}\n'
)
DESK = '  - {{name: desk, kind: zendesk, base_url: "{url}", email: {email}, token: "{token}"}}\n'


@pytest.fixture
def typeform():
    with Typeform() as opened:
        opened.now = NOW
        form = opened.add_form("Recommend us?", nps("q1"))
        opened.answer(form, {"q1": 9}, customer_id="c1")
        yield opened


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(folder: Path, *sources: str) -> None:
    (folder / "keepwell.yaml").write_text(HEAD + "".join(sources), encoding="utf-8")


def surveys(typeform: Typeform, forms: str = "[]") -> str:
    return SURVEYS.format(url=typeform.base_url, token=typeform.token, forms=forms)


def typed(capsys, *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run([*arguments, "--now", NOW.isoformat()])
    return code, capsys.readouterr().out


def sources_in(out: str) -> list[str]:
    """What is said about the sources."""
    _, _, told = out.partition("\nSOURCES, ASKED NOW\n")
    return [line.strip() for line in told.partition("\n\n")[0].splitlines()]


def test_a_source_that_answers_and_was_never_read(folder, typeform, capsys):
    configured(folder, surveys(typeform))
    _, out = typed(capsys, "check", "--connect")
    assert sources_in(out) == ["surveys: 2 of 2 streams answer; not read yet."]
    assert not list(folder.rglob("*.gz"))


def test_a_source_that_was_read_says_until_when_and_when_rows_came(folder, typeform, capsys):
    configured(folder, surveys(typeform))
    assert typed(capsys, "sync")[0] == 0
    code, out = typed(capsys, "check", "--connect")
    (line,) = sources_in(out)
    assert "read until 2026-03-02 13:00 UTC (0 h ago); last rows 2026-03-02 13:00 UTC" in line
    assert code == 0


def test_a_scope_that_is_missing_is_said_with_what_to_do(folder, typeform, capsys):
    configured(folder, surveys(typeform))
    typeform.forbidden.add("responses")
    code, out = typed(capsys, "check", "--connect")
    assert code == 3
    first, second = sources_in(out)
    assert first == "surveys: 1 of 2 streams answer; not read yet."
    assert second.startswith("surveys: responses could not be read")
    assert "responses:read" in second
    assert typeform.token not in out


def test_a_refused_token_is_told_once_however_many_streams_there_are(folder, capsys):
    with Zendesk() as zendesk:
        zendesk.account.now = NOW
        configured(folder, DESK.format(url=zendesk.base_url, email=EMAIL, token="wrong"))
        code, out = typed(capsys, "check", "--connect")
    first, *more = sources_in(out)
    assert code == 3
    assert first == "desk: 0 of 11 streams answer; not read yet."
    (told,) = [line for line in more if "401" in line]
    assert told.startswith("desk: ")
    assert len(more) <= 2  # the sentence and its advice


def test_what_the_plan_does_not_have_is_no_problem(folder, capsys):
    with Zendesk() as zendesk:
        zendesk.account.now = NOW
        zendesk.limit(requests=200)
        zendesk.not_in_plan = {"calls"}
        said = DESK.format(url=zendesk.base_url, email=EMAIL, token=zendesk.token)
        configured(folder, said)
        _, out = typed(capsys, "check", "--connect")
    first, second = sources_in(out)
    assert first.startswith("desk: 10 of 11 streams answer")
    assert "requests left" in first
    assert second.startswith("desk: calls: the plan has none of it")


def test_as_json(folder, typeform, capsys):
    configured(folder, surveys(typeform, forms="[gone]"))
    code, out = typed(capsys, "check", "--connect", "--json")
    (found,) = json.loads(out)["sources_reached"]
    assert code == 3
    assert [(one["stream"], one["answers"]) for one in found["streams"]] == [
        ("forms", False),
        ("responses", False),
    ]


def test_without_the_word_no_source_is_asked(folder, typeform, capsys):
    configured(folder, surveys(typeform))
    typed(capsys, "check")
    assert typeform.requests == []
