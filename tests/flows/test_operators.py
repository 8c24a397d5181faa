"""What the operators are told: what did not go out and what is withheld, once, and nobody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.operators import withheld_notice
from flows.steps import by_hand
from flows.workspace import opened
from tasks.model import DataNote
from tests.flows.small import CONFIG, Keepwell

OPERATORS = 'operators: {to: ["file:ops"]}\n'


@pytest.fixture
def in_the_way(company: Path) -> Path:
    """A file where the board's folder would have to be: the channel is refused there."""
    (company / "out").mkdir()
    blocking = company / "out" / "board"
    blocking.write_text("in the way")
    return blocking


def configured(company: Path, more: str) -> None:
    text = CONFIG.replace('["file:board"]', '["file:board", "file:ceo"]')
    (company / "keepwell.yaml").write_text(text + more, encoding="utf-8")


def told(company: Path) -> list[str]:
    """The texts of what the operators got."""
    return [path.read_text("utf-8") for path in sorted((company / "out" / "ops").glob("*.txt"))]


def test_a_message_that_was_refused_is_told_with_its_reason_and_what_to_type(
    keepwell: Keepwell, company: Path, in_the_way: Path
) -> None:
    configured(company, OPERATORS)
    code, _, err = keepwell("digest", "--send")
    (text,) = told(company)
    assert code == 3
    assert "1 message did not go out" in text
    assert "Where: file:board" in text
    assert "Folder out/board: File exists." in text
    assert "keepwell outbox retry 1" in text
    assert "file:board has not got it (refused)" in err
    assert (company / "out" / "ceo").is_dir()


def test_it_is_told_once(keepwell: Keepwell, company: Path, in_the_way: Path) -> None:
    configured(company, OPERATORS)
    keepwell("digest", "--send")
    code, _, _ = keepwell("digest", "--send")
    assert code == 3
    assert len(told(company)) == 1


def test_what_is_refused_once_more_is_told_once_more(
    keepwell: Keepwell, company: Path, in_the_way: Path
) -> None:
    configured(company, OPERATORS)
    keepwell("digest", "--send")
    keepwell("outbox", "retry", "1")
    assert len(told(company)) == 2


def test_operators_who_cannot_be_reached_are_not_told_about_themselves(
    keepwell: Keepwell, company: Path, in_the_way: Path
) -> None:
    configured(company, 'operators: {to: ["file:board"]}\n')
    for _ in range(2):
        code, _, err = keepwell("digest", "--send")
        assert code == 3
        assert err.count("has not got it") == 1
    in_the_way.unlink()
    keepwell("outbox", "retry", "--all")
    texts = [path.name for path in (company / "out" / "board").glob("ops-*.txt")]
    assert len(texts) == 1


def test_without_operators_it_stands_on_the_error_output(
    keepwell: Keepwell, company: Path, in_the_way: Path
) -> None:
    configured(company, "")
    code, out, err = keepwell("digest", "--send")
    assert code == 3
    assert "to file:ceo" in out
    assert "file:board has not got it (refused): The message could not be written." in err


def test_all_is_well_and_nobody_is_told_anything(keepwell: Keepwell, company: Path) -> None:
    configured(company, OPERATORS)
    assert keepwell("digest", "--send")[0] == 0
    assert not (company / "out" / "ops").exists()


def test_figures_that_are_withheld_are_told_to_the_operators_with_their_reason(
    company: Path,
) -> None:
    configured(company, OPERATORS)
    leak = "Revenue withheld: opening + movements is not closing (C-118)."
    notes = [DataNote("withheld", "books", leak), DataNote("rows", "exports", "2 rows refused.")]
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        (notice,) = withheld_notice(by_hand(), workspace, week, notes)
        assert withheld_notice(by_hand(), workspace, week, notes[1:]) == ()
    assert notice.to == ("file:ops",)
    assert leak in notice.message.text
    assert "2 rows refused" not in notice.message.text


def test_a_week_that_is_not_over_is_not_sent(keepwell: Keepwell, company: Path) -> None:
    configured(company, "")
    code, _, err = keepwell("digest", "--send", "--period", "2026-W10")
    assert code == 2
    assert "2026-W10 is not over yet, and its digest goes out only once. Look at it with" in err
