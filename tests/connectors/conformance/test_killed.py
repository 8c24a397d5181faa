"""Does a load that is killed anywhere go on as if it had not been? Complaint 15."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.connectors.conformance.company import CASES, company_in

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
CHILD = [sys.executable, "-m", "tests.connectors.conformance.dying"]


@cache
def unbroken(key):
    """The tables of a load that nobody killed, and how many pages of the main stream it took."""
    case = CASES[key]
    with (
        case.open() as vendor,
        TemporaryDirectory() as folder,
        company_in(Path(folder), case, vendor) as company,
    ):
        company.load(case.now(vendor))
        return company.lake(), sum(map(case.is_page, vendor.requests))


@pytest.mark.parametrize("moment", ["asked", "landed", "committed", "fold"])
def test_killed(moment, case, vendor, tmp_path):
    """Before land, after land, after commit, mid-fold: the same tables, one page twice at most."""
    tables, pages = unbroken(case.key)
    with company_in(tmp_path / "broken", case, vendor) as company:
        now = case.now(vendor)
        about = [case.key, moment, str(company.folder), vendor.base_url, company.token]
        child = subprocess.Popen([*CHILD, *about, now.isoformat()], cwd=ROOT)
        if moment == "asked":
            vendor.at("received", case.route, lambda asked: _kill(case, vendor, asked, child))
        assert child.wait(60) == -signal.SIGKILL
        vendor.calm()
        company.load(now)
        assert company.lake() == tables
        asked = sum(map(case.is_page, vendor.requests))
        assert asked <= pages + 1 + (moment == "fold")  # the search, or the export, for what is new


def _kill(case, vendor, asked, child):
    if case.is_page(asked) and sum(map(case.is_page, vendor.requests)) == 2:
        os.kill(child.pid, signal.SIGKILL)
