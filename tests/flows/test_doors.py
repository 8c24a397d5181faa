"""What we serve is for this computer or asks for a password; what we write is for its owner."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flows.doors import is_loopback, must_be_locked
from tasks.errors import WrongUse
from tests.flows.small import CONFIG, CUSTOMERS, VERSIONS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.9.9.9"])
def test_this_computer_may_always_look(host):
    assert is_loopback(host)
    must_be_locked(host, {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "keepwell.example.com", ""])  # noqa: S104 - none is listened at
def test_a_network_needs_a_password(host):
    for said in ("", "secret", ":secret", "admin:"):
        with pytest.raises(WrongUse, match="could read everything and start runs"):
            must_be_locked(host, {"PREFECT_SERVER_API_AUTH_STRING": said})
    must_be_locked(host, {"PREFECT_SERVER_API_AUTH_STRING": "admin:secret"})


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
