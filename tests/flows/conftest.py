"""A small company of one's own in a temporary folder, and the command line to try on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli import run
from tests.flows.small import CONFIG, CUSTOMERS, NOW, VERSIONS, Keepwell


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The folder of a company with a configuration and exports."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (tmp_path / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    (exports / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (exports / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def keepwell(
    company: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Keepwell:
    """The command line, standing in the company's folder: exit code, stdout, stderr."""
    monkeypatch.chdir(company)

    def typed(*arguments: str, now: str | None = NOW) -> tuple[int, str, str]:
        capsys.readouterr()
        timed = arguments[0] in {"sync", "measure", "digest", "watch", "check"} and now
        code = run([*arguments, *(("--now", now) if timed else ())])
        out, err = capsys.readouterr()
        return code, out, err

    return typed


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """A Prefect server for all tests of the group ``prefect``: starting it is what takes time."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield
