"""The README tells the truth: every command, every option of note, every KPI, and demo first."""

from __future__ import annotations

from pathlib import Path

import pytest

import flows.commands
import tasks.kpis  # noqa: F401 - fills the catalogue
from flows.deployments import REGISTRY
from flows.kpitable import BEGIN, END, table
from tasks.kpis.base import catalogue

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOUSEHOLD = {"__init__", "maxage", "options", "telling"}  # files beside the commands that are none
COMMANDS = sorted(
    path.stem.replace("_", "-")
    for path in Path(flows.commands.__file__).parent.glob("*.py")
    if path.stem not in HOUSEHOLD
)


def test_a_digest_is_one_command_away_before_line_15() -> None:
    assert any("make demo" in line for line in README.splitlines()[:15])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command: str) -> None:
    assert f"| `keepwell {command}" in README


def test_its_table_of_kpis_is_what_make_docs_writes() -> None:
    assert f"{BEGIN}\n{table(catalogue())}\n{END}" in README


@pytest.mark.parametrize("target", ["demo", "test", "check", "test-peers", "test-wheel", "bench"])
def test_every_make_target_it_names_is_there(target: str) -> None:
    assert f"make {target}" in README
    assert f"\n{target}: " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_folder_it_points_to_is_there() -> None:
    for folder in ("kpis", "connectors", "facts", "engine", "rules", "alerts", "messages", "store"):
        assert f"`tasks/{folder}/`" in README
        assert (ROOT / "tasks" / folder).is_dir()


def test_every_flow_is_named() -> None:
    assert all(one.name in README for one in REGISTRY)
