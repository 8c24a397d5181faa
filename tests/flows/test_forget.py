"""A customer who was forgotten is nowhere, stays away, and no figure of the past is another."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.forget import go_on_forgetting
from flows.workspace import opened
from tasks.store import deeds, read, record
from tasks.store.actions import Action, add_action
from tests.flows.forgotten import COMMENT, EMAIL, HELD, ID, NAME, TICKETS, furnish, traces

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def synced(company: Path, keepwell):
    """A company with facts, and an action, both about it."""
    furnish(company)
    keepwell("sync")
    with opened(company / "keepwell.yaml", {}) as workspace:
        action = Action(f"call {NAME}", "nrr", NOW.date(), note=f"{EMAIL} is angry: {COMMENT}")
        add_action(workspace.store, action, who="ana", now=NOW)
    return company


@pytest.fixture
def written(synced, keepwell):
    """The same with values, a digest that was sent, and a preview."""
    keepwell("measure")
    code, _, err = keepwell("digest", "--grain", "week", "--send")
    assert code in {0, 4}, err
    keepwell("digest", "--grain", "week", "--preview")
    return synced


def values(folder: Path) -> set[tuple[object, ...]]:
    with opened(folder / "keepwell.yaml", {}) as workspace:
        return {
            (one.kpi, one.variant, one.grain, one.period, one.segment_dimension, one.value, one.n)
            for one in read(workspace.store)
        }


def test_everything_kept_about_it_is_gone_and_a_sync_does_not_bring_it_back(written, keepwell):
    before = traces(written)
    assert set(before) == set(HELD), "what is looked for was there"
    figures = values(written)
    code, out, err = keepwell("forget", NAME, "--yes")
    assert (code, traces(written)) == (0, {}), err
    assert "Forgotten; its figures stand under forgotten-" in out
    assert "Backups made before now still hold the customer" in out
    assert values(written) == figures
    tickets = written / "exports" / "tickets.csv"
    tickets.write_text(TICKETS.replace("We at", "Again we at"), encoding="utf-8")
    assert keepwell("sync")[0] == 0
    assert keepwell("measure")[0] == 0
    assert traces(written) == {}
    assert values(written) == figures


def test_it_can_be_meant_by_its_id_and_asks_before_it_does_anything(synced, keepwell):
    code, out, _ = keepwell("forget", ID, "--dry-run")
    assert code == 0
    assert out == (
        f"{NAME} ({ID}): would look for 1 ids, 1 names, 1 addresses, 3 texts they wrote. "
        "Nothing was changed.\n"
    )
    code, _, err = keepwell("forget", ID)
    assert code == 2
    assert "would be forgotten for good. Say --yes" in err
    assert set(traces(synced)) >= {NAME, ID, EMAIL, COMMENT}


def test_a_name_that_could_be_several_is_asked_about(synced, keepwell):
    code, _, err = keepwell("forget", "Customer", "--yes")
    assert code == 2
    assert "'Customer' may be several customers: Customer 1 (c1), Customer 2 (c2)" in err
    code, _, err = keepwell("forget", "Zyxell", "--yes")
    assert code == 2
    assert "unknown customer 'Zyxell'" in err


def test_twice_is_once(synced, keepwell):
    first = json.loads(keepwell("forget", ID, "--yes", "--json")[1])
    again = json.loads(keepwell("forget", ID, "--yes", "--json")[1])
    assert again[0]["pseudonym"] == first[0]["pseudonym"]
    assert again[0]["cleared"] == {}


def test_it_is_told_in_the_audit_log_without_a_name(synced, keepwell):
    keepwell("forget", ID, "--yes")
    with opened(synced / "keepwell.yaml", {}) as workspace:
        kinds = [deed.what for deed in deeds(workspace.store)]
    assert kinds[-1] == "forgot"
    assert "acted" in kinds
    _, out, _ = keepwell("audit", "--what", "forgot")
    assert "forgotten-" in out
    assert ID not in out


def test_nothing_half_done_is_nothing_to_do(synced, keepwell):
    assert keepwell("forget")[1] == "Nothing was left half done.\n"
    with opened(synced / "keepwell.yaml", {}) as workspace:
        assert go_on_forgetting(workspace, now=NOW) == ()


def test_values_of_the_customer_alone_stand_under_the_other_name(synced, keepwell):
    keepwell("measure", "--grain", "month", "--from", "2026-02", "--to", "2026-02")
    alone = {"segment_dimension": "customer", "segment": ID}
    with opened(synced / "keepwell.yaml", {}) as workspace:
        found = next(one for one in read(workspace.store) if one.value is not None)
        february, january = replace(found, **alone), replace(found, period="2026-01", **alone)
        record(workspace.store, [february], recorded_at=NOW)
        assert [one.period for one in alone_of(workspace, ID)] == ["2026-02"]
        keepwell("forget", ID, "--yes")
        assert alone_of(workspace, ID) == []
        record(workspace.store, [february, january], recorded_at=NOW)  # by one who had not heard
        keepwell("forget", ID, "--yes")
        assert alone_of(workspace, ID) == []
        moved = alone_of(workspace, "forgotten-")
        assert {(one.period, one.value, one.revision) for one in moved} == {
            ("2026-01", found.value, 1),
            ("2026-02", found.value, 1),
        }


def alone_of(workspace, segment):
    return [one for one in read(workspace.store) if one.segment.startswith(segment)]


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_killed_half_way_it_is_ended_by_the_next_call(synced, keepwell, share, tmp_path_factory):
    rehearsal = tmp_path_factory.mktemp("rehearsal") / "company"
    shutil.copytree(synced, rehearsal)
    code, said = forgetful(rehearsal, 0)
    assert code == 0
    code, _ = forgetful(synced, max(1, round(int(said) * share)))
    assert code == -signal.SIGKILL
    code, out, err = keepwell("forget")
    assert code == 0, err
    assert ("Forgotten" in out) or share > 0.9
    code, _, err = keepwell("forget")
    assert traces(synced) == {}
    assert keepwell("sync")[0] == 0
    assert traces(synced) == {}


def forgetful(folder: Path, last: int) -> tuple[int, str]:
    program = [sys.executable, "-m", "tests.flows.forgetful", str(folder), ID, str(last)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode, done.stdout
