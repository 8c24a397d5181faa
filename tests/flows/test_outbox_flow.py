"""How a run of the flow `outbox` ends: red when a person is needed, and only then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State as FlowState

from flows.delivery import deliver_what_waits
from flows.outbox import end_of
from flows.steps import by_hand
from flows.workspace import opened
from tasks.store import TERMINAL, Outgoing, Problem, State, entries, put
from tasks.store.leases import Settlement, claim, settle
from tests.channels.messages import WEEKLY

BUSY = Problem("DestinationUnavailable", "The server is busy.")
REFUSED = Problem("ChannelRejected", "The token was revoked.")
GONE = Problem("DeliveryRejected", "No such mailbox.")
LATER = 3600.0


def ended(company: Path, *settlements: Settlement | None) -> FlowState[object]:
    """How a run ends that finds messages in these states; None was never tried."""
    to = tuple(f"file:reader-{n}" for n in range(len(settlements)))
    with opened(company / "keepwell.yaml", os.environ) as workspace:
        store = workspace.store
        for number, end in zip(
            put(store, [Outgoing(WEEKLY, to)], company="Tiny"), settlements, strict=True
        ):
            claimed = claim(store, [number]) if end else None
            if claimed and end:
                settle(claimed, end)
        delivered = deliver_what_waits(by_hand(), workspace)
        return end_of(delivered, len(entries(store, states=TERMINAL)))


def test_when_nobody_is_owed_a_message_nothing_waits(company: Path) -> None:
    end = ended(company, Settlement(State.SENT, receipt_id="1"))
    assert (end.name, end.message) == ("NothingWaits", "Nobody is owed a message.")


def test_what_was_given_up_earlier_is_mentioned_and_not_red_again(company: Path) -> None:
    end = ended(company, Settlement(State.REFUSED, problem=GONE))
    assert end.name == "NothingWaits"
    assert end.is_completed()
    assert end.message == (
        "Nothing waits. 1 message did not go out, and a person decides: keepwell outbox list."
    )


def test_what_waited_and_arrives_completes_the_run(company: Path) -> None:
    end = ended(company, None, None)
    assert (end.name, end.message) == ("Completed", "2 messages went out.")


def test_what_will_be_tried_again_by_itself_is_green_and_says_why(company: Path) -> None:
    end = ended(company, None, Settlement(State.WAITING, problem=BUSY, wait_s=LATER))
    assert end.is_completed()
    assert (end.name, end.message) == (
        "StillWaiting",
        "1 message went out. file:reader-1: The server is busy.",
    )


def test_a_channel_that_refuses_us_is_red_until_somebody_mends_it(company: Path) -> None:
    end = ended(company, Settlement(State.WAITING, problem=REFUSED, wait_s=LATER))
    assert end.is_failed()
    assert end.message == "0 messages went out. file:reader-0: The token was revoked."


@pytest.mark.parametrize(("others", "name"), [(0, "Failed"), (1, "PartlySent")])
def test_a_message_that_is_refused_in_this_run_is_red(
    company: Path, others: int, name: str
) -> None:
    (company / "out").mkdir()
    (company / "out" / "reader-0").write_text("a file where a folder should be", encoding="utf-8")
    end = ended(company, *[None] * (1 + others))
    assert (end.name, end.is_failed()) == (name, True)
