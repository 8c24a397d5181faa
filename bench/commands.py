"""How long the commands people wait for take: medians, and ratios to starting Python and Prefect.

Seconds differ from machine to machine; the ratio to a bare `python -c "import prefect"` travels.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tasks.sample.story import NOW

KEEPWELL = str(Path(sys.executable).with_name("keepwell"))


@dataclass(frozen=True)
class Timed:
    """One command: what it is called here, and how to run it once in an empty folder."""

    name: str
    command: Callable[[Path], list[str]]
    limit_s: float | None = None


def commands(sample: Path) -> tuple[Timed, ...]:
    """Return what is timed; ``sample`` is a folder where `keepwell demo` has already run."""
    config = ["--config", str(sample / "keepwell.yaml")]
    return (
        Timed("python", lambda _: [sys.executable, "-c", "pass"]),
        Timed("import prefect", lambda _: [sys.executable, "-c", "import prefect"]),
        Timed("keepwell --help", lambda _: [KEEPWELL, "--help"], limit_s=0.5),
        Timed("keepwell check", lambda _: [KEEPWELL, "check", *config]),
        Timed("keepwell values", lambda _: [KEEPWELL, "values", "--kpi", "nrr", *config]),
        Timed("keepwell digest --preview", lambda _: _preview(config), limit_s=5),
        Timed("keepwell demo", lambda empty: [KEEPWELL, "demo", "--dir", str(empty)], limit_s=8),
    )


def _preview(config: list[str]) -> list[str]:
    return [KEEPWELL, "digest", "--preview", *config, "--now", NOW.isoformat()]


def seconds(timed: Timed, runs: int) -> list[float]:
    """Return the wall time of each run; the first, which warms the disk, is not counted."""
    taken = []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as empty:
            began = time.perf_counter()
            subprocess.run(timed.command(Path(empty)), check=False, capture_output=True)
            taken.append(time.perf_counter() - began)
    return taken[1:]


def main() -> None:
    """Print one line per command, and exit with 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    late = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([KEEPWELL, "demo", "--dir", folder], check=True, capture_output=True)
        bare = 0.0
        for timed in commands(Path(folder)):
            taken = seconds(timed, runs)
            middle = statistics.median(taken)
            bare = middle if timed.name == "import prefect" else bare
            late += [timed.name] if timed.limit_s and middle > timed.limit_s else []
            _tell(timed, taken, bare)
    if late:
        print(f"over the limit: {', '.join(late)}")
    raise SystemExit(1 if late else 0)


def _tell(timed: Timed, taken: list[float], bare: float) -> None:
    limit = f"limit {timed.limit_s:g} s" if timed.limit_s else ""
    ratio = f"{statistics.median(taken) / bare:5.1f} x import prefect" if bare else " " * 22
    spread = f"{min(taken):.2f} to {max(taken):.2f}"
    print(f"{timed.name:<26} {statistics.median(taken):6.2f} s ({spread})  {ratio}  {limit}")


if __name__ == "__main__":
    main()
