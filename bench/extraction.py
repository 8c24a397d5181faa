"""How fast and in how much memory are 100,000 tickets landed from a vendor that stumbles?

The vendor is a process of its own. Once it answers as fast as it can, with some 429, 500, 503 and
cut-off answers in between; once it allows so many calls a second and no more. Rows a second differ
from machine to machine; the ratios to a plain loop over the same pages, and to the vendor's own
limit, travel.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the pretended vendor is among the tests

TICKETS, PAGE = 100_000, 1_000
ROWS_S, MOST_MB, OF_THE_LIMIT = 10_000, 100, 0.90
PACED_CALLS, PACED_S = 10, 2.0  # at most so many calls in so many seconds
WORDS = "the invoice of last month shows a plan that we never had "


def vendor(calls: int) -> None:
    """Serve tickets until standard input ends; print the address first."""
    from tests.doubles.faults import cut_json, half_a_gzip, instead  # noqa: PLC0415 - see above
    from tests.doubles.limits import Limit  # noqa: PLC0415 - as above
    from tests.doubles.web import Reply, Web, route  # noqa: PLC0415 - as above

    class Desk(Web):
        @route("GET", "/tickets")
        def tickets(self, asked: Any) -> Reply:  # noqa: ANN401 - a double
            start = int(asked.query.get("cursor", 0))
            return Reply(body=pages[start // PAGE])

    pages = [_page(start) for start in range(0, TICKETS, PAGE)]
    with Desk() as desk:
        if calls:
            desk.limits.append(Limit(calls, PACED_S))
        else:
            for number, fault in enumerate((instead(500), cut_json, instead(503), half_a_gzip)):
                desk.order("tickets", fault, skip=5 + 5 * number)
            desk.order("tickets", instead(429, Retry_After="0"), times=2, skip=20)
        sys.stdout.write(f"{desk.base_url}\n")
        sys.stdout.flush()
        sys.stdin.read()


def _page(start: int) -> bytes:
    rows = [
        {
            "id": number,
            "subject": f"Ticket {number}: {WORDS}",
            "description": WORDS * 8,
            "status": "solved",
            "updated_at": f"2026-11-01T{number:09d}",
            "tags": ["billing", "vip", f"t{number % 97}"],
            "metric_set": {"reopens": number % 3, "reply_time_in_minutes": {"calendar": number}},
        }
        for number in range(start, start + PAGE)
    ]
    end = start + PAGE
    return json.dumps({"tickets": rows, "after": str(end), "end": end >= TICKETS}).encode()


def client(base_url: str, folder: Path, calls: int) -> None:
    """Land everything and print what it took."""
    from pydantic import SecretStr  # noqa: PLC0415 - counted as ours

    from tasks.connectors.auth import bearer  # noqa: PLC0415 - as above
    from tasks.connectors.base import Surroundings  # noqa: PLC0415 - as above
    from tasks.connectors.http import Api, Rate, Session  # noqa: PLC0415 - as above
    from tasks.connectors.landing import land  # noqa: PLC0415 - as above
    from tasks.connectors.latest import latest  # noqa: PLC0415 - as above
    from tasks.store import open_store  # noqa: PLC0415 - as above
    from tests.connectors.layer.desk import stream  # noqa: PLC0415 - as above

    rate = Rate(calls, PACED_S) if calls else Rate(10_000, 1.0)
    api = Api("bench", base_url, bearer(SecretStr("secret")), {"": rate})
    with open_store(f"sqlite:///{folder}/keepwell.db") as store, Session(api) as session:
        around = Surroundings(folder, "UTC", store, folder / "raw", datetime.now(UTC))
        began, busy = time.perf_counter(), time.process_time()
        (report,) = land("bench", [stream()], session, around)
        landed, busy = time.perf_counter() - began, time.process_time() - busy
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        began = time.perf_counter()
        rows = sum(1 for _ in latest("bench", stream(), around))
        read = time.perf_counter() - began
    said = {"landed_s": landed, "peak_mb": peak, "read_s": read, "rows": rows}
    said |= {"busy_s": busy, "calls": session.calls, "problem": str(report.problem or "")}
    sys.stdout.write(json.dumps(said))


def plain_loop(base_url: str) -> float:
    """Return how long it takes to get and parse the same pages, and do nothing with them."""
    import httpx  # noqa: PLC0415 - counted as the loop's

    began, cursor, end = time.perf_counter(), "0", False
    with httpx.Client() as plain:
        while not end:
            answer = plain.get(f"{base_url}/tickets", params={"cursor": cursor})
            if answer.status_code == 200:  # noqa: PLR2004 - OK
                try:
                    said = answer.json()
                except ValueError:
                    continue
                cursor, end = said["after"], said["end"]
    return time.perf_counter() - began


@dataclass(frozen=True)
class Result:
    """What one run took."""

    name: str
    said: Mapping[str, Any]
    loop_s: float

    @property
    def rows_s(self) -> float:
        """Rows landed a second."""
        return float(self.said["rows"] / self.said["landed_s"])


def measured(name: str, calls: int) -> Result:
    """Return one run against a new vendor."""
    me = [sys.executable, str(Path(__file__).resolve())]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [*me, "--serve", str(calls)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as desk,
    ):
        address = desk.stdout.readline().strip() if desk.stdout else ""
        command = [*me, "--land", address, folder, str(calls)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        loop_s = 0.0 if calls else plain_loop(address)
        if desk.stdin:
            desk.stdin.close()
    return Result(name, json.loads(ended.stdout), loop_s)


def main() -> None:
    """Print the figures, and exit with 1 when one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=int)
    parser.add_argument("--land", nargs=3)
    chosen = parser.parse_args()
    if chosen.serve is not None:
        vendor(chosen.serve)
    elif chosen.land:
        client(chosen.land[0], Path(chosen.land[1]), int(chosen.land[2]))
    else:
        raise SystemExit(1 if told() else 0)


def told() -> list[str]:
    """Run both, print what they took, and return what is beyond its limit."""
    quick, paced = measured("stumbling vendor", 0), measured("limited vendor", PACED_CALLS)
    said = quick.said
    least_s = (TICKETS / PAGE / PACED_CALLS - 1) * PACED_S  # the last stretch need not end
    share = least_s / paced.said["landed_s"]
    print(
        f"landed   {quick.rows_s:10,.0f} rows/s   {said['landed_s'] / quick.loop_s:5.1f} x a plain "
        f"loop   {said['calls']} calls for {TICKETS // PAGE} pages   limit {ROWS_S:,} rows/s"
    )
    print(
        f"busy     {said['rows'] / said['busy_s']:10,.0f} rows a second of our own processor time"
    )
    print(f"memory   {said['peak_mb']:10,.0f} MB at most   limit {MOST_MB} MB")
    print(f"read     {said['rows'] / said['read_s']:10,.0f} rows/s, the newest of each key")
    print(
        f"paced    {share:10.0%} of what it allows ({PACED_CALLS} calls in {PACED_S:g} s)   "
        f"{paced.said['calls']} calls   limit {OF_THE_LIMIT:.0%}"
    )
    checks = {
        "rows": said["rows"] == paced.said["rows"] == TICKETS,
        "speed": quick.rows_s >= ROWS_S,
        "memory": said["peak_mb"] <= MOST_MB,
        "pace": share >= OF_THE_LIMIT,
    }
    late = [name for name, is_met in checks.items() if not is_met]
    if late:
        print(f"over the limit: {', '.join(late)}")
    return late


if __name__ == "__main__":
    main()
