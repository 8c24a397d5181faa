"""What we write is for its owner."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.small import CONFIG, CUSTOMERS, VERSIONS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("umask", "others"), [(0o022, 0o077), (0o007, 0o007), (0o002, 0o007)])
def test_what_is_written_is_for_the_owner_or_a_group_alone(tmp_path, umask, others):
    (tmp_path / "exports").mkdir()
    (tmp_path / "keepwell.yaml").write_text(CONFIG)
    (tmp_path / "exports/customers.csv").write_text(CUSTOMERS)
    (tmp_path / "exports/subscription_versions.csv").write_text(VERSIONS)
    (tmp_path / "lake").mkdir(mode=0o755)
    done = keepwell(tmp_path, umask, "sync")
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "lake").stat().st_mode) & 0o007 == 0
    written = [tmp_path / "keepwell.db", *(tmp_path / "lake").rglob("*")]
    assert [str(path) for path in written if stat.S_IMODE(path.stat().st_mode) & others] == []


def keepwell(folder: Path, umask: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [Path(sys.executable).parent / "keepwell", *arguments]
    return subprocess.run(
        program, cwd=folder, capture_output=True, text=True, check=False, umask=umask,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
