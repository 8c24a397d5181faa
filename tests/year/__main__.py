"""The simulated year as a table: python -m tests.year [UNTIL [FROM [FOLDER]]] prints it."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.doubles.smtp import MailServer
from tests.year.judging import judged, told
from tests.year.living import BEGINS, Year

ENDS = "2027-01-04T16"


def main(ends: str = ENDS, begins: str = "", folder: str = "") -> int:
    """Live until the day named, print what came of it; 1 where anything went wrong."""
    until = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    since = datetime.fromisoformat(begins).replace(tzinfo=UTC) if begins else BEGINS
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="keepwell-year-") as scratch,
        MailServer(username="kpi", password="secret") as mail,
    ):
        year = Year(Path(folder or scratch), mail, since, tell=lambda said: print(said, flush=True))  # noqa: T201
        year.live(until)
        verdict = judged(year)
    print("\n".join(told(year, verdict, time.monotonic() - began, year.now)))  # noqa: T201
    return bool(verdict.wrongs)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
