"""The sample's flows run on a real Prefect server, and the server has what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from flows.local_server import Server, local_server
from tasks.sample import Company, write_company

ENDS = {
    "sync": "Completed",
    "measure": "Completed",
    "watch": "AlertsFound",
    "digest": "Completed",
    "outbox": "NothingWaits",
}
ARTIFACTS = {"loaded", "scorecard", "alerts", "digest-week", "scorecard-week", "chart-1"}


def asked(server: Server, what: str) -> list[dict[str, object]]:
    """Return what the server knows of flow runs, flows or artifacts."""
    answer = httpx.post(f"{server.api}/{what}/filter", json={"limit": 200}, timeout=30)
    answer.raise_for_status()
    found: list[dict[str, object]] = answer.json()
    return found


def run(server: Server, company: Company) -> None:
    """Run the flows in a process of their own, as a worker would."""
    subprocess.run(
        [
            *(sys.executable, "-m", "flows.serving", "run"),
            *("--config", str(company.configuration)),
            *("--now", company.now.isoformat(), "--period", company.last_week),
        ],
        env={**os.environ, **server.environment},
        stdin=subprocess.DEVNULL,
        check=True,
    )


def main() -> None:
    """Exit with a sentence where something is not as it should be."""
    with TemporaryDirectory() as folder, local_server(os.environ) as server:
        print(f"server up at {server.url}")
        run(server, write_company(Path(folder)))
        names = {flow["id"]: flow["name"] for flow in asked(server, "flows")}
        ends = {names[one["flow_id"]]: one["state_name"] for one in asked(server, "flow_runs")}
        runs = len(asked(server, "task_runs"))
        keys = {one["key"] for one in asked(server, "artifacts")}
    if ends != ENDS:
        raise SystemExit(f"the flows ended as {ends}, not as {ENDS}")
    if missing := ARTIFACTS - keys:
        raise SystemExit(f"these artifacts are not there: {sorted(missing)}")
    print(f"{len(ends)} flows completed in {runs} task runs; artifacts: {sorted(map(str, keys))}")


if __name__ == "__main__":
    main()
