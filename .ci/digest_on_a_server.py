"""The sample's flows run on a real Prefect server; the digest arrives in a mailbox and in Slack.

The mail server speaks SMTP with STARTTLS and a login, Slack is our stateful double over HTTP.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from flows.local_server import Server, local_server
from tasks.sample import CONFIGURATION, Company, write_company
from tests.flows.peers import Peers, peers

ENDS = {
    "sync": "Completed",
    "measure": "Completed",
    "watch": "AlertsFound",
    "digest": "Completed",
    "outbox": "NothingWaits",
}
TO = '"email:ana@acme.example", "slack:#weekly", "file:leadership"'
SAYS = "5 of 61 customers in Starter/EMEA left"
ARTIFACTS = {
    *("loaded", "measured-week", "alerts", "digest-week", "scorecard-week", "chart-week-1"),
    *("report-sync", "report-watch", "report-digest"),
}


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


def end_of(run: dict[str, object]) -> str:
    """Return the word a run's message begins with, or else the name of its state."""
    message = str(run["state"]["message"])  # type: ignore[index]
    word, colon, _ = message.partition(":")
    return word if colon and word.isalpha() else str(run["state_name"])


def arrived(there: Peers) -> str:
    """Return what arrived, in words; exit with a sentence where it is not each message once."""
    mails = [mail.mail for mail in there.mail.delivered("ana@acme.example")]
    parts = there.slack.visible()
    said = [str(mail.get_body(("plain",)).get_content()) for mail in mails]
    said += [str(one.blocks) for one in there.slack.messages("#weekly")]
    is_once = len(mails) == 1 and set(parts.values()) == {1}
    if not is_once or not all(SAYS in one for one in said):
        raise SystemExit(f"{len(mails)} mails and {dict(parts)} arrived, not each once")
    return f"1 mail in the mailbox, 1 message and {len(parts) - 1} replies in Slack"


def main() -> None:
    """Exit with a sentence where something is not as it should be."""
    with (
        TemporaryDirectory() as folder,
        peers() as there,
        local_server(os.environ) as server,
    ):
        print(f"server up at {server.url}")
        company = write_company(Path(folder))
        sample = CONFIGURATION.read_text("utf-8")
        there.configure(company.configuration, TO, company=sample)
        run(server, company)
        names = {flow["id"]: flow["name"] for flow in asked(server, "flows")}
        ends = {str(names[one["flow_id"]]): end_of(one) for one in asked(server, "flow_runs")}
        runs = len(asked(server, "task_runs"))
        keys = {one["key"] for one in asked(server, "artifacts")}
        reached = arrived(there)
    if ends != ENDS:
        raise SystemExit(f"the flows ended as {ends}, not as {ENDS}")
    if missing := ARTIFACTS - keys:
        raise SystemExit(f"these artifacts are not there: {sorted(missing)}")
    print(f"{len(ends)} flows completed in {runs} task runs; artifacts: {sorted(map(str, keys))}")
    print(reached)


if __name__ == "__main__":
    main()
