"""Gmail, Outlook and Apple Mail show every mail: what one lacks is listed with the reason."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.clients.allowed import LOST, PARTLY
from tests.messages.standard import MESSAGES

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("clients")]

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".venv" / "clients" / "node_modules"  # by .ci/peers
CLIENTS = (
    *("gmail.desktop-webmail", "gmail.ios", "gmail.android"),
    *("outlook.windows", "outlook.outlook-com", "outlook.macos", "outlook.ios", "outlook.android"),
    *("apple-mail.macos", "apple-mail.ios"),
)
FOUND = re.compile(r"`(?P<feature>.+)` is .+ by `(?P<client>[a-z.-]+)`")


@pytest.fixture(scope="module")
def findings():
    if not INSTALLED.is_dir():
        pytest.fail("the support tables are not installed: run .ci/peers once")
    mails = json.dumps({name: made().html for name, made in MESSAGES.items()})
    command = ["node", HERE / "support.mjs", INSTALLED, *CLIENTS]
    said = subprocess.run(command, input=mails, capture_output=True, text=True, check=True)
    return {name: _sorted(each) for name, each in json.loads(said.stdout).items()}


def _sorted(each):
    return {
        kind: {FOUND.fullmatch(said).group("feature", "client") for said in each[kind]}
        for kind in ("errors", "warnings")
    }


def _unexplained(found, allowed):
    return {
        (feature, client)
        for feature, client in found
        if feature not in allowed or not allowed[feature].covers(client)
    }


@pytest.mark.parametrize("name", MESSAGES)
def test_no_client_lacks_what_a_mail_needs(findings, name):
    assert _unexplained(findings[name]["errors"], LOST) == set()


@pytest.mark.parametrize("name", MESSAGES)
def test_what_a_client_shows_in_part_is_explained(findings, name):
    assert _unexplained(findings[name]["warnings"], PARTLY) == set()


@pytest.mark.parametrize(("kind", "allowed"), [("errors", LOST), ("warnings", PARTLY)])
def test_nothing_is_allowed_that_no_mail_needs(findings, kind, allowed):
    seen = {pair for each in findings.values() for pair in each[kind]}
    for feature, entry in allowed.items():
        for pattern in entry.clients:
            one = type(entry)((pattern,), entry.why)
            assert any(feature == named and one.covers(client) for named, client in seen), feature


def test_the_tables_know_what_word_cannot_draw():
    bad = json.dumps({"bad": '<p style="display:flex">x</p>'})
    command = ["node", HERE / "support.mjs", INSTALLED, "outlook.windows"]
    said = subprocess.run(command, input=bad, capture_output=True, text=True, check=True)
    assert "`display:flex` is not supported by `outlook.windows`" in said.stdout
