"""APIs are read side by side, by hand and on Prefect, and all end where one does."""

from __future__ import annotations

import os
from threading import Barrier

import pytest

from flows.reading import read_all
from flows.steps import by_hand
from flows.sync import bring_in, sync
from flows.workspace import Workspace, opened
from tests.doubles.zendesk import EMAIL, Zendesk

SOURCE = """\
  - {{name: {name}, kind: zendesk, base_url: "{base_url}", email: {email}, token: "{token}",
      exports_per_minute: 60000, requests_per_minute: 600000, customers: true}}
"""
CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
{sources}  - {{name: exports, kind: files, path: ./exports}}
audiences:
  - {{name: board, digest: week, to: ["file:board"]}}
"""
PATIENCE_S = 60  # of a desk that waits for the other one to be asked, too


@pytest.fixture
def desks():
    """Two accounts, neither of which answers before the other one is asked, too."""
    both = Barrier(2, timeout=PATIENCE_S)
    with Zendesk() as one, Zendesk() as other:
        for desk in (one, other):
            desk.account.add_organization(id=5, name="Acme", external_id="C01")
            desk.account.add_user(id=7, organization_id=5)
            desk.account.add_ticket(7)
            desk.account.pass_time(hours=1)
            desk.at("answered", "tickets", lambda _asked: both.wait())
        yield {"east": one, "west": other}


@pytest.fixture
def config(desks, tmp_path):
    (tmp_path / "exports").mkdir()
    for table in ("calls", "tickets"):
        (tmp_path / "exports" / f"{table}.csv").touch()
    sources = "".join(
        SOURCE.format(name=name, base_url=desk.base_url, email=EMAIL, token=desk.token)
        for name, desk in desks.items()
    )
    path = tmp_path / "keepwell.yaml"
    path.write_text(CONFIG.format(sources=sources), encoding="utf-8")
    return path


@pytest.fixture
def workspace(config):
    with opened(config, os.environ) as found:
        yield found


def now(desks):
    return max(desk.account.now for desk in desks.values())


def tickets(loads):
    return [
        (load.source, load.tables["tickets"].rows.num_rows)
        for load in loads
        if "tickets" in load.tables
    ]


def test_apis_are_read_side_by_side_and_told_in_the_order_of_the_configuration(desks, workspace):
    synced = bring_in(by_hand(), workspace, now=now(desks))
    assert synced.problems == ()
    assert [load.source for load in synced.loads] == ["east", "west", "exports"]
    assert tickets(synced.loads)[:2] == [("east", 1), ("west", 1)]


def test_an_empty_table_is_told_where_nobody_else_has_rows_of_it(desks, workspace):
    synced = bring_in(by_hand(), workspace, now=now(desks))
    assert [note for note in synced.notes if "has no rows" in note] == [
        "exports: calls has no rows."  # not its tickets: the desks have some
    ]


@pytest.mark.integration
@pytest.mark.xdist_group("prefect")
def test_prefect_reads_them_side_by_side_too(server, desks, config):
    state = sync(config=str(config), now=now(desks), return_state=True)
    assert state.message == "3 sources had news."


def test_where_one_ends_the_others_end_with_their_page_and_go_on_the_next_time(desks, workspace):
    def show(doing: str) -> None:
        if doing == "read exports":
            raise KeyboardInterrupt

    sources = workspace.settings.sources
    with pytest.raises(KeyboardInterrupt):
        read_all(by_hand(show), workspace, sources, now(desks))
    for desk in desks.values():
        desk.account.pass_time(minutes=5)
    assert tickets(read(desks, workspace))[:2] == [("east", 1), ("west", 1)]


def read(desks, workspace: Workspace):
    return read_all(by_hand(), workspace, workspace.settings.sources, now(desks))
