"""How much memory does a row more take, of each vendor's API? Complaint 32, for every connector.

Each vendor's double serves its account; another process reads and maps all of it, then one more
does with three thousand rows more. What Python held at most (34 MB of it libraries) is compared:
up to five thousand rows of a table wait to be packed, so both sizes are beyond that. What may grow
is what is joined by customer, and of tickets, calls and answers their ids. Arrow's packed tables
are not counted.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import sys
import time
import tracemalloc
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the pretended vendors are among the tests

FEW, MANY, PAGE = 5_500, 8_500, 300
MOST_BYTES = 1_500  # a row
MOST_OF_CUSTOMERS = 6_000  # a customer with its deals and their terms, where the CRM has them
OF_CUSTOMERS = frozenset({"hubspot"})
FORK = multiprocessing.get_context("fork")  # the vendor answers from the process it began in


@dataclass(frozen=True)
class Took:
    """What reading so many rows took: bytes at the peak, and seconds of this process."""

    peak: int
    busy_s: float


def _read(case: Any, vendor: Any, said: Connection) -> None:  # noqa: ANN401 - a case and its double
    from tests.connectors.conformance.company import company_in  # noqa: PLC0415 - see above

    with TemporaryDirectory() as folder, company_in(Path(folder, "here"), case, vendor) as company:
        now = case.now(vendor)
        gc.collect()
        tracemalloc.start()
        busy = time.process_time()
        company.connector.extract(company.settings, company.around(now))
        said.send(Took(tracemalloc.get_traced_memory()[1], time.process_time() - busy))


def taken(case: Any, vendor: Any) -> Took:  # noqa: ANN401 - as above
    """Return what reading the vendor takes in a process of its own."""
    heard, said = FORK.Pipe(duplex=False)
    reader = FORK.Process(target=_read, args=(case, vendor, said))
    reader.start()
    said.close()
    took: Took = heard.recv()
    reader.join()
    return took


def measured(case: Any, few: int, many: int) -> tuple[Took, Took]:  # noqa: ANN401 - as above
    """Return what few rows took, and what many did."""
    found = []
    with case.open() as vendor:
        for name in {"page", "scroll_page"} & vars(vendor).keys():
            setattr(vendor, name, PAGE)
        there = 0
        for rows in (few, many):
            for _ in range(rows - there):
                case.add(vendor)
            there = rows
            case.wait(vendor, 30)
            found.append(taken(case, vendor))
    return found[0], found[1]


def main() -> int:
    """Print a line for each vendor; 1 if a row more takes more than it may."""
    from tests.connectors.conformance.company import CASES  # noqa: PLC0415 - see above

    words = argparse.ArgumentParser()
    words.add_argument("vendors", nargs="*", default=sorted(CASES))
    words.add_argument("--few", type=int, default=FEW)
    words.add_argument("--many", type=int, default=MANY)
    asked = words.parse_args()
    failed = []
    sys.stdout.write(f"rows {asked.few:,} -> {asked.many:,}; memory at the peak\n")
    for key in asked.vendors:
        few, many = measured(CASES[key], asked.few, asked.many)
        growth = (many.peak - few.peak) / (asked.many - asked.few)
        most = MOST_OF_CUSTOMERS if key in OF_CUSTOMERS else MOST_BYTES
        if growth > most:
            failed.append(key)
        peaks = f"{few.peak / 1e6:5.1f} -> {many.peak / 1e6:5.1f} MB"
        limit = f"(at most {most:,})"
        times = f"time x{many.busy_s / few.busy_s:.2f}"
        sys.stdout.write(f"{key:11} {peaks}  {growth:6.0f} bytes a row {limit}  {times}\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
