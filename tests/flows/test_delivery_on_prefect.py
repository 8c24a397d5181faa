"""The digest flow with a mail server and Slack: what arrives, and what the run is called then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State

from flows.digest import digest
from flows.outbox import outbox
from tests.flows.peers import Peers, peers
from tests.flows.small import CONFIG, NOW

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("prefect")]

NOBODY = "550 5.1.1 no such user"
BOTH = '"email:ana@acme.example", "email:bo@acme.example", "slack:#weekly"'


@pytest.fixture
def there() -> Iterator[Peers]:
    with peers() as both:
        yield both


@pytest.fixture
def sent(server: None, company: Path, there: Peers) -> Callable[[], State[object]]:
    """Run the flow for three recipients; the mailbox of one of them may not exist."""
    path = company / "keepwell.yaml"
    there.configure(path, BOTH, company=CONFIG)

    def sent() -> State[object]:
        return digest(config=str(path), now=datetime.fromisoformat(NOW), return_state=True)

    return sent


def arrived(there: Peers) -> dict[str, int]:
    people = {name: len(there.mail.delivered(f"{name}@acme.example")) for name in ("ana", "bo")}
    return {**people, "#weekly": len(there.slack.messages("#weekly"))}


def test_everybody_gets_the_digest_and_the_run_is_complete(
    sent: Callable[[], State[object]], there: Peers
) -> None:
    state = sent()
    assert (state.name, state.message) == ("Completed", "3 messages went out.")
    assert arrived(there) == {"ana": 1, "bo": 1, "#weekly": 1}
    assert str(sent().message).startswith("NothingDue: ")
    assert arrived(there) == {"ana": 1, "bo": 1, "#weekly": 1}


def test_one_refused_of_three_is_partly_sent_and_red(
    sent: Callable[[], State[object]], there: Peers
) -> None:
    there.mail.answer("RCPT", NOBODY, about="bo@acme.example")
    state = sent()
    assert (state.name, state.is_failed()) == ("Failed", True)
    told = "PartlySent: 2 messages went out. email:bo@acme.example: "
    assert str(state.message).startswith(told)
    assert "550" in str(state.message)
    assert arrived(there) == {"ana": 1, "bo": 0, "#weekly": 1}
    with get_client(sync_client=True) as client:
        tasks = {
            (run.name, run.state_name) for run in client.read_task_runs(flow_run_filter=only(state))
        }
    assert ("deliver 2 messages by email", "Failed") in tasks
    assert ("deliver 1 message by slack", "Failed") not in tasks


def only(state: State[object]) -> FlowRunFilter:
    """The run that ended in ``state``: the server has seen those of other tests, too."""
    run = state.state_details.flow_run_id
    assert run is not None
    return FlowRunFilter(id=FlowRunFilterId(any_=[run]))


def test_everybody_refused_is_failed(sent: Callable[[], State[object]], there: Peers) -> None:
    there.mail.answer("RCPT", NOBODY)
    there.slack.place("#weekly").archived = True
    state = sent()
    assert (state.name, state.is_failed()) == ("Failed", True)
    assert arrived(there) == {"ana": 0, "bo": 0, "#weekly": 0}


def test_what_a_run_left_behind_is_sent_by_the_outbox_flow_when_its_time_has_come(
    sent: Callable[[], State[object]], there: Peers, company: Path
) -> None:
    sent_before = arrived(there)
    token = there.slack.tokens[there.slack.token]
    token.refused_as = "token_revoked"
    assert str(sent().message).startswith("PartlySent: ")
    token.refused_as = ""
    forget_the_pause(company)
    state = outbox(config=str(company / "keepwell.yaml"), return_state=True)
    assert state.is_completed()
    assert sent_before == {"ana": 0, "bo": 0, "#weekly": 0}
    assert arrived(there) == {"ana": 1, "bo": 1, "#weekly": 1}


def forget_the_pause(company: Path) -> None:
    """Let what waits for its time be due now, as a person does with ``outbox retry``."""
    from flows.workspace import opened
    from tasks.store import State as Way
    from tasks.store import entries, requeue

    with opened(company / "keepwell.yaml", {}) as workspace:
        requeue(workspace.store, [one.id for one in entries(workspace.store, states=[Way.WAITING])])
