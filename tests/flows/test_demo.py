"""The demo is the first thing anybody sees: it ends well and leaves every format behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import run


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The exit code of `keepwell demo`, and its folder."""
    folder = tmp_path_factory.mktemp("demo")
    return run(["demo", "--dir", str(folder)]), folder


@pytest.mark.parametrize("kind", [".html", ".eml", ".slack.json", ".png", ".md", ".txt"])
def test_every_format_is_in_its_folder(shown: tuple[int, Path], kind: str) -> None:
    code, folder = shown
    assert code == 0
    assert [path for path in folder.rglob("*") if path.name.endswith(kind)]


def test_its_story_is_in_the_first_sentence(shown: tuple[int, Path]) -> None:
    _, folder = shown
    text = next(folder.rglob("week-2026-W47.txt")).read_text(encoding="utf-8")
    lead = text.split("\n\n")[1]
    assert lead.startswith("5 of 61 customers in Starter/EMEA left this week.")
    assert "EMEA: " not in lead  # nor the region, which is larger than what explains it


def test_somebody_elses_configuration_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keepwell.yaml").write_text("company: {name: Mine}\n", encoding="utf-8")
    assert run(["demo", "--dir", str(tmp_path)]) == 2
    assert "is not the sample's; it would be lost." in capsys.readouterr().err
    assert (tmp_path / "keepwell.yaml").read_text(encoding="utf-8") == "company: {name: Mine}\n"
