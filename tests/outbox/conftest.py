"""An outbox with a destination that can be told what to do."""

from __future__ import annotations

import pytest

from tasks.catalog import CHANNELS
from tasks.config import load_settings
from tasks.store import open_store
from tests.outbox.drill import Destination
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

CONFIG = """\
company: {name: Acme, timezone: UTC, currency: USD}
store: "sqlite:///keepwell.db"
sources: [{name: exports, kind: files, path: .}]
channels: {drill: {}, file: {path: ./out}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path}/keepwell.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def destination(monkeypatch):
    made = Destination()
    # registered for this test only: the conformance suites look at real channels
    monkeypatch.setitem(CHANNELS._entries, "drill", made.channel())
    return made


@pytest.fixture
def settings(tmp_path, destination):
    import tasks.channels
    import tasks.connectors  # noqa: F401 - both register what the configuration names

    path = tmp_path / "keepwell.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return load_settings(path, {})
