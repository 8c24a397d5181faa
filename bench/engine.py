"""What do the KPIs cost? CPU-seconds against a pure scan of the same columns, pandas and polars.

Each is measured in a process of its own, user and system time with all threads, and the most
memory it held. Ours are the KPIs of the saas scorecard, as a digest needs them: 13 months and 53
weeks (or only the newest of each), overall and by segment, plan and region. pandas and polars
compute the main ones of them, overall only: who left, MRR movements, tickets, first reply, NPS,
CSAT, active accounts. polars gets a virtual environment of its own that is thrown away.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.companies import SIZES, Company, company  # noqa: E402 - see above

OURS, RIVALS = ROOT / "bench" / "ours.py", ROOT / "bench" / "rivals.py"
FULL, INCREMENTAL = "full", "incremental"
LARGEST_IN_MEMORY = 200_000  # accounts: beyond it pandas does not fit a small machine
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU-seconds, and the most memory it held."""

    cpu_s: float
    rss: int


def measured(python: str, *arguments: str) -> Cost | None:
    """Return what a run took, as it says itself in its last line; None where it failed."""
    done = subprocess.run([python, *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"   {' '.join(arguments[1:])} failed: {(done.stderr.splitlines() or [''])[-1]}")
        return None
    said = json.loads(done.stdout.splitlines()[-1])
    return Cost(said["cpu_s"], said["rss"])


@contextmanager
def with_polars() -> Iterator[str | None]:
    """Give a Python that has polars, for as long as it is needed; None where pip has none."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "polars"]
        done = subprocess.run(install, check=False, capture_output=True)
        yield None if done.returncode else python


def table(made: Company, polars: str | None) -> None:
    """Measure one company and print a line for each way, with its ratio to the scan."""
    root, scans = str(made.root), {}
    for mode in (FULL, INCREMENTAL):
        scans[mode] = measured(sys.executable, str(OURS), "scan", mode, root)
        _tell(f"scan, {mode}", scans[mode], {})
    ours = {}
    for mode in (FULL, INCREMENTAL):
        ours[mode] = measured(sys.executable, str(OURS), "ours", mode, root)
        _tell(f"ours, {mode}", ours[mode], {"the scan": scans[mode]})
    if made.accounts > LARGEST_IN_MEMORY:
        return
    for name, python in (("pandas", sys.executable), ("polars", polars)):
        if python is None:
            print("polars is not there: skipped")
        else:
            cost = measured(python, str(RIVALS), name, root)
            _tell(f"{name}, {FULL}", cost, {"the scan": scans[FULL], "ours": ours[FULL]})


def _tell(name: str, cost: Cost | None, others: Mapping[str, Cost | None]) -> None:
    if cost is None:
        return
    ratios = "".join(
        f"   {cost.cpu_s / other.cpu_s:6.2f} x {who}" for who, other in others.items() if other
    )
    print(f"{name:<20} {cost.cpu_s:8.2f} CPU-s {cost.rss / MEGABYTE:7,.0f} MB{ratios}", flush=True)


def main() -> None:
    """Print a table for each size that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), nargs="*", default=["10k"])
    parser.add_argument("--keep", type=Path, help="a folder for the companies, made only once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as thrown_away, with_polars() as polars:
        for size in given.size:
            made = company(given.keep or Path(thrown_away), size)
            usage = sum(one.rows for one in made.files if one.table == "usage_events")
            print(f"{made.accounts:,} accounts, {usage:,} usage rows", flush=True)
            table(made, polars)


if __name__ == "__main__":
    main()
