# ruff: noqa: T201 - it is there to print
"""``python -m tests.killed [POINTS] [FIRST SEED]``: kill, look on, and print a table; 1 where something is wrong."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import tests.conftest  # noqa: F401 - Prefect's settings for tests, before anything imports it
from tests.killed.going import Went, expected, gone_through
from tests.killed.points import drawn

HEAD = f"{'':>3} {'killed':<20} {'at':<22} {'all arrived after':>17}   {'server, worker starts':<22} wrong"


def line(went: Went) -> str:
    """Return how one kill went, as a row."""
    point, (server, worker) = went.point, went.starts
    wrong = "; ".join(went.wrongs) or "nothing"
    return f"{point.seed:>3} {point.victim:<20} {point!s:<22} {went.seconds:>15.0f} s   {server:>6}, {worker:<14} {wrong}"


def main(points: int = 50, first: int = 1) -> int:
    """Print what came of the kills that the seeds draw."""
    began, folder = time.monotonic(), Path(mkdtemp(prefix="keepwell-killed-"))
    print(
        f"{points} kills of a Prefect server and a worker on PostgreSQL; logs in {folder}",
        flush=True,
    )
    print(HEAD, flush=True)
    wanted = [drawn(seed) for seed in range(first, first + points)]
    found, wrongs = gone_through(wanted, folder, lambda went: print(line(went), flush=True))
    seconds = sorted(one.seconds for one in found)
    print(
        f"{len(found)} kills, {expected(points)} messages due, each arrived once: "
        f"{'yes' if not wrongs else 'NO'}; recovery {seconds[len(seconds) // 2]:.0f} s in the middle, "
        f"{seconds[-1]:.0f} s at most; {(time.monotonic() - began) / 60:.0f} minutes"
    )
    for wrong in wrongs:
        print(f"WRONG: {wrong}")
    return 1 if wrongs or any(one.wrongs for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
