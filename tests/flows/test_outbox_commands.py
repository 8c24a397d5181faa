"""The outbox by hand: what has not arrived is listed, retried and cancelled, and nobody gets it twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flows.entries import Clock, as_table
from flows.workspace import opened
from tasks.store import Outgoing, Problem, State, entries, put
from tasks.store.leases import Claim, Settlement, claim, settle
from tests.channels.messages import NOW as THEN
from tests.channels.messages import WEEKLY
from tests.flows.small import CONFIG, VERSIONS, Keepwell

TWO = CONFIG.replace('["file:board"]', '["file:board", "file:blocked"]')


@pytest.fixture
def blocked(company: Path, keepwell: Keepwell) -> Path:
    """The company after a digest that the board got, and another recipient could not get."""
    (company / "keepwell.yaml").write_text(TWO, encoding="utf-8")
    (company / "out").mkdir()
    (company / "out" / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    assert keepwell("digest", "--send")[0] == 3
    return company


def mended(company: Path) -> None:
    """Make room for the folder of the recipient who could not be written to."""
    (company / "out" / "blocked").unlink()


def texts(company: Path, name: str) -> list[str]:
    """What stands in each text a recipient has got."""
    return [path.read_text(encoding="utf-8") for path in (company / "out" / name).glob("*.txt")]


def touched(company: Path, name: str) -> set[tuple[str, int, int]]:
    """What would change if anybody wrote the files of a recipient again."""
    files = (company / "out" / name).iterdir()
    return {(path.name, path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def states(company: Path) -> dict[int, str]:
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        return {one.id: str(one.state) for one in entries(workspace.store)}


def posted(company: Path, *, settlement: Settlement | None = None) -> int:
    """Put a message into the outbox, and settle a try at sending it if told how."""
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        (number,) = put(workspace.store, [Outgoing(WEEKLY, ("file:board",))], company="Tiny")
        if settlement:
            settle(claimed(workspace.store, number), settlement)
    return number


def claimed(store, number: int, lease_s: float = 30) -> Claim:
    found = claim(store, [number], lease_s=lease_s)
    assert found is not None
    return found


def test_when_everything_arrived_nothing_waits(keepwell: Keepwell) -> None:
    calm = (0, "Nothing waits: everything was delivered.\n", "")
    assert keepwell("outbox", "list") == calm
    keepwell("digest", "--send")
    assert keepwell("outbox", "list") == calm
    assert keepwell("outbox", "retry", "--all") == calm
    assert keepwell("outbox", "cancel", "--all") == calm
    assert json.loads(keepwell("outbox", "list", "--json")[1]) == []


def test_what_did_not_arrive_is_listed_with_what_where_and_what_to_do(
    keepwell: Keepwell, blocked: Path
) -> None:
    code, out, _ = keepwell("outbox", "list")
    head, line, *below = out.splitlines()
    assert code == 3
    assert head.split() == ["number", "state", "to", "subject", "period", "tries", "then"]
    assert line.split()[:3] == ["2", "refused", "file:blocked"]
    assert below[0].strip() == "The message could not be written."
    assert below[1].strip().startswith("Folder ")
    assert below[2].strip() == "Set channels.file.path to a folder you may write to."
    assert below[-1].startswith("Try again: keepwell outbox retry NUMBER")


def test_all_shows_the_receipts_too_newest_last(keepwell: Keepwell, blocked: Path) -> None:
    code, out, _ = keepwell("outbox", "list", "--all")
    sent, refused = out.splitlines()[1:3]
    assert code == 3
    assert sent.split()[:2] == ["1", "sent"]
    assert sent.endswith(str(Path("out", "board", "week-2026-W09.html")))
    assert refused.split()[:2] == ["2", "refused"]


def test_the_json_has_stable_keys(keepwell: Keepwell, blocked: Path) -> None:
    code, out, _ = keepwell("outbox", "list", "--all", "--json")
    sent, refused = json.loads(out)
    assert code == 3
    assert list(sent) == [
        *("id", "state", "channel", "recipient", "kind", "subject", "period", "attempts"),
        *("written_at", "next_try_at", "settled_at", "receipt", "problem"),
    ]
    assert (sent["state"], sent["problem"], sent["next_try_at"]) == ("sent", None, None)
    assert sent["receipt"].endswith("week-2026-W09.html")
    assert (refused["id"], refused["channel"], refused["recipient"]) == (2, "file", "blocked")
    assert list(refused["problem"]) == ["kind", "what", "where", "todo"]
    assert refused["problem"]["kind"] == "DeliveryRejected"


def test_once_it_is_mended_a_retry_delivers_it_and_leaves_the_others_alone(
    keepwell: Keepwell, blocked: Path
) -> None:
    before = touched(blocked, "board")
    mended(blocked)
    code, out, _ = keepwell("outbox", "retry", "2")
    assert code == 0
    assert out.startswith("2 to file:blocked: sent, ")
    assert len(texts(blocked, "blocked")) == 1
    assert touched(blocked, "board") == before
    assert keepwell("outbox", "list")[0] == 0


def test_a_retry_that_fails_again_says_why_and_exits_3(keepwell: Keepwell, blocked: Path) -> None:
    code, out, err = keepwell("outbox", "retry", "--all")
    assert (code, out) == (3, "")
    assert "file:blocked has not got it (refused): The message could not be written." in err


def test_a_digest_that_is_sent_again_repeats_nothing_and_still_exits_3(
    keepwell: Keepwell, blocked: Path
) -> None:
    before = touched(blocked, "board")
    assert [keepwell("digest", "--send")[0] for _ in range(2)] == [3, 3]
    assert touched(blocked, "board") == before


def test_whoever_gets_it_later_gets_what_the_others_got(keepwell: Keepwell, blocked: Path) -> None:
    other = VERSIONS.replace(",100,1,USD", ",900,1,USD")
    (blocked / "exports" / "subscription_versions.csv").write_text(other, encoding="utf-8")
    assert keepwell("digest", "--send")[0] == 3
    mended(blocked)
    assert keepwell("outbox", "retry", "--all")[0] == 0
    assert texts(blocked, "blocked") == texts(blocked, "board")
    assert keepwell("digest", "--send")[0] == 0
    keepwell("digest", "--preview")
    assert texts(blocked, "preview") != texts(blocked, "board")


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_a_number_nobody_knows_is_named(keepwell: Keepwell, blocked: Path, verb: str) -> None:
    code, _, err = keepwell("outbox", verb, "2", "77", "78")
    assert code == 2
    assert "there is no message 77, 78 in the outbox." in err
    assert states(blocked) == {1: "sent", 2: "refused"}


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_what_was_sent_stays_sent_and_nothing_else_is_touched(
    keepwell: Keepwell, blocked: Path, verb: str
) -> None:
    code, _, err = keepwell("outbox", verb, "1", "2")
    assert code == 2
    assert "message 1 was sent to file:board at 2" in err
    assert "nobody gets it twice" in err
    assert states(blocked) == {1: "sent", 2: "refused"}


@pytest.mark.parametrize("typed", [("retry",), ("cancel",), ("retry", "--all", "2")])
def test_which_messages_has_to_be_said(keepwell: Keepwell, typed: tuple[str, ...]) -> None:
    code, _, err = keepwell("outbox", *typed)
    assert code == 2
    assert f"then type 'keepwell outbox {typed[0]} 12'." in err


def test_what_is_cancelled_is_not_sent_and_not_missed(keepwell: Keepwell, blocked: Path) -> None:
    code, out, _ = keepwell("outbox", "cancel", "--all")
    assert (code, out.splitlines()[-1]) == (0, "1 cancelled.")
    mended(blocked)
    assert keepwell("outbox", "retry", "--all")[0] == 0
    assert keepwell("digest", "--send")[0] == 0
    assert not (blocked / "out" / "blocked").exists()


def test_what_was_cancelled_is_sent_when_somebody_names_it(
    keepwell: Keepwell, blocked: Path
) -> None:
    assert keepwell("outbox", "cancel", "2")[0] == 0
    mended(blocked)
    assert keepwell("outbox", "retry", "2")[0] == 0
    assert len(texts(blocked, "blocked")) == 1


def test_what_waits_shows_its_next_try_and_a_retry_does_not_wait(
    keepwell: Keepwell, company: Path
) -> None:
    busy = Problem("DestinationUnavailable", "The disk is full.", todo="Make room.")
    posted(company, settlement=Settlement(State.WAITING, problem=busy, wait_s=3600))
    code, out, _ = keepwell("outbox", "list")
    assert code == 3
    assert "next try 2" in out
    assert [line.strip() for line in out.splitlines()[2:4]] == ["The disk is full.", "Make room."]
    assert keepwell("outbox", "retry", "1")[0] == 0


def test_what_another_process_sends_right_now_is_left_to_it(
    keepwell: Keepwell, company: Path
) -> None:
    number = posted(company)
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        claimed(workspace.store, number)
        assert "being sent right now" in keepwell("outbox", "list")[1]
        code, _, err = keepwell("outbox", "cancel", str(number))
    assert code == 3
    assert f"{number} to file:board is being sent right now." in err
    assert states(company) == {number: "sending"}


def test_what_a_process_left_behind_can_be_sent_by_hand(keepwell: Keepwell, company: Path) -> None:
    number = posted(company)
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        claimed(workspace.store, number, lease_s=0)
    assert "its sender is gone; next try at once" in keepwell("outbox", "list")[1]
    assert keepwell("outbox", "retry", str(number))[0] == 0
    assert len(texts(company, "board")) == 1


def test_a_name_that_would_turn_the_screen_around_is_shown_harmless(company: Path) -> None:
    number = posted(company)
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        (one,) = entries(workspace.store, ids=[number])
    hostile = replace(one, subject="\x1b]0;me\x07 \u202egro.live\u2066\n" + "x" * 500)
    shown = as_table([hostile], Clock(THEN, "UTC"))
    assert len(shown.splitlines()) == 2
    assert all(line.isprintable() for line in shown.splitlines())
    assert max(map(len, shown.splitlines())) < 150


def test_looking_at_the_outbox_loads_no_prefect(company: Path) -> None:
    script = (
        "import sys; from flows.cli import run; run(sys.argv[1:]);"
        "sys.exit(bool({'prefect', 'pandas', 'matplotlib', 'duckdb'} & set(sys.modules)))"
    )
    typed = ("outbox", "list", "--config", str(company / "keepwell.yaml"))
    done = subprocess.run([sys.executable, "-c", script, *typed], check=False, timeout=60)
    assert done.returncode == 0
