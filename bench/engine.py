"""What do the KPIs cost? CPU-seconds against a pure scan of the same columns, pandas and polars.

Each is measured in a process of its own, user and system time with all threads, and the most
memory it held. The scorecard are the 15 KPIs of a company that sells software, as a digest needs
them: 13 months and 53 weeks, or only the newest of each, overall and by segment, plan and region.
"Ten KPIs" are those that pandas and polars compute as well, of the same 66 periods, overall only:
who left, MRR lost, more, less and new, tickets, first reply, NPS, CSAT, who uses the product. What
all of them say of the newest month must be the same, or this ends with an error. polars gets a
virtual environment of its own that is thrown away. ``make bench`` measures 10,000 accounts;
``bench/engine.py --size 10k 200k 1m`` all three, where a million is read and measured
incrementally only (``--full`` for all of it; pandas and polars end at 200,000).
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
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
FULL, INCREMENTAL, ALIKE = "full", "incremental", "alike"
TELLS = {
    FULL: "15 KPIs, 66 periods, overall and 3 dimensions",
    INCREMENTAL: "15 KPIs, 2 periods, overall and 3 dimensions",
    ALIKE: "ten KPIs, 66 periods, overall",
}
LARGEST_IN_MEMORY = 200_000  # accounts: beyond it pandas does not fit a small machine
MEGABYTE = 1_000_000
CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU-seconds, the most memory it held, and the ten KPIs at last."""

    cpu_s: float
    rss: int
    last: tuple[float, ...]


def measured(python: str, *arguments: str) -> Cost | None:
    """Return what a run took, as it says itself in its last line; None where it failed."""
    done = subprocess.run([python, *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"   {' '.join(arguments[1:])} failed: {(done.stderr.splitlines() or [''])[-1]}")
        return None
    said = json.loads(done.stdout.splitlines()[-1])
    return Cost(said["cpu_s"], said["rss"], tuple(said["last"]))


@contextmanager
def with_polars() -> Iterator[str | None]:
    """Give a Python that has polars, for as long as it is needed; None where pip has none."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "polars"]
        done = subprocess.run(install, check=False, capture_output=True)
        yield None if done.returncode else python


def table(made: Company, polars: str | None, *, full: bool) -> bool:
    """Measure one company, a line for each way; return whether all that is alike agrees."""
    for mode in (FULL, INCREMENTAL) if full else (INCREMENTAL,):
        scan = measured(sys.executable, str(OURS), "scan", mode, str(made.root))
        _tell(f"scan, {mode}", "the columns needed", scan, {})
        cost = measured(sys.executable, str(OURS), "ours", mode, str(made.root))
        _tell(f"ours, {mode}", TELLS[mode], cost, {"the scan": scan})
    return made.accounts > LARGEST_IN_MEMORY or _alike(made, polars)


def _alike(made: Company, polars: str | None) -> bool:
    """Measure what everybody computes alike; return whether all agree."""
    root = str(made.root)
    ours = measured(sys.executable, str(OURS), "ours", ALIKE, root)
    _tell("ours, ten KPIs", TELLS[ALIKE], ours, {})
    pandas = measured(sys.executable, str(RIVALS), "pandas", root)
    _tell("pandas", TELLS[ALIKE], pandas, {"ours": ours})
    other = polars and measured(polars, str(RIVALS), "polars", root)
    _tell("polars", TELLS[ALIKE], other or None, {"ours": ours})
    said = [one.last for one in (ours, pandas, other) if one]
    agree = all(
        math.isclose(a, b, rel_tol=CLOSE) for one in said for a, b in zip(one, said[0], strict=True)
    )
    print(f"the ten KPIs of the newest month, {len(said)} ways: {'equal' if agree else said}")
    return agree


def _tell(name: str, what: str, cost: Cost | None, others: Mapping[str, Cost | None]) -> None:
    if cost is None:
        print(f"{name:<18} -")
        return
    ratios = "".join(
        f"{cost.cpu_s / other.cpu_s:6.2f} x {who}" for who, other in others.items() if other
    )
    memory = f"{cost.rss / MEGABYTE:5,.0f} MB"
    print(f"{name:<18} {cost.cpu_s:7.2f} CPU-s {memory} {ratios:<18} {what}", flush=True)


def main() -> int:
    """Print a table for each size that is asked for; return 1 where numbers do not agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), nargs="*", default=["10k"])
    parser.add_argument("--keep", type=Path, help="a folder for the companies, made only once")
    parser.add_argument("--full", action="store_true", help="all periods of a million as well")
    given = parser.parse_args()
    agree = True
    with tempfile.TemporaryDirectory() as thrown_away, with_polars() as polars:
        for size in given.size:
            made = company(given.keep or Path(thrown_away), size)
            usage = sum(one.rows for one in made.files if one.table == "usage_events")
            print(f"{made.accounts:,} accounts, {usage:,} usage rows", flush=True)
            full = given.full or made.accounts <= LARGEST_IN_MEMORY
            agree = table(made, polars, full=full) and agree
            if not given.keep:
                shutil.rmtree(made.root)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
