"""Does a load that is killed anywhere go on as if it had not been? Complaint 15, for a database."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.connectors.sql.shop import NOW, TABLES, company_of

ROOT = Path(__file__).parents[3]
CHILD = [sys.executable, "-m", "tests.connectors.sql.dying"]


@pytest.fixture
def shop(shop):
    for number in range(10):
        shop.client(f"c{number}")
        shop.case(number, None if number > 7 else NOW - timedelta(days=9 - number))
    return shop


@pytest.mark.parametrize("moment", ["landed", "committed", "fold"])
def test_killed(moment, shop, tmp_path):
    """After land, after commit, mid-fold: the same tables, and at most a page is read twice."""
    with company_of(tmp_path / "unbroken", shop.url) as company:
        company.load()
        tables, pages = company.lake(), company.pages("tickets*")
    with company_of(tmp_path / "broken", shop.url, tables=dict(TABLES)) as company:
        about = [moment, str(company.folder), shop.url]
        child = subprocess.run([*CHILD, *about], cwd=ROOT, check=False)
        assert child.returncode == -signal.SIGKILL
        assert company.pages("tickets*") > 0
        company.load()
        assert company.lake() == tables
        if moment != "fold":
            assert company.pages("tickets*") <= pages + 1
