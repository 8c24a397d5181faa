"""The wheel stands alone: in an empty environment, outside the checkout, the demo runs."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.wheel


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with nothing but the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    venv.create(folder / "venv", with_pip=True)
    wheel = next(folder.glob("keepwell-*.whl"))
    run(folder / "venv/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder


def test_the_demo_runs_outside_the_checkout(elsewhere: Path) -> None:
    shown = run(elsewhere / "venv/bin/keepwell", "demo", cwd=elsewhere)
    assert "Week 47" in shown
    kinds = {path.suffix for path in (elsewhere / "demo" / "out").rglob("*.*")}
    assert kinds >= {".html", ".eml", ".json", ".png", ".md", ".txt"}


def test_the_command_answers_outside_the_checkout(elsewhere: Path) -> None:
    assert "logo_churn_rate" in run(elsewhere / "venv/bin/keepwell", "kpis", cwd=elsewhere)
