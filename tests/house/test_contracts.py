"""Imports go down only, and Prefect stays upstairs: the contracts in pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("prefect", "pandas", "matplotlib", "scipy", "duckdb", "sqlalchemy", "pyarrow", "pydantic")


def test_the_import_contracts_hold() -> None:
    lint = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


def loaded_by(statement: str) -> set[str]:
    """The heavy packages that one statement loads in a fresh Python."""
    script = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(HEAVY) & set(done.stdout.split())


def test_asking_for_help_loads_nothing_heavy() -> None:
    assert loaded_by("import flows.cli") == set()


@pytest.mark.parametrize("command", ["flows.asking", "flows.figures", "tasks.config"])
def test_reading_a_configuration_loads_neither_prefect_nor_matplotlib(command: str) -> None:
    statement = f"import {command}; import flows.catalogue as c; c.filled()"
    assert not loaded_by(statement) & {"prefect", "matplotlib", "pandas", "scipy"}
