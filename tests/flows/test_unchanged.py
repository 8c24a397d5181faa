"""A sync of an API that brings nothing leaves the load as it is, and the source is not late for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.datanotes import freshness
from flows.ledger import basis_print
from flows.reaching import spans_of
from flows.steps import by_hand
from flows.sync import bring_in
from flows.workspace import Workspace, settings_at
from tasks.model import Grain
from tasks.store import current_files, current_loads, open_store
from tests.doubles.zendesk import EMAIL, Zendesk

CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
sources:
  - {{name: desk, kind: zendesk, base_url: "{base_url}", email: {email}, token: "{token}",
      exports_per_minute: 60000, requests_per_minute: 600000, customers: true}}
audiences:
  - {{name: board, digest: week, to: ["file:board"]}}
"""


@pytest.fixture
def desk():
    with Zendesk() as zendesk:
        account = zendesk.account
        account.add_organization(id=5, name="Acme", external_id="C01")
        account.add_user(id=7, organization_id=5)
        for _ in range(3):
            account.add_ticket(7)
            account.pass_time(hours=1)
        yield zendesk


@pytest.fixture
def workspace(desk, tmp_path):
    config = tmp_path / "keepwell.yaml"
    written = CONFIG.format(base_url=desk.base_url, email=EMAIL, token=desk.token)
    config.write_text(written, encoding="utf-8")
    settings = settings_at(config, {})
    with open_store(settings.store_url) as store:
        yield Workspace(settings, store)


def sync(workspace, desk):
    return bring_in(by_hand(), workspace, now=desk.account.now)


def load_of(workspace):
    (load,) = current_loads(workspace.store)
    return load


def test_a_sync_without_news_leaves_the_load_and_its_files_as_they_are(workspace, desk):
    sync(workspace, desk)
    first, files = load_of(workspace), current_files(workspace.store)
    facts = basis_print(workspace)["facts"]
    for _ in range(2):
        desk.account.pass_time(hours=1)
        sync(workspace, desk)
    again = load_of(workspace)
    assert (again.id, current_files(workspace.store)) == (first.id, files)
    assert basis_print(workspace)["facts"] == facts
    assert again.loaded_at == desk.account.now
    assert len(list(workspace.settings.lake_path.rglob("*.parquet"))) == len(files)


def test_a_source_without_news_is_known_until_it_was_asked_and_not_late(workspace, desk):
    sync(workspace, desk)
    desk.account.pass_time(days=21)  # a silence as there never was
    calendar = workspace.settings.calendar
    week = calendar.last_complete(Grain.WEEK, desk.account.now)
    (before,) = freshness(workspace, week)
    assert before.is_late
    sync(workspace, desk)
    (after,) = freshness(workspace, week)
    assert not after.is_late
    known = spans_of(workspace, current_files(workspace.store))
    assert known["tickets"].until == desk.account.now - timedelta(minutes=1)


@pytest.mark.parametrize("what", ["a row", "a change", "a delete"])
def test_news_of_any_kind_take_the_loads_place(workspace, desk, what):
    sync(workspace, desk)
    first = load_of(workspace)
    account = desk.account
    if what == "a row":
        account.add_ticket(7)
    elif what == "a change":
        account.change_ticket(next(iter(account.tickets)), subject="Renamed")
    else:
        account.delete_ticket(next(iter(account.tickets)))
    account.pass_time(hours=1)
    sync(workspace, desk)
    assert load_of(workspace).id != first.id


def test_a_row_that_comes_again_as_it_was_is_no_news(workspace, desk):
    sync(workspace, desk)
    first = load_of(workspace)
    desk.account.touch(next(iter(desk.account.tickets)))
    desk.account.pass_time(hours=1)
    sync(workspace, desk)
    assert load_of(workspace).id == first.id


def test_a_vendor_that_gives_nothing_leaves_the_load_and_moves_nothing_on(workspace, desk):
    sync(workspace, desk)
    first = load_of(workspace)
    desk.account.pass_time(hours=1)
    good, desk.token = desk.token, "another"
    synced = sync(workspace, desk)
    assert synced.problems
    assert load_of(workspace) == first
    desk.token = good
    sync(workspace, desk)
    assert load_of(workspace).loaded_at == desk.account.now
