"""What a year of the schedule leaves behind: every digest once, no alert twice, and little else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.doubles.smtp import MailServer
from tests.year.judging import Verdict, judged
from tests.year.living import Year

pytestmark = pytest.mark.long

MEGABYTE = 1_000_000


def lived(folder: Path, until: datetime) -> tuple[Year, Verdict]:
    with MailServer(username="kpi", password="secret") as mail:
        year = Year(folder, mail)
        year.live(until)
        return year, judged(year)


def test_a_week_with_a_kill_ends_with_every_digest_once(tmp_path: Path) -> None:
    year, verdict = lived(tmp_path, datetime(2026, 1, 12, 16, tzinfo=UTC))
    assert year.killed == ["12 Jan before extract: -9"]
    assert verdict.wrongs == ()
    assert (verdict.owed, verdict.sent) == (5, 5)


@pytest.mark.year
def test_a_year_with_everything_that_goes_wrong_in_one(tmp_path: Path) -> None:
    year, verdict = lived(tmp_path, datetime(2027, 1, 4, 16, tzinfo=UTC))
    assert verdict.wrongs == ()
    assert all(one.endswith(": -9") for one in year.killed)
    half, whole = year.sizes[5], year.sizes[-1]
    assert whole.lake < 2 * half.lake
    assert whole.store < 60 * MEGABYTE
