"""Secrets of every kind are planted, and then looked for in everything that was written or said."""

from __future__ import annotations

import gzip
import logging
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

from flows.digest import digest
from flows.heartbeat import beat
from flows.onserver import delete_artifacts
from flows.sync import sync
from flows.workspace import opened, settings_at
from tasks.store import Outcome
from tests.flows.parrot import parrot
from tests.flows.small import CUSTOMERS, NOW, VERSIONS

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("prefect")]
ROOT = Path(__file__).parents[2]
SECRETS = {
    "token": "pat-planted-token-3141592653",
    "bot": "xoxb-planted-bot-2718281828",
    "hook": "PlantedHookOfSixteen",
    "ping": "planted-ping-1618033988",
    "mail": "planted mail&password",
    "store": "planted/store:password",
}
CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: exports, kind: files, path: ./exports}}
  - {{name: crm, kind: hubspot, token: "${{CRM_TOKEN}}", base_url: "{here}"}}
segments: [plan]
audiences:
  - {{name: board, digest: week, to: ["slack:#board", "slack_webhook:hook"]}}
operators: {{to: ["slack:#ops"], heartbeat_url: "{here}/ping/${{PING}}"}}
channels:
  slack: {{token: "${{block:planted-bot}}", base_url: "{here}/api/"}}
  slack_webhook: {{urls: {{hook: "{here}/services/T0/B0/${{HOOK}}"}}}}
  email: {{host: 127.0.0.1, port: {port}, username: kpi, password: "${{MAIL}}", tls: starttls,
    from: "Keepwell <kpi@acme.example>"}}
"""


@pytest.fixture
def planted(server: None, tmp_path: Path, monkeypatch) -> Iterator[tuple[Path, list[str]]]:
    """A company whose peers repeat all they are told, with secrets from each place."""
    Secret(value=SECRETS["bot"]).save("planted-bot", overwrite=True)
    (tmp_path / "token").write_text(SECRETS["token"])
    monkeypatch.setenv("CRM_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("PING", SECRETS["ping"])
    monkeypatch.setenv("HOOK", SECRETS["hook"])
    monkeypatch.setenv("MAIL", SECRETS["mail"])
    company = tmp_path / "company"
    (company / "exports").mkdir(parents=True)
    (company / "exports/customers.csv").write_text(CUSTOMERS)
    (company / "exports/subscription_versions.csv").write_text(VERSIONS)
    with parrot() as (here, heard):
        port = here.rpartition(":")[2]
        (company / "keepwell.yaml").write_text(CONFIG.format(here=here, port=port))
        yield company, heard


@flow
def indiscreet(config: str) -> None:
    """Log what must not be logged, with the error it stands in."""
    settings_at(Path(config), os.environ)
    try:
        int(SECRETS["token"])
    except ValueError:
        get_run_logger().exception("the token is %s", SECRETS["token"])


@flow
def leaving(names: list[str]) -> None:
    """Leave an artifact about each."""
    for name in names:
        create_markdown_artifact(f"{name} left", key=f"digest-{name.lower()}")


def test_no_secret_is_anywhere_in_what_was_written_or_said(planted, caplog, capfd):
    company, heard = planted
    caplog.set_level(logging.DEBUG)
    config, now = str(company / "keepwell.yaml"), datetime.fromisoformat(NOW)
    sync(config=config, now=now, return_state=True)
    digest(config=config, now=now, return_state=True)
    indiscreet(config)
    with opened(Path(config), os.environ) as workspace:
        beat(workspace.settings, Outcome.DONE, now)
    said = " ".join(heard)
    assert all(SECRETS[name] in said for name in ("token", "bot", "hook", "ping")), "all were used"
    out = capfd.readouterr()
    told = f"{caplog.text} {out.out} {out.err}".encode()
    everything = {"what was said": told, **written(company), "Prefect": prefect_database()}
    assert found_in(everything) == {}
    assert b"the token is ***" in told


def test_check_tells_where_each_value_came_from(planted):
    company, _ = planted
    told = [str(one) for one in settings_at(company / "keepwell.yaml", os.environ).filled_in]
    assert [re.sub(r"the file \S+", "the file", one).partition(": ")[2] for one in told] == [
        "CRM_TOKEN from the file (CRM_TOKEN_FILE)",
        "PING from the environment",
        "PLANTED_BOT from the Prefect block 'planted-bot'",
        "HOOK from the environment",
        "MAIL from the environment",
    ]


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_password_in_the_address_of_the_store_is_in_no_error_or_traceback(tmp_path, debug):
    address = "postgresql://kpi:planted%2Fstore%3Apassword@127.0.0.1:1/nothing"
    (tmp_path / "keepwell.yaml").write_text(
        "company: {name: Tiny, timezone: America/New_York, currency: USD}\n"
        f'store: "{address}"\nsources: [{{name: exports, kind: files, path: .}}]\n'
    )
    program = [Path(sys.executable).parent / "keepwell", *debug, "status"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0
    assert b"The store did not answer" in done.stderr
    assert found_in({"what was said": done.stdout + done.stderr}) == {}


def test_artifacts_that_hold_a_customer_are_deleted_on_the_server(server):
    leaving(["Zyxel", "Bolt"])
    count, _ = delete_artifacts(lambda value: "Zyxel" in str(value))
    assert count == 1
    with get_client(sync_client=True) as client:
        kept = [str(one.data) for one in client.read_artifacts()]
    assert "Bolt left" in kept
    assert "Zyxel left" not in kept


def written(folder: Path) -> dict[str, bytes]:
    """The content of every file, unpacked as far as can be, but for the configuration."""
    return {
        str(path.relative_to(folder)): unpacked(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "keepwell.yaml"
    }


def unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(raw)
    return raw + b" ".join(cells(path)) if path.suffix == ".db" else raw


def prefect_database() -> bytes:
    path = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).partition(":///")[2])
    return b" ".join(cells(path))


def cells(path: Path) -> list[bytes]:
    with closing(sqlite3.connect(path)) as connection:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(asked)]
        rows = [row for name in names for row in connection.execute(f'SELECT * FROM "{name}"')]
    return [plain(cell) for row in rows for cell in row if cell is not None]


def plain(cell: object) -> bytes:
    if not isinstance(cell, bytes):
        return str(cell).encode()
    try:
        return zlib.decompress(cell)
    except zlib.error:
        return cell


def found_in(everything: dict[str, bytes]) -> dict[str, list[str]]:
    """By secret, where it was found, in plain or in Base64."""
    forms = {
        name: (secret.encode(), b64encode(secret.encode())) for name, secret in SECRETS.items()
    }
    return {
        name: places
        for name, some in forms.items()
        if (places := [at for at, text in everything.items() if any(one in text for one in some)])
    }
