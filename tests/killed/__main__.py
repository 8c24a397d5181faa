# ruff: noqa: T201 - it is there to print
"""``python -m tests.killed [POINTS] [FIRST SEED]``: kills, looks on and prints a table; 1 where something is wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from tests.killed.going import Went, expected, gone_through
from tests.killed.points import Point, drawn

A_WEEK = 3  # kills: the later ones while everything still recovers from the first
HEAD = f"{'':>4} {'killed':<20} {'at':<24} {'all there after':>15}  {'server, worker starts':<22} wrong"


def weeks_of(points: int, first: int) -> list[list[Point]]:
    """Return the kills that the seeds draw, some for each week."""
    every = [drawn(seed) for seed in range(first, first + points)]
    return [every[begin : begin + A_WEEK] for begin in range(0, len(every), A_WEEK)]


def lines(went: Went) -> Iterator[str]:
    """Yield how the kills of a week went, a row for each; the last has what came of them."""
    server, worker = went.starts
    wrong = "; ".join(went.wrongs) or "nothing"
    for point in went.points:
        is_last = point is went.points[-1]
        result = f"{went.seconds:>13.0f} s  {server:>6}, {worker:<14} {wrong}" if is_last else ""
        yield f"{point.seed:>4} {point.victim:<20} {point!s:<24} {result}".rstrip()


def main(points: int = 50, first: int = 1) -> int:
    """Print what came of the kills that the seeds draw."""
    began, folder = time.monotonic(), Path(mkdtemp(prefix="keepwell-killed-"))
    print(
        f"Prefect server, worker and PostgreSQL are up; {points} kills; logs in {folder}",
        flush=True,
    )
    print(HEAD, flush=True)
    weeks = weeks_of(points, first)
    found, wrongs = gone_through(
        weeks, folder, lambda went: print(*lines(went), sep="\n", flush=True)
    )
    wrongs += [wrong for one in found for wrong in one.wrongs]
    seconds = sorted(one.seconds for one in found)
    print(
        f"{points} kills, {expected(len(weeks))} digests due, each arrived once: "
        f"{'NO' if wrongs else 'yes'}; recovery {seconds[len(seconds) // 2]:.0f} s in the middle, "
        f"{seconds[-1]:.0f} s at most; {(time.monotonic() - began) / 60:.0f} minutes"
    )
    print(*(f"WRONG: {wrong}" for wrong in wrongs), sep="\n", end="")
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
